// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/stage1_hold.hpp"

#include "sim/machine/violation.hpp"
#include "sim/models/mmu_registers.hpp"

#include <string>
#include <string_view>

namespace ravelin::sim {

namespace {
void require (bool holds, std::string_view what) {
    if (!holds) { throw Violation{"erratum 1319367: EL2 " + std::string{what}}; }
}
}  // namespace

void Stage1Hold::note_write (hal::SystemRegister which, std::uint64_t old, std::uint64_t value) {
    if (which == hal::sysreg::tcr_el1) {
        write_tcr (value);
    } else if (which == hal::sysreg::sctlr_el1) {
        write_sctlr (value);
    } else if (is_input (which)) {
        require (held_, "changes what walks of stage 1 depend on while they may begin");
        pending_.inputs = true;
    } else if (old != value) {
        require (held_, "changes stage 2 while stage 1 isn't held still");
        pending_.stage2 = true;
    }
}

void Stage1Hold::write_tcr (std::uint64_t value) {
    walks_off_next_ = tcr::epd0.any (value) && tcr::epd1.any (value);
    if (walks_off_next_) { return; }
    require (!pending_.inputs && !pending_.stage2 && !pending_.sctlr,
             "lets walks of stage 1 begin with no ISB behind what they depend on");
    walks_off_ = false;
    held_      = false;
}

void Stage1Hold::write_sctlr (std::uint64_t value) {
    mmu_on_next_ = sctlr::mmu.any (value);
    if (mmu_on_next_) {
        require (walks_off_, "turns stage 1 on while its walks may begin");
    } else {
        require (!pending_.inputs && !pending_.stage2, "turns stage 1 off with no ISB behind what it has changed");
        held_ = false;
    }
    pending_.sctlr = true;
}

void Stage1Hold::invalidate () const {
    require (!pending_.stage2, "executes a TLBI with no ISB behind the VMID that it is for");
}

}  // namespace ravelin::sim
