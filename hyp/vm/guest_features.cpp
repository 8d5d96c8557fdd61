// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vm/guest_features.hpp"

#include "hyp/core/bit_field.hpp"

#include <algorithm>

namespace ravelin {

namespace {
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

constexpr unsigned mmfr0_crm = 7;
constexpr Bits64 pa_range{3, 0};  // ID_AA64MMFR0.PARange

/// The largest PARange that stands for no more than @p bits, which are at least 32.
[[nodiscard]] constexpr auto pa_range_of (std::uint32_t bits) -> std::uint64_t {
    return bits >= 40 ? 2 : bits >= 36 ? 1 : 0;
}
}  // namespace

GuestFeatures::GuestFeatures (hal::Cpu &cpu) {
    for (unsigned crm = 1; crm <= 7; ++crm) {
        for (unsigned op2 = 0; op2 <= 7; ++op2) {
            const auto *const mask =
                std::ranges::find_if (shown, [&] (const Shown &one) { return one.crm == crm && one.op2 == op2; });
            const Shown mine = mask != shown.end () ? *mask : Shown{crm, op2, crm < first_aarch64 ? ~0UL : 0, 0};
            values_[place (crm, op2)] = (cpu.id_register (crm, op2) & mine.kept) | mine.set;
        }
    }
}

auto GuestFeatures::read (std::uint64_t crm, std::uint64_t op2, std::uint32_t ipa_bits) const -> std::uint64_t {
    const auto value = values_[place (crm, op2)];
    if (crm == mmfr0_crm && op2 == 0) {
        return pa_range.set (value, std::min (pa_range.get (value), pa_range_of (ipa_bits)));
    }
    return value;
}

}  // namespace ravelin
