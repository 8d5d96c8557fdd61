// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/vm_calls.h"
#include "hyp/dev/virtual_interface.hpp"
#include "hyp/host/power.hpp"
#include "hyp/vdev/offered_priorities.hpp"
#include "hyp/vm/el1_context.hpp"

#include <cstdint>

namespace ravelin {

/// CNTV or CNTP of a vCPU.
struct TimerRegisters {
    std::uint64_t compare;  // CVAL
    std::uint64_t control;  // CTL: ENABLE and IMASK

    static constexpr std::uint64_t kept = 3;  // of CTL; ISTATUS is the count's

    /// Whether it will interrupt, or does.
    [[nodiscard]] auto interrupts () const -> bool { return (control & kept) == 1; }
};

/// @p value's lowest @p bytes bytes.
[[nodiscard]] constexpr auto low_bytes (std::uint64_t value, std::uint64_t bytes) -> std::uint64_t {
    return bytes >= sizeof value ? value : value & ((1UL << 8 * bytes) - 1);
}

/// A load, or a store that is undecided, that somebody is to complete.
struct PendingAccess {
    bool expected;
    bool sign_extends;
    bool wide;            // into an X register
    std::uint8_t number;  // of the register
    std::uint8_t size;    // bytes

    /// Does so for a load: @p value is what was read.
    void deliver (Registers &registers, std::uint64_t value) const;
};

/// The load or store of a data abort whose instruction names one register.
/// @param syndrome  ESR_EL2, valid
[[nodiscard]] auto access_of (std::uint64_t syndrome) -> PendingAccess;

/// A virtual CPU, in a page of its own that its VM owns. Promise 2 (registers): nobody but the CPU that runs
/// it, or the host by VCPU_GET and VCPU_SET of a plain VM, touches it.
struct Vcpu : Context {
    std::uint64_t mdscr;  // kept for the guest, without effect: debugging is hidden
    TimerRegisters virtual_timer;
    TimerRegisters physical_timer;  // which is emulated
    VirtualInterface::State interface;
    FpRegisters fp;
    PendingAccess access;
    std::uint64_t undecided;               // ESR_EL2 if the host may also have it made again; else 0
    bool timer_held;                       // the virtual timer's physical interrupt is active, so that it comes once
    hal::Shared<std::uint32_t> running;    // 1 while a CPU has it
    hal::Shared<std::uint32_t> kicked_at;  // while it has a GIC and runs its CPU's number and 1, else 0
    hal::Shared<PowerState> power;         // changed with the lock of the VM's slot; never `starting`
    std::uint64_t entry;                   // where it begins once it's no longer `pending`
    std::uint64_t context;                 // X0 there

    std::uint32_t number;
    OfferedPriorities offered;

    /// Makes it begin at @p address with @p x0 in X0: at EL1, MMU and caches off, all interrupts masked, timers off.
    void reset (std::uint64_t address, std::uint64_t x0);

    /// Ends an access that was expected. A load reads @p value. What was undecided is made again if it isn't @p done;
    /// if it is, the next instruction is the one behind.
    [[gnu::noinline]] void end_access (std::uint64_t value, bool done);
};

static_assert (sizeof (Vcpu) <= RAVELIN_VCPU_PAGES * RAVELIN_PAGE_SIZE);

}  // namespace ravelin
