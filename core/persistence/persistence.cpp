#include "core/persistence/persistence.hpp"

namespace raftsim::core {
namespace {

std::variant<Memory, WriteAheadLog, StateFile> make_store(const PersistenceOptions& options) {
  switch (options.mode) {
    case PersistenceMode::none:
      return Memory();
    case PersistenceMode::append:
      return WriteAheadLog(options.segments(), {}, 0);
    case PersistenceMode::rewrite:
      return StateFile(options.mutations);
  }
  return Memory();
}

}  // namespace

Persistence::Persistence(const PersistenceOptions& options) : store_(make_store(options)) {}

std::optional<Ticket> Persistence::submit(const Write& write, const Log& log, std::vector<FileOperation>& out) {
  return std::visit([&](auto& store) { return store.submit(write, log, out); }, store_);
}

std::optional<Ticket> Persistence::done(std::uint64_t tag, std::vector<FileOperation>& out) {
  if (tag == 0) return std::nullopt;
  return std::visit([&](auto& store) { return store.done(tag, out); }, store_);
}

Restored Persistence::remembered() const {
  const auto* memory = std::get_if<Memory>(&store_);
  return memory != nullptr ? memory->remembered() : Restored();
}

}  // namespace raftsim::core
