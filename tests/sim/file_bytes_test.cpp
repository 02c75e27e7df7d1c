// The bytes of files are shared, between the cache and the medium and between copies of a disk: nobody may notice.
#include "sim/file_bytes.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "catch.hpp"
#include "sim/copy_on_write.hpp"
#include "sim/file.hpp"

using namespace raftsim::sim;

TEST_CASE("of two who share bytes the first appends in place, the second to a copy") {
  FileBytes first;
  first.append("abc");
  FileBytes second = first;
  CHECK(second.shares_with(first));
  first.append("def");
  CHECK(second.shares_with(first));
  CHECK(first.view() == "abcdef");
  CHECK(second.view() == "abc");
  second.append("x");
  CHECK_FALSE(second.shares_with(first));
  CHECK(first.view() == "abcdef");
  CHECK(second.view() == "abcx");
}

TEST_CASE("who changes shared bytes changes a copy, and who was cut off does not come back") {
  FileBytes first;
  first.append("abcdef");
  FileBytes second = first;
  second.overwrite(1, "XY");
  CHECK(first.view() == "abcdef");
  CHECK(second.view() == "aXYdef");

  FileBytes third = first;
  third.resize(3);
  third.append("!");
  CHECK(first.view() == "abcdef");
  CHECK(third.view() == "abc!");
  third.resize(2);
  third.resize(5);
  CHECK(third.view() == std::string_view("ab\0\0\0", 5));
}

TEST_CASE("bytes that are shared do what a string each does, whoever is changed and in whatever way") {
  struct Pair {
    FileBytes shared;
    std::string plain;
  };
  std::vector<Pair> all(1);
  std::uint64_t state = 7;
  const auto draw = [&](std::size_t below) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state >> 33U) % below;
  };
  for (int step = 0; step < 20'000; ++step) {
    auto& [shared, plain] = all[draw(all.size())];
    const std::string text(draw(40), static_cast<char>('a' + step % 26));
    switch (draw(6)) {
      case 0:
        if (all.size() < 4) all.push_back(Pair{all[draw(all.size())]});
        break;
      case 1:
        all[draw(all.size())] = Pair{all[draw(all.size())]};
        break;
      case 2:
        plain.resize(draw(plain.size() + 20));
        shared.resize(plain.size());
        break;
      case 3:
        if (plain.size() >= text.size()) {
          const std::size_t offset = draw(plain.size() - text.size() + 1);
          plain.replace(offset, text.size(), text);
          shared.overwrite(offset, text);
        }
        break;
      default:
        plain += text;
        shared.append(text);
    }
    for (const Pair& each : all) REQUIRE(each.shared.view() == each.plain);
  }
}

TEST_CASE("a file that only grows has its bytes once: the medium has the first of those in the cache") {
  File file;
  for (std::uint64_t version = 1; version <= 100; ++version) {
    file.write(file.cached().size(), "some bytes more");
    file.sync(version);
    CHECK(file.durable().data() == file.cached().data());
  }
  const std::string durable(file.durable());
  file.write(3, "!");
  CHECK(file.durable() == durable);
  CHECK(file.cached().substr(0, 5) == "som! ");
  file.sync(101);
  CHECK(file.durable().substr(0, 5) == "som! ");
  file.write(file.cached().size(), "and it grows again");
  file.sync(102);
  CHECK(file.durable().data() == file.cached().data());
}

TEST_CASE("a value that is copied on write is copied once, by whoever changes it") {
  CopyOnWrite<std::string> first;
  first.edit() = "before";
  CopyOnWrite<std::string> second = first;
  CHECK(&*second == &*first);
  second.edit() = "after";
  CHECK(*first == "before");
  CHECK(*second == "after");
  const std::string* const place = &*second;
  second.edit() += "wards";
  CHECK(&*second == place);
}
