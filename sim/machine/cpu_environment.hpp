// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
#include "hyp/core/range.hpp"
#include "hyp/hal/concept.hpp"
#include "sim/machine/tlb_invalidation.hpp"

namespace ravelin::sim {

/// What a CPU in EL2 may ask of the machine around it, apart from memory and registers.
class CpuEnvironment {
  public:
    CpuEnvironment ()                                           = default;
    CpuEnvironment (const CpuEnvironment &)                     = delete;
    auto operator= (const CpuEnvironment &) -> CpuEnvironment & = delete;
    virtual ~CpuEnvironment ()                                  = default;

    /// The machine's firmware at EL3. A call that turns the CPU off doesn't return.
    [[nodiscard]] virtual auto smc (CpuIndex cpu, const hal::SmcRegisters &arguments) -> hal::SmcRegisters = 0;

    /// WFI: returns once an interrupt is pending for @p cpu, whatever its masks say.
    virtual void wait_for_interrupt (CpuIndex cpu) = 0;

    /// Whether an interrupt is pending for @p cpu in EL2.
    [[nodiscard]] virtual auto is_woken (CpuIndex cpu) -> bool = 0;

    /// SEV of @p cpu: cores that wait in firmware's WFE look at their release address again.
    virtual void send_event (CpuIndex cpu) = 0;

    /// @p cpu has accessed a device.
    virtual void accessed (CpuIndex cpu, Pa pa, std::uint32_t value, bool written) = 0;

    /// The hypervisor counts the CPU with @p affinity as @p index: that's who arrives at its entry, if there
    /// is one.
    virtual void announce (CpuIndex index, Affinity affinity) = 0;

    /// @p cpu executes a TLBI.
    virtual void invalidate (CpuIndex cpu, const TlbInvalidation &what) = 0;

    /// @p cpu executes a DSB.
    virtual void synchronize (CpuIndex cpu, hal::Dsb kind) = 0;

    /// EL2 on @p cpu replaces @p old at @p pa by @p value.
    virtual void stored (CpuIndex cpu, Pa pa, std::uint64_t old, std::uint64_t value) = 0;

    /// @p cpu executes IC IALLU, or IC IALLUIS.
    virtual void invalidate_code (CpuIndex cpu, bool everywhere) = 0;

    /// PAR_EL1 of AT S1E1R on @p cpu.
    [[nodiscard]] virtual auto translate_stage1 (CpuIndex cpu, Va va) -> std::uint64_t = 0;

    /// @p cpu executes DC CIVAC for each line of @p range: they are now in memory, for observers that don't look
    /// into caches.
    virtual void clean (CpuIndex cpu, PaRange range) = 0;

    /// EL2 on @p cpu reads CNTPCT_EL0, CNTV_CTL_EL0 or CNTHP_CTL_EL2, which change as time passes.
    [[nodiscard]] virtual auto read_time (CpuIndex cpu, hal::SystemRegister which) -> std::uint64_t = 0;

    /// EL2 on @p cpu gets hold of the bytes of @p range: it may write to them.
    virtual void touched (CpuIndex cpu, PaRange range) = 0;
};

}  // namespace ravelin::sim
