#include "checkers/trace/trace.hpp"

#include <charconv>

namespace raftsim::checkers {

std::string Naming::name(sim::HostId host) const {
  if (host == sim::no_host) return "";
  return host.value < servers ? "S" + std::to_string(host.value + 1) : "C" + std::to_string(host.value - servers + 1);
}

std::optional<sim::HostId> Naming::host(std::string_view name) const {
  if (name.size() < 2 || (name[0] != 'S' && name[0] != 'C')) return std::nullopt;
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size() || number == 0) return std::nullopt;
  const unsigned host = number - 1U + (name[0] == 'C' ? servers : 0U);
  if (name[0] == 'S' && number > servers) return std::nullopt;
  if (host >= sim::no_host.value) return std::nullopt;
  return sim::HostId{static_cast<std::uint16_t>(host)};
}

}  // namespace raftsim::checkers
