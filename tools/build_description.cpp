#include "tools/build_description.hpp"

#include <fmt/format.h>

#include <string_view>

#include "tools/version.hpp"

namespace raftsim::tools {

namespace {

#if defined(__clang__)
constexpr std::string_view compiler = "Clang " __clang_version__;
#elif defined(__GNUC__)
constexpr std::string_view compiler = "GCC " __VERSION__;
#else
constexpr std::string_view compiler = "an unknown compiler";
#endif

#ifdef _LIBCPP_VERSION
constexpr std::string_view library = "libc++";
#else
constexpr std::string_view library = "libstdc++";
#endif

#ifdef RAFTSIM_OPTIMIZED_ACROSS_FILES
#define RAFTSIM_ACROSS_FILES " across files"
#else
#define RAFTSIM_ACROSS_FILES ""
#endif
#ifdef RAFTSIM_WITH_PROFILE
#define RAFTSIM_FOR_A_PROFILE " for what a sweep runs"
#else
#define RAFTSIM_FOR_A_PROFILE ""
#endif
#ifdef __OPTIMIZE__
constexpr std::string_view optimization = "optimized" RAFTSIM_ACROSS_FILES RAFTSIM_FOR_A_PROFILE;
#else
constexpr std::string_view optimization = "not optimized";
#endif

#ifdef NDEBUG
constexpr std::string_view assertions = "without assertions";
#else
constexpr std::string_view assertions = "with assertions";
#endif

// GCC says so by a macro, clang by a feature.
#ifdef __has_feature
#define RAFTSIM_HAS(feature) __has_feature(feature)
#else
#define RAFTSIM_HAS(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || RAFTSIM_HAS(address_sanitizer)
constexpr std::string_view sanitizer = "address sanitizer";
#elif defined(__SANITIZE_THREAD__) || RAFTSIM_HAS(thread_sanitizer)
constexpr std::string_view sanitizer = "thread sanitizer";
#else
constexpr std::string_view sanitizer = "no sanitizer";
#endif
#undef RAFTSIM_HAS
#undef RAFTSIM_ACROSS_FILES
#undef RAFTSIM_FOR_A_PROFILE

}  // namespace

std::string build_description() {
  std::string_view version = compiler;
  while (version.ends_with(' ')) version.remove_suffix(1);  // clang's own has one
  return fmt::format("raftsim {}\ncompiler {}, {}\nbuild {}, {}, {}", program_version(), version, library, optimization,
                     assertions, sanitizer);
}

}  // namespace raftsim::tools
