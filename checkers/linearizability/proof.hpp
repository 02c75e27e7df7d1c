// What of a history is proved, and need not be kept.
#pragma once

#include <optional>

#include "checkers/linearizability/history.hpp"

namespace raftsim::checkers {

// Whether it is known what the key holds after an operation that was answered: an append does not say.
[[nodiscard]] bool says_what_it_leaves(const ClientOperation& operation);

// `key` ends in an operation that says what it leaves, and was alone: when it was asked every other had been answered,
// or nobody waited for it any more, and none has been asked since. What is left to be kept when all that is before has
// an order; nothing when that is not proved.
//
// Why that may be forgotten. Let L be the last operation, P those that were answered before it, A those that nobody
// waits for, and R whatever comes after L. In every order of them all P is before L and R behind it, for that is how
// they were in real time; each of A is anywhere, or nowhere. Wherever L stands, the key is afterwards what L says. So
//
//   P, L, R with A have an order  <=>  P, L have one with some A' of A, and from what L says, R has one with A - A'.
//
// A' are those of which servers say that they took effect before L did; P and L are proved to have an order with them.
// What is left are L, a state in which L is answered as it was, and A - A', which may take effect later or never.
// - No violation is missed: an order of what is left, put behind the one that was proved, is an order of all.
// - None is made up, as long as what took effect before L, by what the servers say, does not do so once more behind it.
//   That much they are believed; what they say otherwise is checked.
[[nodiscard]] std::optional<KeyOperations> left_when_proved(const KeyOperations& key);

}  // namespace raftsim::checkers
