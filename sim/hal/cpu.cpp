// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/hal/hal.hpp"
#include "sim/machine/random.hpp"
#include "sim/machine/violation.hpp"

#include <string>

namespace ravelin::hal {

namespace {
/// An ID register of a Cortex-A72.  [DDI 0488, 4.2]
struct IdRegister {
    unsigned crm;
    unsigned op2;
    std::uint64_t value;
};

constexpr std::uint64_t a72_memory = 0x1124;  // ID_AA64MMFR0_EL1: 44-bit PA, 16-bit ASID

constexpr std::array a72{
    IdRegister{1, 0, 0x0000'0131},  // ID_PFR0_EL1
    IdRegister{1, 1, 0x0001'1011},  // ID_PFR1_EL1
    IdRegister{1, 2, 0x0301'0066},  // ID_DFR0_EL1
    IdRegister{1, 4, 0x1020'1105},  // ID_MMFR0_EL1
    IdRegister{1, 5, 0x4000'0000},  // ID_MMFR1_EL1
    IdRegister{1, 6, 0x0126'0000},  // ID_MMFR2_EL1
    IdRegister{1, 7, 0x0210'2211},  // ID_MMFR3_EL1
    IdRegister{2, 0, 0x0210'1110},  // ID_ISAR0_EL1
    IdRegister{2, 1, 0x1311'2111},  // ID_ISAR1_EL1
    IdRegister{2, 2, 0x2123'2042},  // ID_ISAR2_EL1
    IdRegister{2, 3, 0x0111'2131},  // ID_ISAR3_EL1
    IdRegister{2, 4, 0x0001'1142},  // ID_ISAR4_EL1
    IdRegister{2, 5, 0x0001'1121},  // ID_ISAR5_EL1
    IdRegister{3, 0, 0x1011'0222},  // MVFR0_EL1
    IdRegister{3, 1, 0x1211'1111},  // MVFR1_EL1
    IdRegister{3, 2, 0x0000'0043},  // MVFR2_EL1
    IdRegister{4, 0, 0x0000'2222},  // ID_AA64PFR0_EL1
    IdRegister{5, 0, 0x1030'5106},  // ID_AA64DFR0_EL1
    IdRegister{6, 0, 0x0001'1120},  // ID_AA64ISAR0_EL1
    IdRegister{7, 0, a72_memory},   // ID_AA64MMFR0_EL1
};
}  // namespace

auto Cpu::id_register (unsigned crm, unsigned op2) -> std::uint64_t {
    for (const IdRegister &known : a72) {
        if (known.crm == crm && known.op2 == op2) { return known.value; }
    }
    return 0;  // reserved: RAZ
}

void Cpu::lock_acquired (unsigned rank) {
    if (locks_ >> rank != 0) {
        throw sim::Violation{"EL2 takes a lock of rank " + std::to_string (rank) + " while it holds " +
                             sim::hex (locks_)};
    }
    tell (sim::el2::TakesLock{rank});
    locks_ |= 1U << rank;
    ++operations_;
}

void Cpu::panic (std::string_view why) {
    throw sim::Violation{"EL2 panics: " + std::string{why}};
}

Cpu::Cpu (CpuIndex number, const Wiring &wiring, std::uint64_t seed)
    : number_{number}, index_{number}, wiring_{wiring},
      watch_{number, wiring.bus, wiring.exposed, wiring.own_memory, seed} {
    constexpr std::uint64_t multiprocessor = 1U << 31;     // MPIDR_EL1: RES1
    constexpr std::uint64_t cortex_a72     = 0x410f'd083;  // MIDR_EL1: r0p3, as in the BCM2711

    sim::Random random{seed};
    for (auto &value : registers_) {
        value = random.next ();
    }
    for (auto &half : fp_.halves) {
        half = random.next ();
    }
    write<sysreg::cntvoff_el2> (random.next ());
    write<sysreg::cnthp_ctl_el2> (random.next ());

    registers_[index_of (sysreg::midr_el1)]         = cortex_a72;
    registers_[index_of (sysreg::mpidr_el1)]        = multiprocessor | number.value ();
    registers_[index_of (sysreg::id_aa64mmfr0_el1)] = a72_memory;
    registers_[index_of (sysreg::cntfrq_el0)]       = wiring.clock.frequency ();
}

}  // namespace ravelin::hal
