// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "devices.hpp"
#include "vm.hpp"

#include <cstdint>

namespace vms {

/// What running a vCPU once came to.
enum class Step : std::uint8_t {
    served,       // the host has done what it was asked for: run it again
    finished,     // the guest said so
    waits,        // for an interrupt
    interrupted,  // by something that is the host's
    refused,      // the call failed; see Vcpu::status()
};

/// Runs a vCPU, and serves it as its machine's devices and memory.
class Vcpu {
  public:
    /// @param vm     which has this vCPU
    /// @param guide  answers what the guest asks; none: 0
    explicit Vcpu (Vm &vm, std::uint64_t number = 0, Guide *guide = nullptr)
        : vm_{vm}, number_{number}, devices_{guide} {}

    /// Runs it on this CPU until it comes out.
    [[nodiscard]] auto step () -> Step;

    /// Runs it until its guest has finished; whatever else stops it but a wait is a failure.
    /// @return  whether it did, and none of its checks failed
    [[nodiscard]] auto run () -> bool;

    /// Its guest's console is not for the transcript.
    void mute () { devices_.mute (); }

    [[nodiscard]] auto status () const -> std::int64_t { return exit_.status; }
    [[nodiscard]] auto failures () const -> std::uint64_t { return devices_.failures (); }

    /// What the next step tells the guest that its last load from a device reads.
    [[nodiscard]] auto loaded () const -> std::uint64_t { return loaded_; }
    void set_loaded (std::uint64_t value) { loaded_ = value; }

    /// Whether the last step was the guest asking.
    [[nodiscard]] auto has_asked () const -> bool;

  private:
    [[nodiscard]] auto serve_mmio () -> Step;

    Vm &vm_;
    std::uint64_t number_;
    Devices devices_;
    Exit exit_{};
    std::uint64_t loaded_{};
};

}  // namespace vms
