// What of a trace to show.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace raftsim::tools {

// As on the command line; everything given must hold for an event to be shown. Empty shows all.
struct InspectOptions {
  std::vector<std::string> hosts{};  // "S3", "C1": the event's host, or an end of a packet that it brought or sent
  // Of the event ("deliver"), of a packet that it brought or sent ("AppendEntriesReply"), or of something that the
  // server said ("moved-progress"). Upper and lower case, '-' and '_' are the same.
  std::vector<std::string> kinds{};
  std::string from{};  // "1.5s", "812ms", "300us", "40ns"; a plain number is seconds
  std::string to{};
  std::optional<std::uint64_t> term{};     // a message of this term, or something said about it
  std::optional<std::uint64_t> index{};    // an entry of the log, in a message or in something said
  std::optional<std::uint64_t> message{};  // the packet's number: its whole story, then the events that it took part in
  std::string around{};  // "violation" or an event's number: that event and `context` events before and after
  std::size_t context = 20;
  std::size_t limit = 0;  // lines of events; 0 is all
  bool color = false;     // only for a terminal (and when NO_COLOR is not set)
};

}  // namespace raftsim::tools
