// The messages of the little Raft, as bytes: a letter and numbers, and one more line for each entry.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "little_raft/journal.hpp"

namespace little_raft {

struct Message {
  enum class Kind : char { vote = 'V', vote_reply = 'v', append = 'A', append_reply = 'a' };
  Kind kind = Kind::append;
  Term term = {};
  Index index = {};                 // vote: the candidate's last; append and its reply: the one before the entries
  Term index_term = {};             // vote, append: of the entry there
  Index commit = {};                // append
  std::uint64_t count = 0;          // append_reply: entries that were appended
  Index last = {};                  // append_reply, denied: where the logs may agree
  bool yes = false;                 // replies
  std::vector<Entry> entries = {};  // append
};

[[nodiscard]] std::string encode(const Message& message);
// Nothing when the bytes are no message.
[[nodiscard]] std::optional<Message> decode(std::string_view bytes);

}  // namespace little_raft
