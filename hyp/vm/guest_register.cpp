// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/instruction.hpp"
#include "hyp/host/os_lock.hpp"
#include "hyp/host/syndrome.hpp"
#include "hyp/vm/guest_trap.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace ravelin {

namespace {
constexpr hal::SystemRegister actlr_el1{3, 0, 1, 0, 1};

/// Registers that control debugging from EL1, and the channel to a debugger. Not those of trace.
[[nodiscard]] auto is_debug (hal::SystemRegister which) -> bool {
    return which.op0 == 2 && (which.op1 == 0 || which.op1 == 3);
}

[[nodiscard]] auto is_id (hal::SystemRegister which) -> bool {
    return which.op0 == 3 && which.op1 == 0 && which.crn == 0 && which.crm >= 1 && which.crm <= 7;
}

/// An ID register: which of its fields guests read as they are, and what they read in the others. An AArch64 one that
/// isn't here stands for what guests don't have.  [ARM DDI 0487, D17.2]
struct Shown {
    unsigned crm;
    unsigned op2;
    std::uint64_t kept;
    std::uint64_t set;
};

constexpr unsigned first_aarch64 = 4;  // CRm from which the registers are AArch64's

constexpr std::array shown{
    Shown{1, 1, 0x000f'0f0f, 0},                  // ID_PFR1: no Security, Virtualization, GIC registers
    Shown{1, 2, 0x0000'000f, 0},                  // ID_DFR0: CopDbg; no trace, no performance monitors
    Shown{4, 0, 0xff00'0000'00ff'000f, 1U << 4},  // ID_AA64PFR0: EL0, FP, AdvSIMD, CSV2, CSV3; EL1 in AArch64; no EL2
    Shown{4, 1, 0x0000'00ff, 0},                  // ID_AA64PFR1: BT, SSBS
    Shown{5, 0, 0xf0f0'f00f, 0},                  // ID_AA64DFR0: DebugVer and its breakpoints; no trace, no monitors
    Shown{6, 0, ~0UL, 0},                         // ID_AA64ISAR0
    Shown{6, 1, 0x00ff'ffff'00ff'f00f, 0},        // ID_AA64ISAR1: no pointer authentication, LS64, XS
    Shown{7, 0, 0x0fff'ffff, 0},                  // ID_AA64MMFR0: up to TGran4; PARange below
    Shown{7, 1, 0xfff0'f0f0, 0},  // ID_AA64MMFR1: no VHE, LORegions, hardware management of access flags
    Shown{7, 2, 0x000f'0fff, 0},  // ID_AA64MMFR2: CnP, UAO, LSM, VARange
};

constexpr Bits64 pa_range{3, 0};  // ID_AA64MMFR0.PARange

/// The largest PARange that stands for no more than @p bits, which are at least 32.
[[nodiscard]] constexpr auto pa_range_of (std::uint64_t bits) -> std::uint64_t {
    return bits >= 40 ? 2 : bits >= 36 ? 1 : 0;
}

[[nodiscard]] auto read (hal::Cpu &cpu, const World &world, hal::SystemRegister which) -> std::optional<std::uint64_t> {
    if (is_id (which)) { return guest_id_register (cpu, which, world.vm (cpu).ipa_bits); }
    if (which == hal::sysreg::mdscr_el1) { return world.vcpu (cpu).mdscr; }
    if (which == os_lock::status) { return os_lock::unlocked; }
    return is_debug (which) || which == actlr_el1 ? std::optional<std::uint64_t>{0} : std::nullopt;
}
}  // namespace

auto guest_id_register (hal::Cpu &cpu, hal::SystemRegister which, std::uint64_t ipa_bits) -> std::uint64_t {
    const auto *const found = std::ranges::find_if (
        shown, [which] (const Shown &one) { return one.crm == which.crm && one.op2 == which.op2; });
    const bool known = found != shown.end ();
    const auto kept  = known ? found->kept : which.crm < first_aarch64 ? ~0UL : 0;
    const auto value = (cpu.id_register (which.crm, which.op2) & kept) | (known ? found->set : 0);
    if (which != hal::sysreg::id_aa64mmfr0_el1) { return value; }
    return pa_range.set (value, std::min (pa_range.get (value), pa_range_of (ipa_bits)));
}

auto access_guest_register (hal::Cpu &cpu, World &world, Registers &registers, std::uint64_t syndrome) -> bool {
    const auto which  = register_of (syndrome);
    const auto number = static_cast<unsigned> (esr::access::target.get (syndrome));
    if (!esr::access::read.any (syndrome)) {
        if (which == hal::sysreg::mdscr_el1) { world.vcpu (cpu).mdscr = registers.read (number); }
        return is_debug (which) || which == actlr_el1;
    }
    const auto value = read (cpu, world, which);
    if (value) { registers.write (number, *value); }
    return value.has_value ();
}

}  // namespace ravelin
