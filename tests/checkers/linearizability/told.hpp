// Hand-written histories of clients; each call is later than the previous one.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "checkers/linearizability/history.hpp"

namespace raftsim::checkers::story {

inline core::Operation get(std::uint32_t key = 1) { return {core::OperationKind::get, {key}}; }
inline core::Operation put(std::string_view value, std::uint32_t key = 1) {
  return {core::OperationKind::put, {key}, core::Bytes(value)};
}
inline core::Operation append(std::string_view value, std::uint32_t key = 1) {
  return {core::OperationKind::append, {key}, core::Bytes(value)};
}
inline core::Operation compare_and_set(std::string_view expected, std::string_view value, std::uint32_t key = 1) {
  return {core::OperationKind::compare_and_set, {key}, core::Bytes(value), core::Bytes(expected)};
}
inline core::Operation erase(std::uint32_t key = 1) { return {core::OperationKind::erase, {key}}; }

inline core::Answer is(std::string_view value) { return {true, core::Bytes(value)}; }
inline const core::Answer ok{true, {}};
inline const core::Answer no{false, {}};

// Clients are identified by number; each has one operation under way at a time.
class Told {
 public:
  Told& asks(std::uint32_t client, const core::Operation& asked) {
    history_.invoked(client, ++sequence_of(client), asked, next());
    return *this;
  }
  Told& hears(std::uint32_t client, const core::Answer& answer, std::uint64_t index = 0) {
    history_.returned(client, sequence_of(client), answer, {index}, next());
    return *this;
  }
  // Invocation and return, with nothing in between.
  Told& does(std::uint32_t client, const core::Operation& asked, const core::Answer& answer, std::uint64_t index = 0) {
    return asks(client, asked).hears(client, answer, index);
  }
  Told& gives_up(std::uint32_t client) {
    history_.abandoned(client, sequence_of(client));
    return *this;
  }
  [[nodiscard]] std::vector<ClientOperation> key(std::size_t place = 0) const {
    return history_.by_key().at(place).operations;
  }
  [[nodiscard]] const ClientHistory& history() const { return history_; }

 private:
  std::uint64_t& sequence_of(std::uint32_t client) {
    if (client >= sequences_.size()) sequences_.resize(client + 1U);
    return sequences_[client];
  }
  sim::Time next() { return sim::Time(std::chrono::milliseconds(10 * ++moments_)); }

  ClientHistory history_;
  std::vector<std::uint64_t> sequences_;
  std::int64_t moments_ = 0;
};

}  // namespace raftsim::checkers::story
