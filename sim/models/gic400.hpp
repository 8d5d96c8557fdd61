// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
#include "sim/models/gic400_cpu_interface.hpp"
#include "sim/models/gic400_distributor.hpp"
#include "sim/models/gic400_state.hpp"
#include "sim/models/gic400_virtual_control.hpp"
#include "sim/models/gic400_virtual_interface.hpp"
#include "sim/models/gic400_virtual_state.hpp"
#include "sim/models/interrupt_line.hpp"

#include <cstdint>
#include <vector>

namespace ravelin::sim {

/// GIC-400: an interrupt controller of architecture GICv2.  [DDI 0471, IHI 0048B]
class Gic400 : public InterruptController {
  public:
    /// @param cpus      CPU interfaces, at most eight
    /// @param intids    INTIDs, a multiple of 32
    /// @param security  how the CPUs, which are all non-secure, see the registers
    Gic400 (std::uint32_t cpus, std::uint32_t intids, GicSecurity security)
        : state_{cpus, intids, security}, virtual_state_{state_}, distributor_{state_}, cpu_interface_{state_},
          virtual_control_{virtual_state_}, virtual_interface_{virtual_state_} {}

    /// GICD, GICC, GICH and GICV, to be put on the bus.
    [[nodiscard]] auto distributor () -> Device & { return distributor_; }
    [[nodiscard]] auto cpu_interface () -> Device & { return cpu_interface_; }
    [[nodiscard]] auto virtual_control () -> Device & { return virtual_control_; }
    [[nodiscard]] auto virtual_interface () -> Device & { return virtual_interface_; }

    void set_shared (std::uint32_t intid, bool level) override { state_.set_line (CpuIndex{0}, intid, level); }

    /// The wire of private peripheral interrupt @p intid, 16-31, of @p cpu is now @p level.
    void set_private (CpuIndex cpu, std::uint32_t intid, bool level) { state_.set_line (cpu, intid, level); }

    /// Whether the controller asserts the IRQ of @p cpu.
    [[nodiscard]] auto irq_pending (CpuIndex cpu) -> bool { return state_.output (cpu) == GicOutput::irq; }

    /// Whether it asserts the FIQ of @p cpu.
    [[nodiscard]] auto fiq_pending (CpuIndex cpu) -> bool { return state_.output (cpu) == GicOutput::fiq; }

    /// Whether the virtual interface asserts the virtual IRQ of @p cpu, or its virtual FIQ: for EL1, if HCR_EL2 lets
    /// it.
    [[nodiscard]] auto virtual_irq_pending (CpuIndex cpu) const -> bool {
        return virtual_state_.output (cpu) == GicOutput::irq;
    }
    [[nodiscard]] auto virtual_fiq_pending (CpuIndex cpu) const -> bool {
        return virtual_state_.output (cpu) == GicOutput::fiq;
    }

    /// The virtual interface of @p cpu: what GICH and GICV show.
    [[nodiscard]] auto virtual_cpu (CpuIndex cpu) const -> const GicVirtualCpu & { return virtual_state_.cpu (cpu); }

    /// Whether interrupt @p intid, which there is, is active as @p cpu sees it.
    [[nodiscard]] auto is_active (CpuIndex cpu, std::uint32_t intid) -> bool {
        return state_.interrupt (cpu, intid)->active;
    }

    /// SGI or PPI @p intid of @p cpu.
    [[nodiscard]] auto private_interrupt (CpuIndex cpu, std::uint32_t intid) -> const GicInterrupt & {
        return *state_.interrupt (cpu, intid);
    }

    /// All that the controller holds. For who steps back, between traps.
    struct Kept {
        GicState state;
        std::vector<GicVirtualCpu> virtual_cpus;
    };
    [[nodiscard]] auto keep () const -> Kept { return {state_, virtual_state_.keep ()}; }
    void put_back (const Kept &kept) {
        state_ = kept.state;
        virtual_state_.put_back (kept.virtual_cpus);
    }

    /// Whether none of the four is asserted.
    [[nodiscard]] auto quiet (CpuIndex cpu) -> bool {
        return state_.output (cpu) == GicOutput::none && virtual_state_.output (cpu) == GicOutput::none;
    }

  private:
    GicState state_;
    GicVirtualState virtual_state_;
    GicDistributor distributor_;
    GicCpuInterface cpu_interface_;
    GicVirtualControl virtual_control_;
    GicVirtualInterface virtual_interface_;
};

}  // namespace ravelin::sim
