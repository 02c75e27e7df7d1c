// What checkers can learn about a server under test.
#pragma once

#include "checkers/observation_kinds.hpp"

namespace raftsim::checkers {

// Our own server offers everything, which is the default. An adapter that offers less runs fewer checkers; the others
// are reported as not judged.
struct Capabilities {
  // The kinds whose observations it reports completely (core/observation.hpp), including kinds that never occur.
  ObservationKinds observations = ObservationKinds::all();
  bool messages = true;         // its packets can be decoded as core::Message
  bool disk = true;             // what is durable can be read from its disk
  bool operations = true;       // our clients use it, and its answers contain the index
  bool commands = true;         // Applied contains the client's command, and where it took effect
  bool machine_digests = true;  // Applied, TookSnapshot and InstalledSnapshot contain the state's digest
  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

}  // namespace raftsim::checkers
