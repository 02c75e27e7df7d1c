// Rooms depend on each other in one direction only, so that Raft can be used without the simulator, and the simulator
// without Raft, and so that nothing outside a run can influence it.
#include "architecture/include_directions.hpp"

#include <fstream>

#include "catch.hpp"

namespace raftsim::architecture {
namespace {

using Findings = std::vector<std::string>;

// A temporary source tree, removed at the end of the test.
class PlantedTree {
 public:
  PlantedTree() : root_(make_folder()) {}
  PlantedTree(const PlantedTree&) = delete;
  PlantedTree& operator=(const PlantedTree&) = delete;
  ~PlantedTree() { std::filesystem::remove_all(root_); }

  void write(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
  }

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }

 private:
  static std::filesystem::path make_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "raftsim-rooms-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    return pattern;
  }

  std::filesystem::path root_;
};

TEST_CASE("No room includes what it may not know") {
  // The files must be found, or finding no violation would mean nothing.
  REQUIRE(std::filesystem::exists(std::filesystem::path(RAFTSIM_SOURCE_DIR) / "core/raft/raft.hpp"));
  CHECK(forbidden_includes(RAFTSIM_SOURCE_DIR) == Findings{});
}

TEST_CASE("Includes along the table are allowed") {
  const PlantedTree tree;
  tree.write("core/raft/a.hpp", "#include <vector>\n#include \"core/types.hpp\"\n");
  tree.write("sim/a.hpp", "#include <chrono>\n#include <boost/random.hpp>\n#include \"sim/event.hpp\"\n");
  tree.write("checkers/a.cpp",
             "#include <nlohmann/json.hpp>\n#include \"core/types.hpp\"\n#include \"sim/time.hpp\"\n");
  tree.write("scenarios/a.cpp", "#include \"checkers/a.hpp\"\n#include \"core/types.hpp\"\n");
  tree.write("tools/a.cpp", "#include <thread>\n#include \"scenarios/a.hpp\"\n#include \"sim/time.hpp\"\n");
  CHECK(forbidden_includes(tree.root()) == Findings{});
}

TEST_CASE("Raft does not include the simulator, nor the simulator Raft") {
  const PlantedTree tree;
  tree.write("core/raft/a.cpp", "#include \"core/types.hpp\"\n#include \"sim/time.hpp\"\n");
  tree.write("sim/a.hpp", "#include <core/types.hpp>\n");
  CHECK(forbidden_includes(tree.root()) == Findings{"core/raft/a.cpp:2: sim/time.hpp core/ may not know sim/",
                                                    "sim/a.hpp:1: core/types.hpp sim/ may not know core/"});
}

TEST_CASE("Checkers do not include scenarios, and no lower room includes the tools or the tests") {
  const PlantedTree tree;
  tree.write("checkers/a.cpp", "#include \"scenarios/a.hpp\"\n");
  tree.write("scenarios/a.cpp", "  #  include \"tools/a.hpp\"\n#include \"tests/catch.hpp\"\n");
  CHECK(forbidden_includes(tree.root()) ==
        Findings{"checkers/a.cpp:1: scenarios/a.hpp checkers/ may not know scenarios/",
                 "scenarios/a.cpp:1: tools/a.hpp scenarios/ may not know tools/",
                 "scenarios/a.cpp:2: tests/catch.hpp does not start with a room's name"});
}

TEST_CASE("Checkers do not include the trace, nor scenario files the running cluster") {
  const PlantedTree tree;
  tree.write("checkers/a.cpp", "#include \"checkers/trace/trace.hpp\"\n");
  tree.write("checkers/trace/a.cpp", "#include \"checkers/trace/trace.hpp\"\n#include \"checkers/a.hpp\"\n");
  tree.write("scenarios/json/a.cpp", "#include \"scenarios/cluster/run.hpp\"\n");
  tree.write("scenarios/cluster/a.cpp", "#include \"scenarios/cluster/run.hpp\"\n#include \"checkers/trace/a.hpp\"\n");
  CHECK(forbidden_includes(tree.root()) ==
        Findings{"checkers/a.cpp:1: checkers/trace/trace.hpp checkers/ may not know checkers/trace/",
                 "scenarios/json/a.cpp:1: scenarios/cluster/run.hpp scenarios/json/ may not know scenarios/cluster/"});
}

TEST_CASE("A relative path does not bypass the table") {
  const PlantedTree tree;
  tree.write("core/a.cpp", "#include \"../sim/time.hpp\"\n#include \"core/../sim/time.hpp\"\n#include \"types.hpp\"\n");
  CHECK(forbidden_includes(tree.root()) == Findings{"core/a.cpp:1: ../sim/time.hpp goes through a parent folder",
                                                    "core/a.cpp:2: core/../sim/time.hpp goes through a parent folder",
                                                    "core/a.cpp:3: types.hpp does not start with a room's name"});
}

TEST_CASE("Nothing that decides a run can reach a thread, a file or a random device") {
  const PlantedTree tree;
  tree.write("core/a.cpp", "#include <thread>\n#include <nlohmann/json_fwd.hpp>\n");
  tree.write("sim/a.cpp", "#include <random>\n");
  CHECK(forbidden_includes(tree.root()) == Findings{"core/a.cpp:1: thread lets the outside world into core/",
                                                    "core/a.cpp:2: nlohmann/json_fwd.hpp brings JSON into core/",
                                                    "sim/a.cpp:1: random lets the outside world into sim/"});
}

TEST_CASE("A header that includes all of JSON is refused, as it costs each including file a second") {
  const PlantedTree tree;
  tree.write("scenarios/a.hpp", "#include <nlohmann/json.hpp>\n");
  CHECK(forbidden_includes(tree.root()) ==
        Findings{"scenarios/a.hpp:1: nlohmann/json.hpp costs every includer: json_fwd.hpp"});
}

}  // namespace
}  // namespace raftsim::architecture
