// SPDX-License-Identifier: BSD-2-Clause
// What a guest reaches that its stage 2 doesn't let through: pages, and devices.
#include "hyp/host/instruction.hpp"
#include "hyp/host/traps.hpp"
#include "tests/unit/hyp/vm_guest.hpp"

namespace ravelin {

namespace {
using namespace hal::sysreg;
using test::iss_permission;
using test::iss_transfer;
using test::iss_translation;
using test::iss_write;
using test::VmMachine;

constexpr std::uint64_t device  = 0x0900'0000;
constexpr std::uint64_t vectors = 0x4001'0000;

class VmAccess : public test::VmGuest {};
}  // namespace

TEST_F (VmAccess, fault_in_ram_asks_for_the_page_and_tells_nothing_else) {
    machine.enter (vm);
    static_cast<void> (machine.guest_abort (VmMachine::ram + 0x1234, iss_transfer (3, 7) | iss_write));
    expect_exit (RAVELIN_EXIT_PAGE, VmMachine::ram + 0x1000);
    machine.enter (vm);
    EXPECT_EQ (machine.hal ().read<elr_el2> (), VmMachine::entry);
}

TEST_F (VmAccess, page_that_came_meanwhile_is_tried_again) {
    EXPECT_EQ (machine.call ({RAVELIN_VM_DONATE, vm, VmMachine::ram, machine.pages (1), 1}), RAVELIN_SUCCESS);
    machine.enter (vm);
    EXPECT_EQ (machine.guest_abort (VmMachine::ram, iss_translation), Next::resume);
    EXPECT_TRUE (machine.in_guest ());
    EXPECT_EQ (machine.hal ().read<elr_el2> (), VmMachine::entry);
}

TEST_F (VmAccess, store_outside_ram_tells_address_size_and_value) {
    machine.enter (vm);
    machine.registers ().x[7] = 0x1234'5678'9abc'def0;
    static_cast<void> (machine.guest_abort (device + 4, iss_transfer (1, 7) | iss_write));
    expect_exit (RAVELIN_EXIT_MMIO, device + 4, 2 | RAVELIN_MMIO_WRITE, 0xdef0);
    machine.enter (vm);
    EXPECT_EQ (machine.hal ().read<elr_el2> (), VmMachine::entry + 4);
    EXPECT_EQ (x (7), 0x1234'5678'9abc'def0U);
}

TEST_F (VmAccess, load_outside_ram_gets_its_value_extended_as_it_wants) {
    struct Case {
        std::uint64_t details;
        std::uint64_t value;
        std::uint64_t read;
    };
    constexpr std::uint64_t wide   = 1U << 15;
    constexpr std::uint64_t extend = 1U << 21;
    for (const Case &load :
         {Case{iss_transfer (0, 9), 0x1ff, 0xff}, Case{iss_transfer (0, 9) | extend, 0x80, 0xffff'ff80},
          Case{iss_transfer (0, 9) | extend | wide, 0x80, 0xffff'ffff'ffff'ff80},
          Case{iss_transfer (2, 9) | extend | wide, 0x8000'0000, 0xffff'ffff'8000'0000},
          Case{iss_transfer (2, 9), ~0UL, 0xffff'ffff}, Case{iss_transfer (3, 9) | wide, ~0UL, ~0UL}}) {
        machine.enter (vm);
        machine.registers ().x[9] = 0x5555;
        static_cast<void> (machine.guest_abort (device, load.details));
        expect_exit (RAVELIN_EXIT_MMIO, device, 1UL << esr::access_size.get (load.details));
        static_cast<void> (machine.run (vm, 0, load.value));
        EXPECT_EQ (x (9), load.read) << std::hex << load.details;
        machine.interrupt ();
    }
}

TEST_F (VmAccess, value_of_a_load_reaches_no_register_without_a_load) {
    machine.enter (vm);
    machine.interrupt ();
    static_cast<void> (machine.run (vm, 0, 0xbad));
    for (unsigned i = 0; i < 31; ++i) {
        EXPECT_EQ (x (i), 0U);
    }
}

TEST_F (VmAccess, access_outside_ram_that_no_device_could_answer_is_an_external_abort) {
    machine.enter (vm);
    machine.hal ().write<vbar_el1> (vectors);
    EXPECT_EQ (machine.guest_abort (device, iss_translation), Next::resume);
    EXPECT_TRUE (machine.in_guest ());
    EXPECT_EQ (taken (), esr::Class::data_abort_same);
    EXPECT_EQ (esr::fault_status.get (machine.hal ().read<esr_el1> ()), esr::external_abort);
    EXPECT_EQ (machine.hal ().read<elr_el2> (), vectors + 0x200);
    EXPECT_EQ (machine.hal ().read<far_el1> (), device);

    EXPECT_EQ (machine.guest_abort (device, iss_translation, esr::Class::code_abort_lower), Next::resume);
    EXPECT_EQ (taken (), esr::Class::code_abort_same);
    EXPECT_EQ (esr::fault_status.get (machine.hal ().read<esr_el1> ()), esr::external_abort);
}

TEST_F (VmAccess, store_to_a_page_that_a_plain_vm_may_only_read_asks_for_it) {
    const auto plain = machine.make_vm (false);
    EXPECT_EQ (machine.call ({RAVELIN_VM_LEND, plain, VmMachine::ram, machine.pages (1), 1, 0}), RAVELIN_SUCCESS);
    machine.enter (plain);
    // No engine translates for AT: as if the guest had changed its tables meanwhile, it tries again.
    EXPECT_EQ (machine.guest_abort (VmMachine::ram, iss_permission | iss_write), Next::resume);
    EXPECT_TRUE (machine.in_guest ());
    static_cast<void> (machine.guest_abort (VmMachine::ram + 8, iss_translation | iss_write));
    expect_exit (RAVELIN_EXIT_PAGE, VmMachine::ram + 8, RAVELIN_MMIO_WRITE, VmMachine::ram + 8);
}

TEST_F (VmAccess, access_to_ram_of_a_plain_vm_tells_all_that_a_device_needs) {
    const auto plain = machine.make_vm (false);
    machine.enter (plain);
    machine.registers ().x[7] = 0x1234'5678'9abc'def0;
    static_cast<void> (machine.guest_abort (VmMachine::ram + 4, iss_transfer (2, 7) | iss_write));
    expect_exit (RAVELIN_EXIT_PAGE, VmMachine::ram + 4, 4 | RAVELIN_MMIO_WRITE, 0x9abc'def0);
    machine.enter (plain);
    static_cast<void> (machine.guest_abort (VmMachine::ram + 4, iss_transfer (1, 7)));
    expect_exit (RAVELIN_EXIT_PAGE, VmMachine::ram + 4, 2);
    machine.enter (plain);
    static_cast<void> (machine.guest_abort (VmMachine::ram + 4, iss_translation, esr::Class::code_abort_lower));
    expect_exit (RAVELIN_EXIT_PAGE, VmMachine::ram + 4, RAVELIN_MMIO_FETCH, VmMachine::ram + 4);
    machine.enter (plain);
    // A walk's: the syndrome's register is none.
    static_cast<void> (machine.guest_abort (VmMachine::ram + 4, iss_transfer (3, 7) | esr::stage1_walk.mask ()));
    expect_exit (RAVELIN_EXIT_PAGE, VmMachine::ram + 4, 0, VmMachine::ram + 4);
}

TEST_F (VmAccess, access_to_ram_of_a_plain_vm_is_made_again_or_by_the_host) {
    const auto plain = machine.make_vm (false);
    auto &hal        = machine.hal ();
    machine.enter (plain);
    machine.registers ().x[9] = 0x5555;
    const auto load           = iss_transfer (0, 9) | 1U << 21 | 1U << 15;  // sign-extended to 64 bits
    static_cast<void> (machine.guest_abort (VmMachine::ram, load));
    static_cast<void> (machine.run (plain, 0, 0x80, 4));
    EXPECT_EQ (x (9), 0x5555U) << "it makes it again";
    EXPECT_EQ (hal.read<elr_el2> (), VmMachine::ram);

    static_cast<void> (machine.guest_abort (VmMachine::ram, load));
    static_cast<void> (machine.run (plain, 0, 0x80, RAVELIN_RUN_DONE));
    EXPECT_EQ (x (9), 0xffff'ffff'ffff'ff80U);
    EXPECT_EQ (hal.read<elr_el2> (), VmMachine::ram + 4);

    machine.interrupt ();
    static_cast<void> (machine.run (plain, 0, 0x77, RAVELIN_RUN_DONE));
    EXPECT_EQ (x (9), 0xffff'ffff'ffff'ff80U) << "once";
    EXPECT_EQ (hal.read<elr_el2> (), VmMachine::ram + 4);

    static_cast<void> (machine.guest_abort (VmMachine::ram, iss_transfer (3, 9) | iss_write));
    static_cast<void> (machine.run (plain, 0, 0x77, RAVELIN_RUN_DONE));
    EXPECT_EQ (x (9), 0xffff'ffff'ffff'ff80U) << "a store changes no register";
    EXPECT_EQ (hal.read<elr_el2> (), VmMachine::ram + 8);
}

TEST_F (VmAccess, access_that_the_host_makes_can_be_all_that_a_vcpu_does) {
    const auto plain = machine.make_vm (false);
    const auto get   = [&] (std::uint64_t which) {
        EXPECT_EQ (machine.call ({RAVELIN_VCPU_GET, plain, 0, which}), RAVELIN_SUCCESS);
        return x (1);
    };
    machine.enter (plain);
    static_cast<void> (machine.guest_abort (VmMachine::ram, iss_transfer (2, 9)));
    EXPECT_EQ (machine.run (plain, 0, 0x77, RAVELIN_RUN_DONE_ONLY), RAVELIN_SUCCESS);
    EXPECT_FALSE (machine.in_guest ());
    expect_exit (RAVELIN_EXIT_INTERRUPT, 0);
    EXPECT_EQ (get (9), 0x77U);
    EXPECT_EQ (get (RAVELIN_REGISTER_PC), VmMachine::ram + 4);
    EXPECT_EQ (machine.run (plain, 0, 0x99, RAVELIN_RUN_DONE_ONLY), RAVELIN_SUCCESS);
    expect_exit (RAVELIN_EXIT_INTERRUPT, 0);
    EXPECT_EQ (get (9), 0x77U) << "there's nothing to decide any more";
    machine.enter (plain);
    EXPECT_EQ (x (9), 0x77U);
    EXPECT_EQ (machine.hal ().read<elr_el2> (), VmMachine::ram + 4);
}

TEST_F (VmAccess, access_of_t32_code_that_the_host_makes_is_skipped_as_t32) {
    const auto plain = machine.make_vm (false);
    auto &hal        = machine.hal ();
    machine.enter (plain);
    constexpr std::uint64_t user32 = 0x30;  // AArch32 User, T32
    const auto in_block            = pstate::it_high.put (0b10) | pstate::it_low.put (0b10);
    hal.write<spsr_el2> (user32 | in_block);
    hal.write<hpfar_el2> (hpfar::ipa_page.put (VmMachine::ram / page_size));
    hal.write<far_el2> (VmMachine::ram);
    hal.write<esr_el2> (esr::exception_class.put (std::to_underlying (esr::Class::data_abort_lower)) |
                        iss_transfer (2, 9));
    static_cast<void> (machine.machine ().cpu (0U).trap (machine.registers ()));
    static_cast<void> (machine.run (plain, 0, 7, RAVELIN_RUN_DONE));
    EXPECT_EQ (x (9), 7U);
    EXPECT_EQ (hal.read<elr_el2> (), VmMachine::ram + 2);
    EXPECT_EQ (hal.read<spsr_el2> (), advance_it (user32 | in_block));
    EXPECT_NE (hal.read<spsr_el2> (), user32 | in_block);
}

TEST_F (VmAccess, load_outside_ram_ends_in_a_vcpu_that_is_not_to_run) {
    machine.enter (vm);
    static_cast<void> (machine.guest_abort (device, iss_transfer (2, 9)));
    EXPECT_EQ (machine.run (vm, 0, 0x77, RAVELIN_RUN_DONE_ONLY), RAVELIN_SUCCESS);
    expect_exit (RAVELIN_EXIT_INTERRUPT, 0);
    static_cast<void> (machine.run (vm, 0, 0x99));
    EXPECT_TRUE (machine.in_guest ());
    EXPECT_EQ (x (9), 0x77U);
}

TEST_F (VmAccess, host_makes_no_access_to_ram_of_a_protected_vm) {
    machine.enter (vm);
    machine.registers ().x[9] = 0x5555;
    static_cast<void> (machine.guest_abort (VmMachine::ram, iss_transfer (3, 9)));
    static_cast<void> (machine.run (vm, 0, 7, RAVELIN_RUN_DONE));
    EXPECT_EQ (x (9), 0x5555U);
    EXPECT_EQ (machine.hal ().read<elr_el2> (), VmMachine::entry);
}

TEST_F (VmAccess, access_that_waits_is_forgotten_by_a_vcpu_that_begins_anew) {
    const auto plain = machine.make_vm (false);
    machine.enter (plain);
    static_cast<void> (machine.guest_abort (VmMachine::ram, iss_transfer (3, 9)));
    for (const std::uint64_t power : {0U, 1U}) {
        EXPECT_EQ (machine.call ({RAVELIN_VCPU_SET, plain, 0, RAVELIN_REGISTER_POWER, power}), RAVELIN_SUCCESS);
    }
    static_cast<void> (machine.run (plain, 0, 7, RAVELIN_RUN_DONE));
    EXPECT_TRUE (machine.in_guest ());
}

}  // namespace ravelin
