// What runs on a host: the plug point for servers under test, clients, and Rafts that others wrote.
#pragma once

#include <memory>
#include <utility>

#include "sim/disk_operation.hpp"
#include "sim/host.hpp"
#include "sim/packet.hpp"

namespace raftsim::sim {

class Process {
 public:
  Process() = default;
  Process(const Process&) = default;
  Process& operator=(const Process&) = delete;
  virtual ~Process() = default;

  // The machine starts: recover from the disk, ask to be woken. Called again after each crash.
  virtual void boot(Host& host) = 0;
  // Power is cut: everything volatile is gone. The disk settles its unsynced sectors by itself.
  virtual void crash() = 0;
  virtual void receive(Host& host, const Packet& packet) = 0;
  virtual void wake(Host& host) = 0;
  // `done.error` says whether it failed.
  virtual void disk_done(Host& host, const DiskOperation& done) = 0;
  [[nodiscard]] virtual std::unique_ptr<Process> clone() const = 0;
};

// A process as a value: a copy of it is a clone.
class OwnedProcess {
 public:
  explicit OwnedProcess(std::unique_ptr<Process> process) : process_(std::move(process)) {}
  OwnedProcess(const OwnedProcess& other) : process_(other.process_->clone()) {}
  OwnedProcess(OwnedProcess&&) noexcept = default;
  OwnedProcess& operator=(const OwnedProcess&) = delete;
  OwnedProcess& operator=(OwnedProcess&&) noexcept = default;
  ~OwnedProcess() = default;
  [[nodiscard]] Process& operator*() const { return *process_; }
  [[nodiscard]] Process* operator->() const { return process_.get(); }

 private:
  std::unique_ptr<Process> process_;
};

}  // namespace raftsim::sim
