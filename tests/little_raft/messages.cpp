#include "little_raft/messages.hpp"

#include <sstream>

namespace little_raft {

std::string encode(const Message& message) {
  std::ostringstream out;
  out << static_cast<char>(message.kind) << ' ' << message.term.value << ' ' << message.index.value << ' '
      << message.index_term.value << ' ' << message.commit.value << ' ' << message.count << ' ' << message.last.value
      << ' ' << message.yes << ' ' << message.entries.size() << '\n';
  for (const Entry& entry : message.entries) out << entry.term.value << ' ' << to_hex(entry.bytes) << '\n';
  return out.str();
}

std::optional<Message> decode(std::string_view bytes) {
  std::istringstream in{std::string(bytes)};
  Message message;
  char kind = 0;
  std::size_t entries = 0;
  in >> kind >> message.term.value >> message.index.value >> message.index_term.value >> message.commit.value >>
      message.count >> message.last.value >> message.yes >> entries;
  if (!in || std::string_view("VvAa").find(kind) == std::string_view::npos) return std::nullopt;
  message.kind = static_cast<Message::Kind>(kind);
  for (std::size_t i = 0; i < entries; ++i) {
    Entry entry;
    std::string letters;
    in >> entry.term.value >> letters;
    if (!in) return std::nullopt;
    entry.bytes = from_hex(letters);
    message.entries.push_back(std::move(entry));
  }
  return message;
}

}  // namespace little_raft
