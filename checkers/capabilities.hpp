// What a server under test lets checkers know about itself.
#pragma once

#include "checkers/observation_kinds.hpp"

namespace raftsim::checkers {

// Our own server offers all of it, which is the default. An adapter that offers less has fewer checkers; those that it
// does without are reported as not judged.
struct Capabilities {
  // The kinds of which it leaves no observation out (core/observation.hpp); also those of which nothing ever happens.
  ObservationKinds observations = ObservationKinds::all();
  bool messages = true;         // its packets can be described as core::Message
  bool disk = true;             // what is durable can be read from its disk
  bool operations = true;       // our clients ask it, and its answers say at which index
  bool commands = true;         // Applied names the client's command, and where it took effect
  bool machine_digests = true;  // Applied, TookSnapshot and InstalledSnapshot say what state the machine is in
  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

}  // namespace raftsim::checkers
