// A set of servers as a small value: voters, learners, servers that have answered.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "core/assertion.hpp"
#include "core/hash.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// A global limit: servers are named S1 to S99.
inline constexpr std::size_t max_servers = 99;

// Iterates in ascending order of server number, regardless of insertion order.
class ServerSet {
 public:
  constexpr ServerSet() = default;
  constexpr ServerSet(std::initializer_list<ServerId> servers) {
    for (const ServerId server : servers) insert(server);
  }
  // S1 to Sn.
  [[nodiscard]] static constexpr ServerSet first(std::size_t n) {
    ServerSet result;
    for (std::size_t number = 1; number <= n; ++number) result.insert({static_cast<std::uint16_t>(number)});
    return result;
  }

  constexpr void insert(ServerId server) {
    RAFTSIM_ASSERT(server != no_server && server.value <= max_servers, "servers have numbers from 1 to 99");
    words_[server.value / 64U] |= bit(server);
  }
  constexpr void erase(ServerId server) {
    if (server.value <= max_servers) words_[server.value / 64U] &= ~bit(server);
  }
  [[nodiscard]] constexpr bool contains(ServerId server) const {
    return server.value <= max_servers && (words_[server.value / 64U] & bit(server)) != 0;
  }
  [[nodiscard]] constexpr std::size_t size() const {
    return static_cast<std::size_t>(std::popcount(words_[0])) + static_cast<std::size_t>(std::popcount(words_[1]));
  }
  [[nodiscard]] constexpr bool empty() const { return (words_[0] | words_[1]) == 0; }

  friend constexpr ServerSet operator|(ServerSet a, ServerSet b) {
    return ServerSet(a.words_[0] | b.words_[0], a.words_[1] | b.words_[1]);
  }
  friend constexpr ServerSet operator&(ServerSet a, ServerSet b) {
    return ServerSet(a.words_[0] & b.words_[0], a.words_[1] & b.words_[1]);
  }
  // The servers in `a` that are not in `b`.
  friend constexpr ServerSet operator-(ServerSet a, ServerSet b) {
    return ServerSet(a.words_[0] & ~b.words_[0], a.words_[1] & ~b.words_[1]);
  }
  friend constexpr bool operator==(const ServerSet&, const ServerSet&) = default;

  // In ascending order: for (const ServerId server : set) ...
  class Iterator {
   public:
    constexpr explicit Iterator(std::array<std::uint64_t, 2> left) : left_(left) {}
    constexpr ServerId operator*() const {
      const bool low = left_[0] != 0;
      return {static_cast<std::uint16_t>((low ? 0 : 64) + std::countr_zero(low ? left_[0] : left_[1]))};
    }
    constexpr Iterator& operator++() {
      auto& word = left_[0] != 0 ? left_[0] : left_[1];
      word &= word - 1;
      return *this;
    }
    friend constexpr bool operator==(const Iterator&, const Iterator&) = default;

   private:
    std::array<std::uint64_t, 2> left_;
  };
  [[nodiscard]] constexpr Iterator begin() const { return Iterator(words_); }
  [[nodiscard]] constexpr Iterator end() const { return Iterator({0, 0}); }

  [[nodiscard]] constexpr std::array<std::uint64_t, 2> words() const { return words_; }
  [[nodiscard]] static constexpr ServerSet of_words(std::array<std::uint64_t, 2> words) {
    return ServerSet(words[0], words[1]);
  }
  [[nodiscard]] constexpr Digest mixed_into(Digest digest) const { return mix(mix(digest, words_[0]), words_[1]); }

 private:
  constexpr ServerSet(std::uint64_t low, std::uint64_t high) : words_{low, high} {}
  static constexpr std::uint64_t bit(ServerId server) { return std::uint64_t{1} << (server.value % 64U); }

  std::array<std::uint64_t, 2> words_{};  // bit n stands for server n
};

}  // namespace raftsim::core
