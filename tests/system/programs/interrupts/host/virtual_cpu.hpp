// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "vms/host/vm.hpp"

#include <cstdint>

namespace interrupts {

/// What a VM has outside its RAM, beside its GIC. Any of the host's CPUs calls it.
class Devices {
  public:
    virtual auto load (std::uint64_t ipa) -> std::uint64_t      = 0;
    virtual void store (std::uint64_t ipa, std::uint64_t value) = 0;

  protected:
    Devices ()  = default;
    ~Devices () = default;
};

/// Runs a vCPU, and serves it with memory and devices.
class VirtualCpu {
  public:
    VirtualCpu (vms::RunningVm &vm, std::uint64_t number, Devices &devices)
        : vm_{vm}, number_{number}, devices_{devices} {}

    /// Runs it on this CPU until it comes out, and gives it what it has come for: pages, loads and stores.
    auto run () -> vms::Exit;

  private:
    void serve_mmio (const vms::Exit &exit);

    vms::RunningVm &vm_;
    std::uint64_t number_;
    Devices &devices_;
    std::uint64_t loaded_{};
};

}  // namespace interrupts
