// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/concept.hpp"
#include "sim/machine/register_order.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace ravelin::sim {

/// The registers that EL1 and EL0 change without EL2's notice; V0-V31 are another.
inline constexpr std::array el1_registers{
    hal::sysreg::sctlr_el1, hal::sysreg::cpacr_el1,   hal::sysreg::csselr_el1,     hal::sysreg::ttbr0_el1,
    hal::sysreg::ttbr1_el1, hal::sysreg::tcr_el1,     hal::sysreg::spsr_el1,       hal::sysreg::elr_el1,
    hal::sysreg::sp_el0,    hal::sysreg::sp_el1,      hal::sysreg::afsr0_el1,      hal::sysreg::afsr1_el1,
    hal::sysreg::esr_el1,   hal::sysreg::far_el1,     hal::sysreg::par_el1,        hal::sysreg::mair_el1,
    hal::sysreg::amair_el1, hal::sysreg::vbar_el1,    hal::sysreg::contextidr_el1, hal::sysreg::tpidr_el1,
    hal::sysreg::tpidr_el0, hal::sysreg::tpidrro_el0, hal::sysreg::cntkctl_el1,    hal::sysreg::mdscr_el1,
    hal::sysreg::fpcr,      hal::sysreg::fpsr};

/// A set of them and V0-V31: a bit for each.
struct El1Set {
    static constexpr std::size_t fp = 63;  // V0-V31; the others have their place in sysreg::all
    static_assert (hal::sysreg::all.size () <= fp);

    [[nodiscard]] static constexpr auto has (hal::SystemRegister which) -> bool {
        return std::ranges::find (el1_registers, which) != el1_registers.end ();
    }

    static constexpr std::uint64_t all = [] {
        std::uint64_t set = 1ULL << fp;
        for (std::size_t i = 0; i < hal::sysreg::all.size (); ++i) {
            const bool is_el1s = std::ranges::find (el1_registers, hal::sysreg::all[i]) != el1_registers.end ();
            set |= is_el1s ? 1ULL << i : 0;
        }
        return set;
    }();
};

/// Has EL1's registers while EL1 executes somewhere else than in the CPU that the hypervisor sees.
class El1Holder {
  public:
    El1Holder ()                                      = default;
    El1Holder (const El1Holder &)                     = delete;
    auto operator= (const El1Holder &) -> El1Holder & = delete;
    virtual ~El1Holder ()                             = default;

    /// One of el1_registers, as EL1 has left it.
    [[nodiscard]] virtual auto read_el1 (hal::SystemRegister which) -> std::uint64_t = 0;

    /// V0-V31, as EL1 and EL0 have left them.
    [[nodiscard]] virtual auto read_fp () -> hal::FpState = 0;
};

}  // namespace ravelin::sim
