// SPDX-License-Identifier: BSD-2-Clause
// What a plain VM's access does where there's neither memory nor a device that could answer.
#include "prober.hpp"

namespace {
constexpr std::uint64_t vbar_el1 = ARM64_SYS_REG (3, 0, 12, 0, 0);
constexpr std::uint64_t esr_el1  = ARM64_SYS_REG (3, 0, 5, 2, 0);
constexpr std::uint64_t far_el1  = ARM64_SYS_REG (3, 0, 6, 0, 0);
constexpr std::uint64_t elr_el1  = core_u64 | KVM_REG_ARM_CORE_REG (elr_el1);
constexpr std::uint64_t spsr_el1 = core_u64 | KVM_REG_ARM_CORE_REG (spsr[KVM_SPSR_EL1]);
constexpr std::uint64_t pstate   = core_u64 | KVM_REG_ARM_CORE_REG (regs.pstate);

// With all interrupts masked.  [ARM DDI 0487, C5.2.19]
constexpr std::uint64_t el1h           = 0x3c5;
constexpr std::uint64_t el1t           = 0x3c4;
constexpr std::uint64_t el0            = 0x3c0;
constexpr std::uint64_t el0_is_aarch32 = 0x1d0;

/// An access that takes an abort, from where it is made, and what EL1 is to see.
struct Abort {
    const char *name;
    std::uint64_t pc;
    std::uint64_t pstate;
    std::uint32_t word;  // at the start of RAM
    std::uint64_t vector;
    std::uint64_t esr;
};

constexpr std::uint32_t ldm_r0_r1_r2 = 0xe890'0006;

constexpr std::array aborts{
    Abort{"two registers at once", ram_start, el1h, a64::stp_x1_x2_x0, 0x200, 0x9600'0010},
    Abort{"an instruction", place, el1h, a64::stay, 0x200, 0x8600'0010},
    Abort{"two registers at once, with EL0's stack", ram_start, el1t, a64::stp_x1_x2_x0, 0x000, 0x9600'0010},
    Abort{"two registers at once, in EL0", ram_start, el0, a64::stp_x1_x2_x0, 0x400, 0x9200'0010},
    Abort{"an instruction, in EL0", place, el0, a64::stay, 0x400, 0x8200'0010},
    Abort{"two registers at once, in AArch32", ram_start, el0_is_aarch32, ldm_r0_r1_r2, 0x600, 0x9200'0010},
    Abort{"an instruction, in AArch32", place, el0_is_aarch32, ldm_r0_r1_r2, 0x600, 0x8200'0010},
};

void check (const Abort &abort) {
    constexpr std::uint64_t vectors = 0x800;
    Test test{std::string{"outside all memory a VM takes an abort for "} + abort.name};
    const Prober prober{test};
    const Vcpu &vcpu = prober.vcpu;
    prober.vm.ram.write (0, std::array{abort.word});
    // Each of the vectors tells which one it is.
    for (std::uint32_t vector = 0; vector < 0x800; vector += 0x80) {
        prober.vm.ram.write (vectors + vector,
                             std::array{0xd280'0001U | vector << 5U /* MOV X1, #vector */, a64::str_x1_x3, a64::stay});
    }
    static_cast<void> (vcpu.set (vbar_el1, ram_start + vectors));
    static_cast<void> (vcpu.set (x (0), place));
    static_cast<void> (vcpu.set (x (3), outside));
    static_cast<void> (vcpu.set (pstate, abort.pstate));
    expect (test, "KVM_RUN", vcpu.go (abort.pc), 0);
    test.expect (vcpu.run->exit_reason == KVM_EXIT_MMIO && vcpu.run->mmio.phys_addr == outside,
                 "its vectors weren't run");
    std::uint64_t vector = 0;
    std::memcpy (&vector, vcpu.run->mmio.data, sizeof vector);
    test.expect (vector == abort.vector, "it's vector " + std::to_string (vector));
    test.expect (vcpu.get (esr_el1) == abort.esr, "ESR_EL1 is another");
    test.expect (vcpu.get (far_el1) == place, "FAR_EL1 is another");
    test.expect (vcpu.get (elr_el1) == abort.pc, "ELR_EL1 is another");
    test.expect (vcpu.get (spsr_el1) == abort.pstate, "SPSR_EL1 is another");
    test.expect (vcpu.get (pstate) == el1h, "it isn't at EL1, with its interrupts masked");
}
}  // namespace

void test_aborts () {
    for (const Abort &abort : aborts) {
        check (abort);
    }
}
