#include "scenarios/json/faults.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "scenarios/json/fault_values.hpp"

namespace raftsim::scenarios::json {

namespace {

constexpr std::array<Named<Fault::Kind>, 6> fault_names{{{"crash", Fault::Kind::crash},
                                                         {"pause", Fault::Kind::pause},
                                                         {"partition", Fault::Kind::partition},
                                                         {"slow-disk", Fault::Kind::slow_disk},
                                                         {"messages", Fault::Kind::messages},
                                                         {"clock", Fault::Kind::clock}}};
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

}  // namespace

void describe_rule(Fields& fields, sim::Rule& rule, std::uint32_t servers) {
  fields.object("match", [&](Fields& match) {
    match("kind", PacketKind{rule.kind, rule.kinds});
    match("from", HostName{rule.from, servers});
    match("to", HostName{rule.to, servers});
  });
  fields("chance", rule.chance);
  fields.required("action", Choice{rule.action, action_names}, "what happens to the packets that match");
  switch (rule.action) {
    case sim::Rule::Action::hold:
      fields.required("delay", Durations{rule.delay}, "how long packets are held");
      break;
    case sim::Rule::Action::duplicate:
      fields.required("delay", Durations{rule.delay}, "how long after the original the copy arrives");
      break;
    case sim::Rule::Action::release:
      fields.required("nth", Count{rule.nth, 1}, "which of the packets that match is kept");
      fields.required("after", Count{rule.after, 1}, "after which of them it is released");
      fields.require(rule.after > rule.nth, "after", "more than nth, or the packet is released before it is kept");
      break;
    case sim::Rule::Action::keep:
      fields.if_given("later", rule.later > 0, Count{rule.later, 1});
      fields.if_given("terms", rule.stages > 0, Count{rule.stages, 1});
      fields.require(rule.later > 0 || rule.stages > 0, "",
                     "\"later\", how many later ones have to arrive, or \"terms\", by how much the term has to grow",
                     "neither");
      break;
    case sim::Rule::Action::drop:
      break;
  }
}

namespace {

// A shape, or the named sides or links that stand in its place.
void describe_shape(Fields& fields, Fault& fault, std::uint32_t servers) {
  const bool of_sides = fault.shape == PartitionShape::sides;
  const bool of_links = fault.shape == PartitionShape::links;
  int said = fields.if_given("shape", !of_sides && !of_links, Choice{fault.shape, shape_names}) ? 1 : 0;
  if (fields.if_given("sides", of_sides, Sides{fault.sides, servers})) {
    fault.shape = PartitionShape::sides;
    ++said;
  }
  if (fields.if_given("links", of_links, Pairs{fault.links, servers})) {
    fault.shape = PartitionShape::links;
    ++said;
  }
  if (fault.shape == PartitionShape::links) fields("one_way", fault.one_way);
  fields("clogs", fault.clogs);
  fields.require(said <= 1, "", "one of shape, sides and links", "more than one");
}

// Of a processor that is starved rather than stopped.
void describe_slices(Fields& fields, Fault& fault) {
  const bool runs = fields.if_given("runs", !fault.runs.parts.empty(), Durations{fault.runs, false});
  const bool waits = fields.if_given("waits", !fault.waits.parts.empty(), Durations{fault.waits, false});
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
  fields("target", Whom{fault.target, fault.victims, servers});
  const bool one = fault.target != Target::majority && fault.target != Target::all && fault.victims.size() <= 1;
  fields.require(fault.kind != Fault::Kind::partition || fault.shape != PartitionShape::bridge || one, "target",
                 "one server: the one that both halves share");
}

void describe_until(Fields& fields, Fault& fault) {
  auto until = fault.until.value_or(sim::Duration(0));
  if (fields.if_given("until", fault.until.has_value(), until)) fault.until = until;
  fields.require(!fault.until || *fault.until > fault.from, "until", "a time after \"from\"");
}

void describe_from(Fields& fields, Fault& fault) { fields.if_given("from", fault.from > sim::Duration(0), fault.from); }

void describe_strikes(Fields& fields, Fault& fault) {
  const bool has_at = fields.if_given("at", !fault.at.empty(), Times{fault.at});
  const Durations every{fault.every, false};
  if (has_at) {
    fields.if_given("every", !fault.every.parts.empty(), every);
  } else {
    fields.required("every", every, "the time between strikes, or else \"at\", the times of strikes");
    describe_from(fields, fault);
  }
  if (!fault.every.parts.empty()) describe_until(fields, fault);
  fields.if_given("times", fault.times > 0, Count{fault.times, 1});
  const bool takes_its_time = fault.kind == Fault::Kind::partition && fault.shape == PartitionShape::swizzle;
  if (has_at && !takes_its_time) {
    fields.if_given("lasts", !fault.lasts.parts.empty(), Durations{fault.lasts});
  } else {
    fields.required("lasts", Durations{fault.lasts}, "how long each strike lasts");
  }
}

}  // namespace

void describe(Fields& fields, Fault& fault, std::uint32_t servers) {
  fields.required("name", Word{fault.name}, "statistics count by it");
  fields.required("kind", Choice{fault.kind, fault_names}, "what goes wrong");
  fault.rule.name = fault.name;
  if (fault.kind == Fault::Kind::partition) describe_shape(fields, fault, servers);
  if (has_target(fault)) describe_target(fields, fault, servers);
  if (fault.kind == Fault::Kind::crash) fields("point", Choice{fault.point, point_names});
  if (fault.kind == Fault::Kind::slow_disk) fields("slowdown", Count{fault.slowdown, 2, 1'000'000});
  if (fault.kind == Fault::Kind::pause) describe_slices(fields, fault);
  if (fault.kind == Fault::Kind::clock) {
    fields.required("jump", Jump{fault.least_jump, fault.most_jump}, "by how much the clock is put forward, or back");
  }
  if (fault.kind == Fault::Kind::messages) {
    describe_rule(fields, fault.rule, servers);
    fields("always", fault.always);
    fields("stays", fault.stays);
  }
  // A rule has a chance of its own, of each packet.
  const auto* chance = fault.kind == Fault::Kind::messages ? "strike_chance" : "chance";
  fields.if_given(chance, !fault.chance.always(), fault.chance);
  if (fault.always) {
    describe_from(fields, fault);
    describe_until(fields, fault);
  } else {
    describe_strikes(fields, fault);
  }
}

void describe_heal(Fields& fields, Scenario& scenario) {
  fields("heal", Healing{scenario.heal, scenario.staying, scenario.faults});
  fields.require(
      !scenario.administration || scenario.heal == Heal::all, "heal",
      "\"all\" with an administration: a quorum of all servers need not hold one of those that vote in the end");
}

void require_strikes_in_time(Fields& fields, const Scenario& scenario) {
  if (!scenario.script.empty()) return;
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
