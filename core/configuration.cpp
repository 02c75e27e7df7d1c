#include "core/configuration.hpp"

#include <array>

#include "core/little_endian.hpp"

namespace raftsim::core {

namespace {

constexpr std::size_t encoded_bytes = 6 * sizeof(std::uint64_t);

bool is_majority(ServerSet agreeing, ServerSet voters) {
  return !voters.empty() && (agreeing & voters).size() > voters.size() / 2;
}

ServerSet load_set(const char* from) { return ServerSet::of_words({load_u64(from), load_u64(from + 8)}); }

}  // namespace

bool Configuration::has_quorum(ServerSet agreeing) const {
  return is_majority(agreeing, voters) && (!joint() || is_majority(agreeing, outgoing));
}

Bytes encode(const Configuration& configuration) {
  std::array<char, encoded_bytes> bytes{};
  char* to = bytes.data();
  for (const ServerSet& set : {configuration.voters, configuration.outgoing, configuration.learners}) {
    for (const std::uint64_t word : set.words()) {
      store_u64(to, word);
      to += sizeof word;
    }
  }
  return Bytes(std::string_view(bytes.data(), bytes.size()));
}

std::optional<Configuration> decode_configuration(std::string_view payload) {
  if (payload.size() != encoded_bytes) return std::nullopt;
  return Configuration{.voters = load_set(payload.data()),
                       .outgoing = load_set(payload.data() + 16),
                       .learners = load_set(payload.data() + 32)};
}

}  // namespace raftsim::core
