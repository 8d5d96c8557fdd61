// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/violation.hpp"
#include "tests/unit/sim/scripted_guest_fixture.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>

namespace ravelin::sim {
namespace {

using namespace hal::sysreg;

constexpr std::uint64_t hvc_exit = 0x5a00'0000;

TEST_F (ScriptedGuestTest, goes_on_where_it_was_at_each_entry) {
    std::vector<int> order;
    const auto guest = [&] (ScriptedGuest &cpu) -> Script {
        EXPECT_EQ (cpu.entry (), entry_ipa);
        order.push_back (1);
        co_await cpu.hvc (0);
        order.push_back (2);
        co_await cpu.nop ();
        co_await cpu.hvc (0);
        order.push_back (3);
    };

    EXPECT_EQ (run (runner (3), guest), Outcome::finished);

    EXPECT_EQ (order, (std::vector{1, 2, 3}));
    EXPECT_EQ (exits, (std::vector<std::uint64_t>{hvc_exit, hvc_exit, 0x0600'0000})) << "at last it sleeps";
}

TEST_F (ScriptedGuestTest, a_call_gets_the_registers_that_the_hypervisor_puts_there) {
    worlds.handler = [] (hal::Cpu &, World &world) {
        world.general.x[0] = 7;
        world.general.x[2] = 9;
        return world.general.x[1] == 5;
    };
    CallResult result{};

    run (runner (1), [&] (ScriptedGuest &cpu) -> Script {
        result = co_await cpu.hvc (0x1234, {5});
        co_await cpu.hvc (0, {6});
    });

    EXPECT_EQ (result, (CallResult{7, 5, 9, 0}));
}

TEST_F (ScriptedGuestTest, reaches_memory_by_its_own_stage_2) {
    EXPECT_EQ (run (
                   [&] (ScriptedCpu &cpu) -> Script {
                       EXPECT_TRUE (co_await cpu.store (Ipa{page.value ()}, 0x1111));
                       co_await cpu.hvc (Worlds::enter);
                       EXPECT_EQ (co_await cpu.load (Ipa{page.value ()}), 0x2222);
                   },
                   [&] (ScriptedGuest &cpu) -> Script {
                       EXPECT_EQ (co_await cpu.load (Ipa{entry_ipa}), 0x1111);
                       EXPECT_TRUE (co_await cpu.store (Ipa{entry_ipa}, 0x2222));
                       co_await cpu.hvc (0);
                   }),
               Outcome::finished);
    EXPECT_EQ (worlds.syndrome, hvc_exit);
}

TEST_F (ScriptedGuestTest, a_load_is_repeated_if_the_hypervisor_returns_to_it) {
    std::uint64_t loaded = 0;
    worlds.handler       = [&] (hal::Cpu &, World &) {
        tables.map (Ipa{entry_ipa + 0x1000}, page);
        return false;
    };
    tables.put (page, 0x77);

    run (runner (2),
         [&] (ScriptedGuest &cpu) -> Script { loaded = (co_await cpu.load (Ipa{entry_ipa + 0x1000})).value (); });

    EXPECT_EQ (loaded, 0x77U);
}

TEST_F (ScriptedGuestTest, an_mmio_load_takes_its_value_from_the_transfer_register) {
    std::uint64_t loaded = 0;
    worlds.handler       = [&] (hal::Cpu &, World &world) {
        world.general.x[5] = 0xabcd'1234'5678;
        world.elr += 4;
        return false;
    };

    run (runner (2),
         [&] (ScriptedGuest &cpu) -> Script { loaded = (co_await cpu.load (Ipa{0x0900'0000}, {.size = 4})).value (); });

    EXPECT_EQ (exits[0], 0x9385'0005U) << "a word to W5, translation fault of level 1";
    EXPECT_EQ (loaded, 0x1234'5678U);
}

TEST_F (ScriptedGuestTest, an_interrupt_of_el2s_comes_between_two_instructions) {
    EXPECT_EQ (run (
                   [&] (ScriptedCpu &cpu) -> Script {
                       const auto gic_distributor   = Ipa{machine->map ().distributor.start.value ()};
                       const auto gic_cpu_interface = Ipa{machine->map ().cpu_interface.start.value ()};
                       co_await cpu.store (gic_distributor, 1, {.size = 4});
                       co_await cpu.store (gic_distributor + 0x100, 1U << 27, {.size = 4});
                       co_await cpu.store (gic_cpu_interface, 1, {.size = 4});
                       co_await cpu.store (gic_cpu_interface + 4, 0xff, {.size = 4});
                       cpu.write<cntv_cval_el0> (0);
                       cpu.write<cntv_ctl_el0> (1);
                       EXPECT_EQ ((co_await cpu.hvc (Worlds::enter))[0], Worlds::irq);
                       cpu.write<cntv_ctl_el0> (0);
                       EXPECT_EQ ((co_await cpu.hvc (Worlds::enter))[0], hvc_exit);
                   },
                   [] (ScriptedGuest &cpu) -> Script {
                       for (int i = 0; i < 3; ++i) {
                           co_await cpu.nop ();
                       }
                       co_await cpu.hvc (0);
                   }),
               Outcome::finished);
}

TEST_F (ScriptedGuestTest, an_exception_that_the_hypervisor_injects_is_the_result) {
    std::optional<Abort> abort;
    worlds.handler = [this] (hal::Cpu &, World &world) {
        if (worlds.syndrome == hvc_exit) { return false; }
        for (std::size_t i = 0; i < el1_registers.size (); ++i) {
            world.el1[i] = el1_registers[i] == esr_el1 ? 0x0200'0000 : world.el1[i];
            world.el1[i] = el1_registers[i] == elr_el1 ? world.elr : world.el1[i];
            world.el1[i] = el1_registers[i] == spsr_el1 ? world.spsr : world.el1[i];
        }
        world.elr = 0xffff'8000'0008'0200;
        return true;
    };
    run (runner (1), [&] (ScriptedGuest &cpu) -> Script {
        const auto result = co_await cpu.trapped (0x6232'0000);
        abort             = result.error ();
        co_await cpu.hvc (0);
    });

    ASSERT_TRUE (abort);
    EXPECT_EQ (abort->esr, 0x0200'0000U);
}

TEST_F (ScriptedGuestTest, a_return_to_elsewhere_is_a_violation_that_names_the_guest) {
    worlds.handler = [] (hal::Cpu &, World &world) {
        world.elr += 8;
        return true;
    };
    try {
        run (runner (1), [] (ScriptedGuest &cpu) -> Script { co_await cpu.wfi (); });
        FAIL ();
    } catch (const Violation &violation) {
        EXPECT_NE (std::string{violation.what ()}.find ("vCPU 0 of VMID 1"), std::string::npos);
    }
}

TEST_F (ScriptedGuestTest, a_vcpu_goes_on_on_another_cpu) {
    ScriptedMachine two{BoardName::virt, {.cpus = 2}};
    GuestTables own{two.get (), Pa{0x4b00'0000}, 1};
    World world = World::guest (own.vttbr (), entry_ipa);
    std::vector<int> order;
    ScriptedGuest guest{{.vmid = 1, .vcpu = 0}, [&] (ScriptedGuest &cpu) -> Script {
                            order.push_back (1);
                            co_await cpu.hvc (0);
                            order.push_back (2);
                            co_await cpu.hvc (0);
                        }};
    Worlds first;
    Worlds second;
    first.guests.push_back (world);
    two->cpu (0U).observe (&first);
    two->cpu (1U).observe (&second);
    bool ready = false;
    ScriptedCpu cpu0{two->cpu (0U), [&] (ScriptedCpu &cpu) -> Script {
                         co_await cpu.hvc (Worlds::enter);
                         second.guests.push_back (first.guests[0]);
                         co_await cpu.smc (0xc400'0003, {1, two.kernel ().value (), 0});
                         ready = true;
                     }};
    ScriptedCpu cpu1{two->cpu (1U), [&] (ScriptedCpu &cpu) -> Script {
                         co_await cpu.hvc (Worlds::enter);
                     }};
    cpu0.guest (guest);
    cpu1.guest (guest);

    EXPECT_EQ (two.boot_and_run (), Outcome::finished);

    EXPECT_TRUE (ready);
    EXPECT_EQ (order, (std::vector{1, 2}));
}

}  // namespace
}  // namespace ravelin::sim
