// SPDX-License-Identifier: BSD-2-Clause
#include "call.hpp"
#include "fault.hpp"
#include "guest.hpp"
#include "hyp/abi/smccc.h"
#include "hyp/hal/system_register.hpp"
#include "system_register.hpp"

using namespace guest;
using ravelin::hal::SystemRegister;

// Registers that a guest shall not have. The host has put numbers into those of them that it has.  [ARM DDI
// 0487, D17]

namespace {
template <SystemRegister R>
[[nodiscard]] auto read_is_undefined () -> bool {
    return is_undefined (fault_of ([] { static_cast<void> (el1::read<R> ()); }));
}

template <SystemRegister R>
[[nodiscard]] auto write_is_undefined () -> bool {
    return is_undefined (fault_of ([] { el1::write<R> (0); }));
}

template <SystemRegister R>
void expect_undefined (std::string_view what) {
    check (what, read_is_undefined<R> () && write_is_undefined<R> ());
}

/// There's no such register, or it is 0 and stays 0.
template <SystemRegister R>
void expect_hidden (std::string_view what) {
    std::uint64_t value     = 0;
    const Fault read        = fault_of ([&] { value = el1::read<R> (); });
    const Fault write       = fault_of ([] { el1::write<R> (~0ULL); });
    const Fault again       = fault_of ([&] { value |= el1::read<R> (); });
    const bool is_not_there = is_undefined (read) && is_undefined (write) && is_undefined (again);
    const bool stays_zero   = read.count + write.count + again.count == 0 && value == 0;
    check (what, is_not_there || stays_zero);
}

void monitors () {
    expect_undefined<SystemRegister{3, 3, 9, 12, 0}> ("PMCR_EL0 is undefined");
    expect_undefined<SystemRegister{3, 3, 9, 12, 1}> ("PMCNTENSET_EL0 is undefined");
    expect_undefined<SystemRegister{3, 3, 9, 12, 5}> ("PMSELR_EL0 is undefined");
    expect_undefined<SystemRegister{3, 3, 9, 13, 0}> ("PMCCNTR_EL0 is undefined");
    expect_undefined<SystemRegister{3, 3, 9, 14, 0}> ("PMUSERENR_EL0 is undefined");
    expect_undefined<SystemRegister{3, 0, 9, 14, 1}> ("PMINTENSET_EL1 is undefined");
    expect_undefined<SystemRegister{3, 3, 14, 8, 0}> ("PMEVCNTR0_EL0 is undefined");
    expect_undefined<SystemRegister{3, 3, 14, 15, 7}> ("PMCCFILTR_EL0 is undefined");
}

void debug () {
    expect_hidden<SystemRegister{2, 0, 0, 0, 4}> ("DBGBVR0_EL1 is hidden");
    expect_hidden<SystemRegister{2, 0, 0, 0, 5}> ("DBGBCR0_EL1 is hidden");
    expect_hidden<SystemRegister{2, 0, 0, 0, 6}> ("DBGWVR0_EL1 is hidden");
    expect_hidden<SystemRegister{2, 0, 0, 0, 7}> ("DBGWCR0_EL1 is hidden");
    expect_hidden<SystemRegister{2, 0, 1, 3, 4}> ("OSDLR_EL1 is hidden");
    std::uint64_t value = 0;
    const Fault read    = fault_of ([&] { value = el1::read<ravelin::hal::sysreg::mdscr_el1> (); });
    check ("MDSCR_EL1 isn't the host's", value == 0 && (read.count == 0 || is_undefined (read)));
    const Fault lock = fault_of ([] { el1::write<SystemRegister{2, 0, 1, 0, 4}> (0); });
    check ("OSLAR_EL1 takes a write or is undefined", lock.count == 0 || is_undefined (lock));
}

void identification () {
    constexpr std::uint64_t field = 0xf;
    const auto levels             = el1::read<SystemRegister{3, 0, 0, 4, 0}> ();
    const auto features           = el1::read<SystemRegister{3, 0, 0, 5, 0}> ();
    check ("ID_AA64PFR0_EL1: no EL2, no EL3", (levels >> 8 & field) == 0 && (levels >> 12 & field) == 0);
    check ("ID_AA64PFR0_EL1: EL1 is AArch64 only", (levels >> 4 & field) == 1);
    check ("ID_AA64DFR0_EL1: no performance monitors", (features >> 8 & field) == 0);
}

void others () {
    expect_undefined<SystemRegister{3, 1, 15, 2, 0}> ("CPUACTLR_EL1 is undefined");
    expect_undefined<SystemRegister{3, 1, 15, 2, 1}> ("CPUECTLR_EL1 is undefined");
    expect_undefined<SystemRegister{3, 1, 11, 0, 2}> ("L2CTLR_EL1 is undefined");
    expect_undefined<SystemRegister{3, 4, 1, 1, 0}> ("HCR_EL2 is undefined");
    expect_undefined<SystemRegister{3, 6, 1, 1, 0}> ("SCR_EL3 is undefined");

    std::uint64_t version = 0;
    const Fault smc       = fault_of ([&] { version = el1::smc (SMCCC_VERSION)[0]; });
    check ("SMC is a call", smc.count == 0 && version == SMCCC_VERSION_1_1);

    using Counter      = std::uint64_t (*) ();
    const Counter time = el1::read<SystemRegister{3, 3, 14, 0, 2}>;
    const auto before  = time ();
    check ("CNTVCT_EL0 doesn't run backwards", time () >= before);
}
}  // namespace

void guest::run (const Start & /*start*/) {
    monitors ();
    debug ();
    identification ();
    others ();
}
