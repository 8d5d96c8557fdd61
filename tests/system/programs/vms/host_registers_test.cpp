// SPDX-License-Identifier: BSD-2-Clause
#include "guest_test.hpp"
#include "guests/images.hpp"
#include "hyp/abi/status.h"
#include "hyp/hal/system_register.hpp"
#include "instruction.hpp"
#include "system_register.hpp"
#include "vms.hpp"

using namespace el1;
using ravelin::hal::SystemRegister;
namespace registers = ravelin::hal::sysreg;

// The host's own registers, while guests fill theirs with other numbers.

namespace vms {

namespace {
struct Slot {
    std::string_view name;
    std::uint64_t value;  // to write; 0: the runtime needs what is in it
    std::uint64_t (*get) ();
    void (*set) (std::uint64_t);
};

template <SystemRegister R>
[[nodiscard]] constexpr auto slot (std::string_view name, std::uint64_t value = 0) -> Slot {
    return {name, value, read<R>, write<R>};
}

constexpr std::array slots{
    slot<registers::sctlr_el1> ("SCTLR_EL1"),
    slot<registers::cpacr_el1> ("CPACR_EL1"),
    slot<registers::ttbr0_el1> ("TTBR0_EL1"),
    slot<registers::ttbr1_el1> ("TTBR1_EL1"),
    slot<registers::tcr_el1> ("TCR_EL1"),
    slot<registers::mair_el1> ("MAIR_EL1"),
    slot<registers::vbar_el1> ("VBAR_EL1"),
    slot<registers::tpidr_el1> ("TPIDR_EL1"),
    slot<registers::mdscr_el1> ("MDSCR_EL1"),
    slot<registers::csselr_el1> ("CSSELR_EL1", 1),
    slot<registers::spsr_el1> ("SPSR_EL1", 0x5000'03c5),
    slot<registers::elr_el1> ("ELR_EL1", 0xfedc'ba98'7654'3210),
    slot<registers::sp_el0> ("SP_EL0", 0xf012'3456'789a'bcd0),
    slot<registers::afsr0_el1> ("AFSR0_EL1", 0xaaaa'aaaa),
    slot<registers::afsr1_el1> ("AFSR1_EL1", 0xbbbb'bbbb),
    slot<registers::esr_el1> ("ESR_EL1", 0x9600'4321),
    slot<registers::far_el1> ("FAR_EL1", 0x5555'aaaa'3333'cccc),
    slot<registers::par_el1> ("PAR_EL1", 0x4400'0000'1234'5b80),
    slot<registers::amair_el1> ("AMAIR_EL1", 0xcccc'cccc),
    slot<registers::contextidr_el1> ("CONTEXTIDR_EL1", 0x6666'5555),
    slot<registers::tpidr_el0> ("TPIDR_EL0", 0x8070'6050'4030'2010),
    slot<registers::tpidrro_el0> ("TPIDRRO_EL0", 0x8877'6655'4433'2211),
    slot<registers::cntkctl_el1> ("CNTKCTL_EL1", 0x2),
};

void el1_registers_survive (bool is_plain) {
    Test test{"the host's registers of EL1 survive every exit", kind_name (is_plain)};
    Vm vm{arena (0), {.is_plain = is_plain}, images::registers ()};
    vm.add_vcpu ();
    Vcpu vcpu{vm};
    auto last = Step::served;
    while (test.passed () && (last == Step::served || last == Step::waits)) {
        std::array<std::uint64_t, slots.size ()> before{};
        for (std::size_t i = 0; i < slots.size (); ++i) {
            if (slots[i].value != 0) { slots[i].set (slots[i].value); }
            before[i] = slots[i].get ();
        }
        last = vcpu.step ();
        for (std::size_t i = 0; i < slots.size (); ++i) {
            test.equal (slots[i].name, slots[i].get (), before[i]);
        }
    }
    test.expect ("the guest finished", last == Step::finished && vcpu.failures () == 0);
}

/// Leaves the guest's first exits, which feed it, to Vcpu; then makes the call with numbers in all registers.
void call_changes_five_registers (bool is_plain) {
    constexpr std::uint64_t pattern = 0x5a5a'0101'0101'0101;
    constexpr std::uint64_t exits   = 20;
    constexpr std::size_t results   = 5;

    Test test{"VCPU_RUN changes X0-X4 only", kind_name (is_plain)};
    Vm vm{arena (0), {.is_plain = is_plain}, images::trips ()};
    constexpr std::uint64_t asks = 1;
    vm.add_vcpu (0, asks);
    Vcpu vcpu{vm};
    while (!vcpu.has_asked () && test.passed ()) {
        test.expect ("the guest goes on", vcpu.step () == Step::served);
    }
    for (std::uint64_t exit = 0; exit < exits; ++exit) {
        Context before;
        for (std::size_t i = 0; i < before.x.size (); ++i) {
            before.x[i] = pattern * (i + 1);
        }
        before.x[0]   = RAVELIN_VCPU_RUN;
        before.x[1]   = vm.handle ();
        before.x[2]   = 0;
        Context after = before;
        test.expect ("the host comes back", run_instruction (hvc_instruction (0), Level::el1h, after));
        test.equal ("status", after.x[0], RAVELIN_SUCCESS);
        test.equal ("the exit", after.x[1], RAVELIN_EXIT_MMIO);
        test.equal ("its IPA", after.x[2], GUEST_ASK);
        test.equal ("its size", after.x[3], RAVELIN_MMIO_WRITE | sizeof (std::uint64_t));
        test.equal ("what it stores", after.x[4], 0);
        for (std::size_t i = results; i < before.x.size (); ++i) {
            test.equal_register (i, after.x[i], before.x[i]);
        }
        test.equal ("SP_EL0", after.sp, before.sp);
    }
}
}  // namespace

void test_host_registers () {
    for (const bool is_plain : both_kinds) {
        el1_registers_survive (is_plain);
        call_changes_five_registers (is_plain);
    }
}

}  // namespace vms
