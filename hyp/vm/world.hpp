// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/registers.hpp"
#include "hyp/vm/virtual_gic.hpp"

#include <array>
#include <cstdint>

namespace ravelin {

/// Why a guest comes to an end on its CPU for now, and what the host needs for that: X1-X4 of VCPU_RUN.
/// Promise 2 (registers): nothing else of a guest gets to the host.
struct Exit {
    std::uint64_t reason;
    std::array<std::uint64_t, 3> details{};
};

/// Which of two worlds a CPU is in, the host or a guest, and the host's registers while it's the other. Only
/// this CPU touches it.
class World {
  public:
    [[nodiscard]] auto is_guest () const -> bool { return is_guest_; }

    /// The VM and the vCPU in which this CPU is, or is about to be.
    [[nodiscard]] auto vm (hal::Cpu &cpu) const -> Vm & { return cpu.object<Vm> (vm_); }
    [[nodiscard]] auto vcpu (hal::Cpu &cpu) const -> Vcpu & { return cpu.object<Vcpu> (vcpu_); }

    /// The next change() enters this vCPU.
    void prepare (Pa vm, Pa vcpu) {
        vm_   = vm;
        vcpu_ = vcpu;
    }

    /// The guest makes way for the host, which is told this.
    [[nodiscard]] auto exit (const Exit &exit) -> Next {
        exit_ = exit;
        return Next::change_world;
    }

    /// The guest goes on, once the host knows of these vCPUs which it has to run: a bit for each.
    [[nodiscard]] auto wake (std::uint32_t vcpus) -> Next {
        return vcpus == 0 ? Next::resume : exit ({.reason = RAVELIN_EXIT_WAKE, .details = {vcpus}});
    }

    /// The general-purpose registers of the world that this CPU is in: the vectors save and restore them
    /// here, so that a change of world copies none.
    [[nodiscard]] auto registers (hal::Cpu &cpu) -> Registers & {
        return is_guest_ ? vcpu (cpu).registers : host_.registers;
    }

    /// Goes to the other world: exchanges all other registers, and what EL2 says about them.
    /// @return  registers() from now on
    [[nodiscard]] auto change (hal::Cpu &cpu, GuestInterrupts &hardware, std::uint64_t host_vttbr) -> Registers & {
        return is_guest_ ? enter_host (cpu, hardware, host_vttbr) : enter_guest (cpu, hardware);
    }

    /// Whether the host's timer has run out, while a guest runs.
    [[nodiscard]] auto host_is_due (hal::Cpu &cpu) const -> bool;

    /// CNTHP interrupts when the host's timer would, or the guest's physical one.
    void set_deadline (hal::Cpu &cpu);

    /// Gives the guest the FP registers, of which it has used one.
    void give_fp (hal::Cpu &cpu);

    /// An SError came to EL2: the host takes it, as soon as it runs.
    void keep_serror (hal::Cpu &cpu);

  private:
    [[nodiscard]] auto enter_guest (hal::Cpu &cpu, GuestInterrupts &hardware) -> Registers &;
    [[nodiscard]] auto enter_host (hal::Cpu &cpu, GuestInterrupts &hardware, std::uint64_t vttbr) -> Registers &;

    struct Host : Context {
        std::uint64_t hcr;  // HCR_EL2: a virtual SError may wait
        std::uint64_t mdscr;
        TimerRegisters timer;  // CNTV
        bool timer_disabled;   // its interrupt, in the distributor
        FpRegisters fp;
    };

    bool is_guest_{};
    bool guest_has_fp_{};
    Pa vm_;
    Pa vcpu_;
    Exit exit_{};
    Host host_{};
};

}  // namespace ravelin
