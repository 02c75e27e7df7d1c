#include "little_raft/little_raft.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "checkers/capabilities.hpp"
#include "checkers/durable_reader.hpp"
#include "little_raft/little_server.hpp"
#include "scenarios/wire.hpp"

namespace little_raft {

namespace checkers = raftsim::checkers;

namespace {

// The journal, read by the same rules as the server reads it when it starts.
class JournalReader final : public checkers::DurableReader {
 public:
  bool follow(const sim::Disk& disk) override {
    if (disk.durable_version() == version_) return false;
    if (disk.durable_changed_from(journal_file, version_) < kept_.bytes) kept_ = {};
    version_ = disk.durable_version();
    read_journal(disk.durable(journal_file), kept_);
    return true;
  }
  [[nodiscard]] core::HardState hard_state() const override { return {kept_.term, kept_.vote}; }
  [[nodiscard]] core::Index last_index() const override { return Index{kept_.log.size()}; }
  [[nodiscard]] core::DurableEntry at(core::Index index) const override {
    const Entry& entry = kept_.log[index.value - 1];
    return {entry.term, core::digest_of(described(entry))};
  }
  [[nodiscard]] std::unique_ptr<checkers::DurableReader> clone() const override {
    return std::make_unique<JournalReader>(*this);
  }

 private:
  std::uint64_t version_ = 0;
  Kept kept_;
};

// The bytes of a packet in the words of core/message.hpp, as far as checkers go by them.
core::Message described(const Message& message) {
  core::Message result;
  result.term = message.term;
  switch (message.kind) {
    case Message::Kind::vote:
      result.body = core::RequestVote{.last = {message.index, message.index_term}};
      break;
    case Message::Kind::vote_reply:
      result.body = core::RequestVoteReply{.granted = message.yes};
      break;
    case Message::Kind::append: {
      std::vector<core::Entry> entries;
      for (const Entry& entry : message.entries) entries.push_back(described(entry));
      result.body = core::AppendEntries{.previous = {message.index, message.index_term},
                                        .leader_commit = message.commit,
                                        .entries = core::EntryBatch(std::move(entries))};
      break;
    }
    case Message::Kind::append_reply:
      result.body = core::AppendEntriesReply{.previous = message.index,
                                             .count = static_cast<std::uint32_t>(message.count),
                                             .success = message.yes,
                                             .conflict = {message.last, {}}};
      break;
  }
  return result;
}

class LittleServers final : public scenarios::ServerFactory {
 public:
  explicit LittleServers(Settings settings) : settings_(std::make_shared<const Settings>(std::move(settings))) {}

  [[nodiscard]] std::unique_ptr<scenarios::Server> make(core::ServerId self) const override {
    return std::make_unique<LittleServer>(self, settings_);
  }
  [[nodiscard]] const core::Message* describe(const sim::Packet& packet, core::Message& room) const override {
    const auto* bytes = packet.payload.get_if<std::string>();
    const auto message = bytes == nullptr ? std::nullopt : decode(*bytes);
    if (!message) return nullptr;
    room = described(*message);
    room.from = scenarios::server_of(packet.from);
    room.to = scenarios::server_of(packet.to);
    return &room;
  }
  [[nodiscard]] std::string_view raw(const sim::Packet& packet) const override {
    const auto* bytes = packet.payload.get_if<std::string>();
    return bytes == nullptr ? std::string_view() : *bytes;
  }
  [[nodiscard]] std::string file_name(sim::FileNumber /*file*/) const override { return "journal"; }
  [[nodiscard]] std::shared_ptr<const checkers::DurableReader> durable_reader() const override {
    return std::make_shared<const JournalReader>();
  }
  // It says nothing of how a leader sees its followers. Of snapshots, membership changes, transfers and reads outside
  // the log it leaves nothing out: there are none.
  [[nodiscard]] checkers::Capabilities capabilities() const override {
    checkers::Capabilities result;
    result.observations = result.observations - checkers::ObservationKinds::of<core::MovedProgress, core::Ignored>();
    return result;
  }
  [[nodiscard]] scenarios::ClientSupport client_support() const override {
    return {.sessions = false, .store = true, .reads = false};
  }

 private:
  std::shared_ptr<const Settings> settings_;
};

constexpr std::array<std::pair<std::string_view, Bug>, 4> bugs{{{"none", Bug::none},
                                                                {"forgets-its-vote", Bug::forgets_its_vote},
                                                                {"acks-before-fsync", Bug::acks_before_fsync},
                                                                {"keeps-conflicts", Bug::keeps_conflicts}}};

Bug bug_named(const scenarios::Scenario& scenario, const nlohmann::json& name) {
  std::string known;
  for (const auto& [each, bug] : bugs) {
    if (name == each) return bug;
    known += (known.empty() ? "one of " : ", ") + std::string(each);
  }
  refuse_scenario(scenario, "server.bug", known, name.dump());
}

Bug bug_of(const scenarios::Scenario& scenario) {
  Bug bug = Bug::none;
  const auto options = nlohmann::json::parse(scenario.server.options);
  for (const auto& [key, value] : options.items()) {
    if (key != "bug") refuse_scenario(scenario, "server", R"(no keys but "kind" and "bug")", "\"" + key + "\"");
    bug = bug_named(scenario, value);
  }
  return bug;
}

}  // namespace

std::shared_ptr<const scenarios::ServerFactory> LittleRaft::factory(
    const std::shared_ptr<const scenarios::Scenario>& scenario) const {
  return std::make_shared<const LittleServers>(
      Settings{.servers = static_cast<std::uint16_t>(scenario->servers),
               .heartbeat = scenario->raft.heartbeat_interval,
               .election_timeout =
                   sim::Distribution::uniform(scenario->raft.election_timeout_min, scenario->raft.election_timeout_max),
               .sector_bytes = scenario->disk.sector_bytes,
               .bug = bug_of(*scenario)});
}

}  // namespace little_raft
