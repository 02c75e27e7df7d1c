// Which part of a history is proved to have an order, and need not be kept.
#pragma once

#include <optional>

#include "checkers/linearizability/history.hpp"

namespace raftsim::checkers {

// Whether the answered operation determines the key's value after it. An append does not.
[[nodiscard]] bool says_what_it_leaves(const ClientOperation& operation);

// Precondition: `key` ends in an operation that says what it leaves and was alone: when it was invoked every other
// operation had been answered or abandoned, and none has been invoked since. Returns what must still be kept if
// everything before has an order; std::nullopt if that is not proved.
//
// Why the rest may be discarded. Let L be the last operation, P those answered before it, A the abandoned ones, and R
// whatever comes after L. In every order of them, P is before L and R after it, because that is their order in real
// time; each operation of A is anywhere, or nowhere. Wherever L is, the key afterwards has the value that L says. So
//
//   P, L, R with A have an order  <=>  P, L have one with some A' of A, and from what L says, R has one with A - A'.
//
// A' are those that, according to the servers, took effect before L; P and L are proved to have an order with them.
// What is kept is L, a state in which L is answered as it was, and A - A', which may take effect later or never.
// - No violation is missed: the proved order followed by an order of what is kept is an order of everything.
// - None is invented, as long as what took effect before L according to the servers does not take effect again after
//   it. Only in this the servers are trusted; everything else they report is checked.
[[nodiscard]] std::optional<KeyOperations> left_when_proved(const KeyOperations& key);

}  // namespace raftsim::checkers
