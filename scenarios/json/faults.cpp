#include "scenarios/json/faults.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "scenarios/json/fault_values.hpp"

namespace raftsim::scenarios::json {

namespace {

constexpr std::array<Named<Fault::Kind>, 13> fault_names{{{"crash", Fault::Kind::crash},
                                                          {"pause", Fault::Kind::pause},
                                                          {"partition", Fault::Kind::partition},
                                                          {"slow-disk", Fault::Kind::slow_disk},
                                                          {"messages", Fault::Kind::messages},
                                                          {"clock", Fault::Kind::clock},
                                                          {"disk-error", Fault::Kind::disk_error},
                                                          {"full-disk", Fault::Kind::full_disk},
                                                          {"hung-disk", Fault::Kind::hung_disk},
                                                          {"lying-disk", Fault::Kind::lying_disk},
                                                          {"bit-rot", Fault::Kind::bit_rot},
                                                          {"misdirected-write", Fault::Kind::misdirected_write},
                                                          {"wiped-disk", Fault::Kind::wiped_disk}}};
constexpr std::array<Named<CrashPoint>, 3> point_names{{{"anytime", CrashPoint::anytime},
                                                        {"after-write", CrashPoint::after_write},
                                                        {"after-fsync", CrashPoint::after_fsync}}};
// Those that are not made of named servers.
constexpr std::array<Named<PartitionShape>, 6> shape_names{{{"isolate", PartitionShape::isolate},
                                                            {"halves", PartitionShape::halves},
                                                            {"one-way", PartitionShape::one_way},
                                                            {"bridge", PartitionShape::bridge},
                                                            {"majority-ring", PartitionShape::majority_ring},
                                                            {"swizzle", PartitionShape::swizzle}}};
constexpr std::array<Named<sim::Rule::Action>, 5> action_names{{{"hold", sim::Rule::Action::hold},
                                                                {"drop", sim::Rule::Action::drop},
                                                                {"duplicate", sim::Rule::Action::duplicate},
                                                                {"release", sim::Rule::Action::release},
                                                                {"keep", sim::Rule::Action::keep}}};

// A shape, or the named sides or links that stand in its place.
void describe_shape(Fields& fields, Fault& fault, std::uint32_t servers) {
  const bool of_sides = fault.shape == PartitionShape::sides;
  const bool of_links = fault.shape == PartitionShape::links;
  int said = fields.if_given("shape", !of_sides && !of_links, Choice{fault.shape, shape_names},
                             "the target alone; a random majority against the rest; the target deaf or mute; two "
                             "halves that share the target; each server hears a majority, and no two the same one; "
                             "some servers cut off one after the other, and reconnected in another order")
                 ? 1
                 : 0;
  if (fields.if_given("sides", of_sides, Sides{fault.sides, servers},
                      "in place of a shape: named sides that do not hear each other; who is on none of them is heard "
                      "by all, and hears all")) {
    fault.shape = PartitionShape::sides;
    ++said;
  }
  if (fields.if_given("links", of_links, Pairs{fault.links, servers},
                      "in place of a shape: pairs of servers that do not hear each other")) {
    fault.shape = PartitionShape::links;
    ++said;
  }
  fields.when(fault.shape == PartitionShape::links, "links", [&] {
    fields("one_way", fault.one_way, "the second of a pair does not hear the first, and that is all");
  });
  fields("clogs", fault.clogs, "what is sent meanwhile is not lost, but held until it ends");
  fields.require(said <= 1, "", "one of shape, sides and links", "more than one");
}

// Of a processor that is starved rather than stopped.
void describe_slices(Fields& fields, Fault& fault) {
  const bool runs = fields.if_given("runs", !fault.runs.parts.empty(), Durations{fault.runs, false},
                                    "with waits, a starved processor, which waits and runs by turns: how long it runs");
  const bool waits =
      fields.if_given("waits", !fault.waits.parts.empty(), Durations{fault.waits, false}, "and how long it waits");
  fields.require(runs == waits, "", "both or none of \"runs\" and \"waits\": how long it runs, and waits, by turns",
                 "one");
}

bool has_target(const Fault& fault) {
  if (fault.kind == Fault::Kind::messages) return false;
  if (fault.kind != Fault::Kind::partition) return true;
  return fault.shape == PartitionShape::isolate || fault.shape == PartitionShape::one_way ||
         fault.shape == PartitionShape::bridge;
}

void describe_target(Fields& fields, Fault& fault, std::uint32_t servers) {
  fields("target", Whom{fault.target, fault.victims, servers},
         "whom it strikes: \"S2\" and [\"S1\", \"S3\"] name servers, which are struck together; of a bridge, the "
         "server that both halves share");
  const bool one = fault.target != Target::majority && fault.target != Target::all && fault.victims.size() <= 1;
  fields.require(fault.kind != Fault::Kind::partition || fault.shape != PartitionShape::bridge || one, "target",
                 "one server: the one that both halves share");
}

void describe_until(Fields& fields, Fault& fault) {
  fields.if_given("until", fault.until,
                  "from then on \"every\" brings no more strikes, and what is \"always\" in force is so no more");
  fields.require(!fault.until || *fault.until > fault.from, "until", "a time after \"from\"");
}

void describe_from(Fields& fields, Fault& fault) {
  fields.if_given("from", fault.from > sim::Duration(0), fault.from,
                  "where the first interval of \"every\" begins, or an \"always\"");
}

void describe_strikes(Fields& fields, Fault& fault) {
  const bool has_at =
      fields.if_given("at", !fault.at.empty(), Times{fault.at},
                      "when it strikes: a time since the start, or a list of times, each of which may be drawn "
                      "([\"1s\", [\"2s\", \"3s\"]]). With \"every\" it goes on from the last in the list");
  const Durations every{fault.every, false};
  fields.when(has_at, "", [&] {
    fields.if_given("every", !fault.every.parts.empty(), every,
                    "between the starts of strikes; the first comes after one such interval. A strike leaves out what "
                    "an earlier strike of the same fault still affects (a server; the rule of a messages fault; the "
                    "cluster for a partition that concerns all servers), and is skipped when nothing else is left");
  });
  fields.when(!has_at, "", [&] {
    fields.required("every", every, "the time between strikes, or else \"at\", the times of strikes");
    describe_from(fields, fault);
  });
  fields.when(!fault.every.parts.empty(), "", [&] { describe_until(fields, fault); });
  fields.if_given("times", fault.times > 0, Count{fault.times, 1},
                  "at most so many strikes; one that finds nobody to strike does not count, one that chance leaves out "
                  "does");
  const bool takes_its_time = fault.kind == Fault::Kind::partition && fault.shape == PartitionShape::swizzle;
  const bool until_the_end = has_at && !takes_its_time;
  // Damage lasts.
  const bool has_length = fault.kind != Fault::Kind::bit_rot && fault.kind != Fault::Kind::misdirected_write;
  fields.when(has_length && !until_the_end, "",
              [&] { fields.required("lasts", Durations{fault.lasts}, "how long each strike lasts"); });
  fields.when(has_length && until_the_end, "", [&] {
    fields.if_given("lasts", !fault.lasts.parts.empty(), Durations{fault.lasts},
                    "from its start; a later strike does not prolong it. May be left out with \"at\": until the chaos "
                    "ends");
  });
}

}  // namespace

void describe_rule(Fields& fields, sim::Rule& rule, std::uint32_t servers) {
  using Action = sim::Rule::Action;
  fields.object("match", "which packets", [&](Fields& match) {
    match("kind", PacketKind{rule.kind, rule.kinds}, "of message; any-request and any-reply: between servers");
    match("from", HostName{rule.from, servers}, "the server that sends it");
    match("to", HostName{rule.to, servers}, "the server that it is for");
  });
  fields("chance", rule.chance, "of striking a packet that matches");
  fields.required("action", Choice{rule.action, action_names}, "what happens to the packets that match");
  fields.when(rule.action == Action::hold, "hold",
              [&] { fields.required("delay", Durations{rule.delay}, "how long packets are held"); });
  fields.when(rule.action == Action::duplicate, "duplicate",
              [&] { fields.required("delay", Durations{rule.delay}, "how long after the original the copy arrives"); });
  fields.when(rule.action == Action::release, "release", [&] {
    fields.required("nth", Count{rule.nth, 1}, "which of the packets that match is kept");
    fields.required("after", Count{rule.after, 1}, "after which of them it is released");
    fields.require(rule.after > rule.nth, "after", "more than nth, or the packet is released before it is kept");
  });
  fields.when(rule.action == Action::keep, "keep", [&] {
    fields.if_given("later", rule.later > 0, Count{rule.later, 1}, "until so many later ones that match have arrived");
    fields.if_given("terms", rule.stages > 0, Count{rule.stages, 1},
                    "until any server sends in a term that is so many higher; with later: until one of the two");
    fields.require(rule.later > 0 || rule.stages > 0, "",
                   "\"later\", how many later ones have to arrive, or \"terms\", by how much the term has to grow",
                   "neither");
  });
}

void describe(Fields& fields, Fault& fault, std::uint32_t servers) {
  using Kind = Fault::Kind;
  fields.required("name", Word{fault.name}, "statistics count by it");
  fields.required("kind", Choice{fault.kind, fault_names}, "what goes wrong");
  fault.rule.name = fault.name;
  const bool of_messages = fault.kind == Kind::messages;
  fields.when(fault.kind == Kind::partition, "partition", [&] { describe_shape(fields, fault, servers); });
  fields.when(has_target(fault), "", [&] { describe_target(fields, fault, servers); });
  fields.when(fault.kind == Kind::crash, "crash",
              [&] { fields("point", Choice{fault.point, point_names}, "when, relative to the victim's disk"); });
  fields.when(fault.kind == Kind::slow_disk, "slow-disk", [&] {
    fields("slowdown", Count{fault.slowdown, 2, 1'000'000}, "everything takes that many times as long");
  });
  fields.when(fault.kind == Kind::disk_error, "disk-error", [&] {
    fields("operations", Choice{fault.operations, failing_names}, "which fail");
    fields.if_given("errors", fault.errors > 0, Count{fault.errors, 1},
                    "the next so many of them; all while the strike lasts when left out");
    fields.require(fault.operations != sim::FailingOperations::none, "operations", "\"writes\", \"fsyncs\" or \"all\"");
  });
  fields.when(fault.kind == Kind::pause, "pause", [&] { describe_slices(fields, fault); });
  fields.when(fault.kind == Kind::clock, "clock", [&] {
    fields.required("jump", Jump{fault.least_jump, fault.most_jump}, "by how much the clock is put forward, or back");
  });
  fields.when(of_messages, "messages", [&] {
    describe_rule(fields, fault.rule, servers);
    fields("always", fault.always, "in force from the start; no every and lasts");
    fields("stays", fault.stays, "in force after the chaos too");
  });
  // A rule has a chance of its own, of each packet.
  fields.when(of_messages, "messages", [&] {
    fields.if_given("strike_chance", !fault.chance.always(), fault.chance,
                    "of each strike, whereas \"chance\" is of each packet");
  });
  fields.when(!of_messages, "",
              [&] { fields.if_given("chance", !fault.chance.always(), fault.chance, "of each strike"); });
  fields.if_given("takes_part", fault.takes_part, "in a run at all, whatever swarm says");
  fields.when(fault.always, "", [&] {
    describe_from(fields, fault);
    describe_until(fields, fault);
  });
  fields.when(!fault.always, "", [&] { describe_strikes(fields, fault); });
}

void describe_heal(Fields& fields, Scenario& scenario) {
  fields("heal", Healing{scenario.heal, scenario.staying, scenario.faults},
         "who is repaired when the chaos ends; the rest stays broken. A list names the faults that stay, all else is "
         "repaired. Progress is then due of the largest set of servers that can reach each other and hold a quorum; of "
         "nobody if there is none");
  fields.require(
      !scenario.administration || scenario.heal == Heal::all, "heal",
      "\"all\" with an administration: a quorum of all servers need not hold one of those that vote in the end");
}

void require_strikes_in_time(Fields& fields, const Scenario& scenario) {
  if (!scenario.script.empty()) return;  // the chaos ends when the script does
  const auto require = [&](const Fault& fault, std::string_view key, sim::Duration time) {
    auto found = Json();
    write(found, time);
    fields.require(time < scenario.chaos_ends, "faults." + fault.name + '.' + std::string(key),
                   "a time before chaos_ends, when faults end", brief(found));
  };
  for (const auto& fault : scenario.faults) {
    require(fault, "from", fault.from);
    for (const auto& at : fault.at) {
      auto earliest = sim::Duration::max();
      for (const auto& part : at.parts) {
        if (part.weight > 0) earliest = std::min(earliest, sim::Duration(static_cast<std::int64_t>(part.min)));
      }
      require(fault, "at", earliest);
    }
  }
}

}  // namespace raftsim::scenarios::json
