// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/dev/kicks.hpp"
#include "hyp/dev/virtual_interface.hpp"
#include "hyp/vdev/list_registers.hpp"
#include "hyp/vm/vm.hpp"

#include <cstdint>
#include <optional>

namespace ravelin {

/// What EL2 uses of the machine's GIC for guests, beside what each CPU has.
struct GuestInterrupts {
    Gic gic;
    VirtualInterface lists;
    Pa cpu_interface;  // GICV
    Kicks kicks;

    /// A vCPU has something to look at in EL2: it is made to come if it runs.
    /// @return  whether it does
    auto kick (hal::Cpu &cpu, const Vcpu &vcpu) -> bool {
        cpu.dsb<hal::Dsb::ish> ();
        const auto where = vcpu.kicked_at.load_acquire ();
        if (where != 0) { kicks.send (cpu, gic, CpuIndex{where - 1}); }
        return where != 0;
    }
};

/// The GIC of a VM that has one, during one trap: from its distributor to the list registers of the vCPUs that run.
class VirtualGic {
  public:
    /// @param self  the vCPU of the VM that runs on this CPU; nullptr: none does
    VirtualGic (hal::Cpu &cpu, GuestInterrupts &hardware, Vm &vm, Vcpu *self)
        : cpu_{cpu}, hardware_{hardware}, vm_{vm}, self_{self},
          distributor_{cpu.object<Guarded<Distributor>> (vm.gic)} {}

    /// The vCPU begins to run on this CPU: its CPU interface and what waits for it is there.
    void enter ();

    /// It ends, for now: all there is to know of its interrupts is in memory.
    /// @return  whether something is pending for it; what comes later wakes it
    auto leave () -> bool;

    /// Brings list registers and distributor up to date.
    /// @return  whether an interrupt is pending for the vCPU
    auto update () -> bool;

    /// A load of the vCPU from the distributor.
    /// @return  nothing if the instruction is to be executed again: other vCPUs' list registers have to be looked at
    ///          first, and they have been told; or others are to be woken first
    [[nodiscard]] auto read (std::uint64_t offset, std::uint64_t bytes) -> std::optional<std::uint32_t>;

    /// A store of the vCPU to the distributor.
    void write (std::uint64_t offset, std::uint64_t bytes, std::uint32_t value);

    /// GICC_DIR: the vCPU deactivates an interrupt.
    void deactivate (std::uint32_t intid);

    /// The wire of shared interrupt @p intid, which exists, has now this level.
    void set_line (std::uint32_t intid, bool level);

    /// vCPUs that have something to do since, and don't run: a bit for each.
    [[nodiscard]] auto to_wake () const -> std::uint32_t { return to_wake_; }

  private:
    // Inline: a virtual IPI and a timer's interrupt are little else.
    [[gnu::always_inline]] void take_back (Distributor &gic);
    [[gnu::always_inline]] auto list (Distributor &gic) -> bool;
    [[gnu::noinline]] auto list_many (Distributor &gic) -> bool;
    [[gnu::noinline]] void hold_timer (bool hold);
    [[nodiscard]] auto sample_timers (InterruptBank &own) -> bool;
    [[nodiscard]] auto others_settle (Distributor &gic) -> bool;
    [[gnu::noinline]] void tell (Distributor &gic, std::uint32_t vcpus);

    hal::Cpu &cpu_;
    GuestInterrupts &hardware_;
    Vm &vm_;
    Vcpu *self_;
    Guarded<Distributor> &distributor_;
    std::uint32_t to_wake_{};
};

}  // namespace ravelin
