// A trace speaks of clients, commands and files by the names that people use.
#include "scenarios/cluster/trace_describer.hpp"

#include "catch.hpp"
#include "scenarios/cluster.hpp"
#include "scenarios/cluster/server_kinds.hpp"

namespace raftsim::tests {

namespace {

checkers::Describer describer_of_ours() {
  return scenarios::describer(scenarios::factory_of(std::make_shared<const scenarios::Scenario>()));
}

std::vector<std::pair<std::string, std::variant<bool, std::uint64_t, std::string>>> fields_of(std::uint8_t kind,
                                                                                              sim::Payload payload) {
  sim::Packet packet;
  packet.kind = kind;
  packet.payload = std::move(payload);
  std::vector<checkers::TracedField> fields;
  describer_of_ours().packet(packet, fields);
  std::vector<std::pair<std::string, std::variant<bool, std::uint64_t, std::string>>> result;
  for (auto& field : fields) result.emplace_back(field.name, field.value);
  return result;
}

using Fields = decltype(fields_of(0, {}));

}  // namespace

TEST_CASE("Packets of clients are named and say whose command they are about") {
  const auto describer = describer_of_ours();
  CHECK(describer.kind(scenarios::client_request_kind) == std::string("ClientRequest"));
  CHECK(describer.kind(scenarios::client_reply_kind) == std::string("ClientReply"));

  CHECK(fields_of(scenarios::client_request_kind,
                  sim::Payload::of(scenarios::ClientRequest{.name = {2, 17},
                                                            .attempt = 20,
                                                            .session = {9},
                                                            .operation = {.kind = core::OperationKind::get, .key = {3}},
                                                            .read_mode = scenarios::ReadMode::lease})) ==
        Fields{{"client", std::string("C2")},
               {"sequence", std::uint64_t{17}},
               {"attempt", std::uint64_t{20}},
               {"asks", std::string("get k3")},
               {"session", std::uint64_t{9}},
               {"read", std::string("lease")}});
  CHECK(fields_of(scenarios::client_reply_kind,
                  sim::Payload::of(scenarios::ClientReply{.name = {2, 17},
                                                          .attempt = 20,
                                                          .answer = {.found = true, .value = core::Bytes("C1#4")},
                                                          .index = {30}})) == Fields{{"client", std::string("C2")},
                                                                                     {"sequence", std::uint64_t{17}},
                                                                                     {"attempt", std::uint64_t{20}},
                                                                                     {"status", std::string("done")},
                                                                                     {"index", std::uint64_t{30}},
                                                                                     {"found", true},
                                                                                     {"value", std::string("C1#4")}});
  CHECK(fields_of(scenarios::client_request_kind,
                  sim::Payload::of(scenarios::ClientRequest{.kind = scenarios::ClientRequest::Kind::open_session}))
            .back() == Fields::value_type{"asks", std::string("to open a session")});
}

TEST_CASE("A refusal says where to go, if the server knows") {
  scenarios::ClientReply reply{
      .name = {1, 5}, .attempt = 6, .status = scenarios::ReplyStatus::not_leader, .leader = {3}};
  CHECK(fields_of(scenarios::client_reply_kind, sim::Payload::of(reply)) ==
        Fields{{"client", std::string("C1")},
               {"sequence", std::uint64_t{5}},
               {"attempt", std::uint64_t{6}},
               {"status", std::string("not leader")},
               {"leader", std::string("S3")}});
  reply.leader = core::no_server;
  CHECK(fields_of(scenarios::client_reply_kind, sim::Payload::of(reply)).size() == 4);
}

TEST_CASE("An entry reads as its client's command, a no-op as nothing, a file by its name") {
  const auto describer = describer_of_ours();
  const auto command = core::encode({.kind = core::CommandKind::plain,
                                     .name = {2, 273},
                                     .operation = {.kind = core::OperationKind::erase, .key = {4}}});
  CHECK(describer.command(command.view()) == "C2#273 erase k4");
  CHECK(describer.command("").empty());
  CHECK(describer.file(core::first_segment_file + 2) == "wal-00000003.log");
  CHECK(describer.file(core::state_file) == "state");
}

TEST_CASE("Each kind of packet has a name of its own, and is found by it: so rules of scenarios are aimed") {
  for (std::uint8_t kind = 0; kind < core::message_kind_count; ++kind) {
    CHECK(scenarios::is_raft_kind(kind));
    CHECK(scenarios::packet_kind_named(scenarios::packet_kind_name(kind)) == kind);
  }
  for (const auto kind : {scenarios::client_request_kind, scenarios::client_reply_kind}) {
    CHECK_FALSE(scenarios::is_raft_kind(kind));
    CHECK(scenarios::packet_kind_named(scenarios::packet_kind_name(kind)) == kind);
  }
  CHECK_FALSE(scenarios::packet_kind_named("Gossip"));
  CHECK_FALSE(scenarios::packet_kind_named("unknown"));
}

}  // namespace raftsim::tests
