#include "core/machine/operation.hpp"

namespace raftsim::core {

const char* name_of(OperationKind kind) {
  switch (kind) {
    case OperationKind::get:
      return "get";
    case OperationKind::put:
      return "put";
    case OperationKind::append:
      return "append";
    case OperationKind::compare_and_set:
      return "compare-and-set";
    case OperationKind::erase:
      return "erase";
  }
  return "?";
}

}  // namespace raftsim::core
