// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/unicorn/running_guest.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace ravelin::test {

namespace {
using namespace a64;
using namespace hal::sysreg;
}  // namespace

TEST_F (UnicornGuest, runs_between_two_instructions_of_the_host) {
    RunningHost host{enter_guest ().then ({wfi})};
    auto &guest        = add_guest (host, Code{}.set (7, 77).then ({hvc (3)}));
    guest.general.x[3] = 33;

    EXPECT_EQ (host.run (), sim::Outcome::asleep);

    EXPECT_EQ (host.x (0), 0x5a00'0003U);
    EXPECT_EQ (worlds.address, guest_ipa + 5 * 4);
    EXPECT_EQ (guest.general.x[7], 77U);
    EXPECT_EQ (guest.general.x[3], 33U);
    EXPECT_NE (host.x (7), 77U);
}

TEST_F (UnicornGuest, executes_its_own_code_where_the_host_has_other_code) {
    // Three times into two guests, all at one address, and between them the host there too.
    const Code count = Code{add (5, 5, 1), hvc (0), b (-2)};
    Code program;
    for (unsigned round = 0; round < 3; ++round) {
        program.set (0, Worlds::enter).set (1, 0).then ({hvc (0)});
        program.set (0, Worlds::enter).set (1, 1).then ({hvc (0)});
        program.then ({add (6, 6, 1)});
    }
    RunningHost host{program.then ({wfi})};
    worlds.guests.reserve (2);
    auto &first  = add_guest (host, count, RunningHost::code & ~0xfffULL);
    auto &second = add_guest (host, Code{add (5, 5, 2), hvc (0), b (-2)}, RunningHost::code & ~0xfffULL);

    host.run ();

    EXPECT_EQ (first.general.x[5], 3U);
    EXPECT_EQ (second.general.x[5], 6U);
    EXPECT_EQ (host.x (6) & 0xf, 3U);
}

TEST_F (UnicornGuest, executes_what_el2_has_put_where_other_code_was) {
    // Another guest has executed something at that address before.
    RunningHost host{enter_guest ()
                         .set (0, Worlds::enter)
                         .set (1, 1)
                         .then ({hvc (0)})
                         .set (0, Worlds::enter)
                         .set (1, 1)
                         .then ({hvc (0), wfi})};
    add_guest (host, Code{hvc (0)});
    add_guest (host, Code{add (5, 5, 1), hvc (0), b (-2)});
    worlds.handler = [&, exits = 0] (hal::Cpu &cpu, World & /*guest*/) mutable {
        if (++exits == 2) {
            EXPECT_TRUE (host.machine ().bus ().write (CpuIndex{0}, Pa{guest_code + 0x1'0000}, 4, add (5, 5, 16)));
            cpu.drop_code ();
        }
        return false;
    };

    host.run ();

    EXPECT_EQ (worlds.guests[1].general.x[5], 17U);
}

TEST_F (UnicornGuest, finds_each_register_of_el1_as_the_switch_has_left_it) {
    // Both write what only a switch keeps apart: thread ID, stack pointers, vectors, a vector register.
    constexpr Instruction use_sp = mov_sp (9);
    RunningHost host{
        Code{}
            .set (9, 0x4444'0000)
            .then ({msr (tpidr_el1, 9), msr (sp_el0, 9), msr (vbar_el1, 9), use_sp})
            .set (0, Worlds::enter)
            .set (1, 0)
            .then ({hvc (0), mrs (2, tpidr_el1), mrs (3, sp_el0), mrs (4, vbar_el1), mov_from_sp (5), wfi})};
    auto &guest = add_guest (host, Code{}
                                       .set (9, 0x7777'0000)
                                       .then ({mrs (2, tpidr_el1), mrs (3, sp_el0), mov_from_sp (5), msr (tpidr_el1, 9),
                                               msr (sp_el0, 9), msr (vbar_el1, 9), use_sp, hvc (0)}));
    guest.el1.fill (0x1111'0000);
    guest.el1[World::sctlr_index] = 0x30d0'0800;

    host.run ();

    for (const unsigned i : {2U, 3U, 5U}) {
        EXPECT_EQ (guest.general.x[i], 0x1111'0000U) << i;
    }
    for (const unsigned i : {2U, 3U, 4U, 5U}) {
        EXPECT_EQ (host.x (i), 0x4444'0000U) << i;
    }
    const auto kept = [&] (hal::SystemRegister which) {
        return guest.el1[static_cast<std::size_t> (std::ranges::find (sim::el1_registers, which) -
                                                   sim::el1_registers.begin ())];
    };
    EXPECT_EQ (kept (tpidr_el1), 0x7777'0000U);
    EXPECT_EQ (kept (sp_el0), 0x7777'0000U);
    EXPECT_EQ (kept (sp_el1), 0x7777'0000U);
    EXPECT_EQ (kept (vbar_el1), 0x7777'0000U);
}

TEST_F (UnicornGuest, wfi_and_identification_registers_trap) {
    constexpr hal::SystemRegister id_aa64pfr0_el1{3, 0, 0, 4, 0};
    RunningHost host{enter_guest ().then ({wfi})};
    add_guest (host, Code{wfi, mrs (7, id_aa64pfr0_el1), hvc (0)});
    std::vector<std::uint64_t> causes;
    worlds.handler = [&] (hal::Cpu & /*cpu*/, World &guest) {
        causes.push_back (worlds.syndrome);
        guest.elr += 4;
        return causes.size () < 2;
    };

    host.run ();

    EXPECT_EQ (causes, (std::vector<std::uint64_t>{0x07e0'0000, 0x6230'00e9}));
}

TEST_F (UnicornGuest, an_access_is_told_in_its_syndrome_unless_it_writes_its_base_back) {
    constexpr Instruction post_indexed = 0xf840'8422;  // LDR X2, [X1], #8
    constexpr Instruction pre_indexed  = 0x3800'1c22;  // STRB W2, [X1, #1]!
    RunningHost host{enter_guest ().then ({wfi})};
    add_guest (
        host,
        Code{}.set (1, guest_ipa + 0x10'0000).then ({ldr_w (2, 1), str_w (3, 1), post_indexed, pre_indexed, hvc (0)}));
    std::vector<std::uint64_t> causes;
    worlds.handler = [&] (hal::Cpu & /*cpu*/, World &guest) {
        causes.push_back (worlds.syndrome & ~0x3fUL);  // without the level
        guest.elr += 4;
        return causes.size () < 4;
    };

    host.run ();

    EXPECT_EQ (causes, (std::vector<std::uint64_t>{0x9382'0000, 0x9383'0040, 0x9200'0000, 0x9200'0040}));
}

TEST_F (UnicornGuest, debug_and_performance_registers_trap_even_those_that_unicorn_lacks) {
    constexpr hal::SystemRegister dbgbvr0_el1{2, 0, 0, 0, 4};
    constexpr hal::SystemRegister dbgclaimset_el1{2, 0, 7, 8, 6};
    constexpr hal::SystemRegister dbgprcr_el1{2, 0, 1, 4, 4};
    constexpr hal::SystemRegister mdccsr_el0{2, 3, 0, 1, 0};
    RunningHost host{enter_guest ().then ({wfi})};
    auto &guest = add_guest (host, Code{mrs (2, mdscr_el1), msr (dbgbvr0_el1, 3), mrs (4, pmcr_el0),
                                        msr (dbgclaimset_el1, 5), mrs (6, dbgprcr_el1), mrs (30, mdccsr_el0), hvc (0)});
    guest.mdcr |= 1U << 11 | 1U << 10 | 1U << 9 | 1U << 6 | 1U << 5;  // TDRA, TDOSA, TDA, TPM, TPMCR
    std::vector<std::uint64_t> causes;
    worlds.handler = [&] (hal::Cpu & /*cpu*/, World &world) {
        causes.push_back (worlds.syndrome);
        world.elr += 4;
        return causes.size () < 6;
    };

    host.run ();

    EXPECT_EQ (causes, (std::vector<std::uint64_t>{0x6224'0045, 0x6228'0060, 0x6230'e499, 0x622c'1cb0, 0x6228'04c9,
                                                   0x6220'c3c3}));
}

TEST_F (UnicornGuest, an_interrupt_comes_to_el2_though_the_guest_masks_it) {
    // The host's timer, which it has programmed before; nobody listens to it but the interrupt controller.
    constexpr std::uint64_t enable = RunningHost::distributor + 0x100;
    RunningHost host{Code{}
                         .set (1, RunningHost::distributor)
                         .set (2, 1)
                         .then ({str_w (2, 1)})
                         .set (1, enable)
                         .set (2, 1U << 27)
                         .then ({str_w (2, 1)})
                         .set (1, RunningHost::cpu_interface)
                         .set (2, 1)
                         .then ({str_w (2, 1)})
                         .set (1, RunningHost::cpu_interface + 4)
                         .set (2, 0xff)
                         .then ({str_w (2, 1)})
                         .set (1, 1)
                         .set (2, 0x1000)
                         .then ({msr (cntv_cval_el0, 2), msr (cntv_ctl_el0, 1)})
                         .set (0, Worlds::enter)
                         .set (1, 0)
                         .then ({hvc (0), msr (cntv_ctl_el0, 31), wfi})};
    const auto &guest = add_guest (host, Code{loop});

    host.run ();

    EXPECT_EQ (host.x (0), Worlds::irq);
    EXPECT_EQ (guest.elr, guest_ipa);
    EXPECT_EQ (guest.spsr, 0x3c5U);
}

TEST_F (UnicornGuest, hpfar_is_rubbish_after_a_permission_fault_only) {
    RunningHost host{enter_guest ().then ({wfi})};
    auto &guest = add_guest (
        host,
        Code{}.set (1, guest_ipa + 0x1008).then ({str_w (2, 1)}).set (1, 0x9000'0010).then ({ldr_w (2, 1), hvc (0)}));
    tables.back ().map (Ipa{guest_ipa + 0x1000}, Pa{guest_code + 0x1000}, GuestTables::read);
    std::vector<std::uint64_t> pages;
    worlds.handler = [&] (hal::Cpu & /*cpu*/, World &world) {
        pages.push_back (worlds.ipa_page);
        world.elr += 4;
        return pages.size () < 2;
    };

    host.run ();

    ASSERT_EQ (pages.size (), 2U);
    EXPECT_NE (pages[0], guest_ipa + 0x1000);
    EXPECT_EQ (pages[1], 0x9000'0000U);
    EXPECT_EQ (guest.elr, guest_ipa + 10 * 4);
}

TEST_F (UnicornGuest, at_translates_by_the_stage_1_of_the_guest) {
    RunningHost host{enter_guest ().then ({wfi})};
    add_guest (host, Code{hvc (0)});
    // One block of 1 GiB in a table of the guest's: VA 0 on leads to IPA 0x8000'0000.
    const Pa table{guest_code + 0x1000};
    tables.back ().map (Ipa{guest_ipa + 0x1000}, table);
    tables.back ().put (table, guest_ipa | 1U << 10 | 1);
    std::uint64_t result = 0;
    worlds.handler       = [&] (hal::Cpu &cpu, World       &/*world*/) {
        cpu.write<tcr_el1> (25 | 1U << 23 | 2ULL << 30);
        cpu.write<ttbr0_el1> (guest_ipa + 0x1000);
        cpu.write<mair_el1> (0xff);
        cpu.write<sctlr_el1> (1);
        cpu.write<vttbr_el2> (tables.back ().vttbr ());
        cpu.at_s1e1r (Va{0x1234});
        result = cpu.read<par_el1> ();
        return false;
    };

    host.run ();

    EXPECT_EQ (result & 0xffff'ffff'f001, guest_ipa + 0x1000);
}

}  // namespace ravelin::test
