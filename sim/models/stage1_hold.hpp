// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/system_register.hpp"

#include <cstdint>

namespace ravelin::sim {

/// What erratum 1319367 of a Cortex-A72 wants of EL2: a walk that is speculated while VTTBR_EL2 changes is kept
/// under the wrong VMID. So stage 1 of EL1 has to be held still before: its walks are off (TCR_EL1.EPD0 and
/// EPD1), then, behind an ISB, the MMU is on (SCTLR_EL1.M), then an ISB. What the walks of the new world depend
/// on takes effect, by an ISB, before they may begin again; and so does SCTLR_EL1 before TCR_EL1.
///
/// It's told of one CPU's trap, and throws a Violation. Outside of traps, whoever plays EL1 does as it likes.
class Stage1Hold {
  public:
    /// Whether it wants to know of writes of @p which.
    [[nodiscard]] static constexpr auto watches (hal::SystemRegister which) -> bool {
        using namespace hal::sysreg;
        return which == sctlr_el1 || which == tcr_el1 || is_input (which) || is_stage2 (which);
    }

    /// A trap begins, with whatever EL1 has in its registers; it ends. Both synchronize, as an ISB does.
    void enter () { *this = Stage1Hold{true}; }
    void leave () { *this = Stage1Hold{false}; }

    /// EL2 replaces @p old by @p value in one of the registers that are watched.
    void write (hal::SystemRegister which, std::uint64_t old, std::uint64_t value) {
        if (in_trap_) { note_write (which, old, value); }
    }

    /// ISB.
    void synchronize () {
        walks_off_ = walks_off_next_;
        held_      = walks_off_ && mmu_on_next_;
        pending_   = {};
    }

    /// A TLBI for the VMID in VTTBR_EL2.
    void invalidate () const;

    constexpr Stage1Hold () = default;

  private:
    explicit constexpr Stage1Hold (bool in_trap) : in_trap_{in_trap} {}

    [[nodiscard]] static constexpr auto is_input (hal::SystemRegister which) -> bool {
        using namespace hal::sysreg;
        return which == ttbr0_el1 || which == ttbr1_el1 || which == mair_el1 || which == amair_el1 ||
               which == contextidr_el1;
    }
    [[nodiscard]] static constexpr auto is_stage2 (hal::SystemRegister which) -> bool {
        return which == hal::sysreg::vttbr_el2 || which == hal::sysreg::vtcr_el2;
    }

    void note_write (hal::SystemRegister which, std::uint64_t old, std::uint64_t value);
    void write_tcr (std::uint64_t value);
    void write_sctlr (std::uint64_t value);

    /// What was written since the last ISB.
    struct Pending {
        bool inputs;  // of walks
        bool stage2;
        bool sctlr;
    };

    bool in_trap_{};
    bool walks_off_{};       // for certain
    bool walks_off_next_{};  // with the next ISB
    bool mmu_on_next_{};
    bool held_{};
    Pending pending_{};
};

}  // namespace ravelin::sim
