// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/sim/scripted_guest_fixture.hpp"
#include "tests/unit/sim/virtual_gic.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace ravelin::sim {
namespace {

constexpr std::uint64_t wfi_exit = 0x0600'0000;
constexpr hal::SystemRegister cntp_ctl{3, 3, 14, 2, 1};
constexpr hal::SystemRegister cntp_cval{3, 3, 14, 2, 2};
constexpr hal::SystemRegister cntv_ctl{3, 3, 14, 3, 1};
constexpr hal::SystemRegister cntv_cval{3, 3, 14, 3, 2};
constexpr hal::SystemRegister cntvct{3, 3, 14, 0, 2};
constexpr AccessOptions word{.size = 4};

/// A guest that has GICV where its stage 2 puts it, and what EL2 has of GICH.
class ScriptedInterrupt : public ScriptedGuestTest {
  protected:
    static constexpr Ipa cpu_interface{0x0801'0000};

    ScriptedInterrupt () {
        tables.map (cpu_interface, machine->map ().virtual_interface.start);
        gich (gich::hcr, gich::enable);
        gich (gich::vmcr, 0x1fU << 27 | 1);
    }

    void gich (std::uint64_t offset, std::uint32_t value) {
        EXPECT_TRUE (machine->bus ().write (CpuIndex{0}, machine->map ().virtual_control.start + offset, 4, value));
    }
    [[nodiscard]] auto gich (std::uint64_t offset) -> std::uint64_t {
        return machine->bus ().read (CpuIndex{0}, machine->map ().virtual_control.start + offset, 4).value ();
    }

    /// GICD and GICC let PPI @p intid reach the first CPU.
    void enable (std::uint32_t intid) {
        const BoardMap &map = machine->map ();
        EXPECT_TRUE (machine->bus ().write (CpuIndex{0}, map.distributor.start, 4, 1));
        EXPECT_TRUE (machine->bus ().write (CpuIndex{0}, map.distributor.start + 0x100, 4, 1U << intid));
        EXPECT_TRUE (machine->bus ().write (CpuIndex{0}, map.cpu_interface.start, 4, 1));
        EXPECT_TRUE (machine->bus ().write (CpuIndex{0}, map.cpu_interface.start + 4, 4, 0xff));
    }
};

TEST_F (ScriptedInterrupt, a_guest_takes_it_and_ends_it_through_its_stage_2) {
    gich (gich::lr0, listed (40, 0x80));
    std::uint64_t taken = 0;

    run (runner (1), [&] (ScriptedGuest &cpu) -> Script {
        EXPECT_EQ (co_await cpu.take_interrupt (), Taken::irq);
        taken = (co_await cpu.load (cpu_interface + gicv::iar, word)).value_or (0);
        EXPECT_EQ (gich (gich::lr0), listed (40, 0x80, gich::active));
        EXPECT_TRUE (co_await cpu.store (cpu_interface + gicv::eoir, taken, word));
        co_await cpu.hvc (0);
    });

    EXPECT_EQ (taken, 40U);
    EXPECT_EQ (gich (gich::lr0), listed (40, 0x80, 0));
}

TEST_F (ScriptedInterrupt, a_guest_that_waits_for_one_traps_and_takes_what_came_meanwhile) {
    bool taken = false;
    run (
        [&] (ScriptedCpu &cpu) -> Script {
            exits.push_back ((co_await cpu.hvc (Worlds::enter))[0]);
            exits.push_back ((co_await cpu.hvc (Worlds::enter))[0]);
            EXPECT_FALSE (taken);
            gich (gich::lr0, listed (40, 0x80));
            exits.push_back ((co_await cpu.hvc (Worlds::enter))[0]);
        },
        [&] (ScriptedGuest &cpu) -> Script {
            co_await cpu.take_interrupt ();
            taken = true;
            co_await cpu.hvc (0);
        });

    EXPECT_TRUE (taken);
    EXPECT_EQ (exits, (std::vector<std::uint64_t>{wfi_exit, wfi_exit, 0x5a00'0000}));
}

TEST_F (ScriptedInterrupt, a_trapped_wait_that_is_over_is_one_that_looks_again) {
    worlds.handler = [&] (hal::Cpu &, World &world) {
        world.elr += 4;
        gich (gich::lr0, listed (40, 0x80));
        return worlds.syndrome == wfi_exit;
    };
    bool taken = false;
    run (runner (1), [&] (ScriptedGuest &cpu) -> Script {
        co_await cpu.take_interrupt ();
        taken = true;
        co_await cpu.hvc (0);
    });
    EXPECT_TRUE (taken);
}

TEST_F (ScriptedInterrupt, a_virtual_fiq_is_one) {
    gich (gich::vmcr, 0x1fU << 27 | 1 | gicv::fiq_en);
    gich (gich::lr0, listed (40, 0x80));
    auto taken = Taken::irq;

    run (runner (1), [&] (ScriptedGuest &cpu) -> Script {
        taken = co_await cpu.take_interrupt ();
        co_await cpu.hvc (0);
    });

    EXPECT_EQ (taken, Taken::fiq);
}

TEST_F (ScriptedInterrupt, wfi_does_not_trap_while_one_is_pending) {
    gich (gich::lr0, listed (40, 0x80));

    run (runner (1), [&] (ScriptedGuest &cpu) -> Script {
        co_await cpu.wfi ();
        co_await cpu.hvc (0);
    });

    EXPECT_EQ (exits, (std::vector<std::uint64_t>{0x5a00'0000}));
}

TEST_F (ScriptedInterrupt, a_guest_whose_wfi_does_not_trap_sleeps_until_one_comes) {
    constexpr std::uint64_t trap_wfi = 1U << 13;
    worlds.guests[0].hcr &= ~trap_wfi;
    ScriptedCpu host{machine->cpu (0U), runner (1)};
    host.guest ({.vmid = 1, .vcpu = 0}, [&] (ScriptedGuest &cpu) -> Script {
        co_await cpu.take_interrupt ();
        co_await cpu.hvc (0);
    });

    EXPECT_EQ (machine.boot_and_run (), Outcome::asleep);
    EXPECT_TRUE (exits.empty ());

    gich (gich::lr0, listed (40, 0x80));
    EXPECT_EQ (machine->run (), Outcome::finished);
    EXPECT_EQ (exits, (std::vector<std::uint64_t>{0x5a00'0000}));
}

TEST_F (ScriptedInterrupt, a_virtual_one_is_nothing_to_the_host) {
    gich (gich::lr0, listed (40, 0x80));
    bool woken = false;

    const auto end = run (
        [&] (ScriptedCpu &cpu) -> Script {
            co_await cpu.take_interrupt ();
            woken = true;
        },
        [] (ScriptedGuest &) -> Script { co_return; });

    EXPECT_EQ (end, Outcome::asleep);
    EXPECT_FALSE (woken);
}

TEST_F (ScriptedInterrupt, the_host_takes_its_timers) {
    for (const auto &[control, compare, intid] :
         {std::tuple{cntp_ctl, cntp_cval, 30U}, std::tuple{cntv_ctl, cntv_cval, 27U}}) {
        std::uint64_t taken = 0;
        ScriptedMachine own{BoardName::virt};
        own.script (0, [&] (ScriptedCpu &cpu) -> Script {
            const auto gicd = Ipa{own->map ().distributor.start.value ()};
            const auto gicc = Ipa{own->map ().cpu_interface.start.value ()};
            co_await cpu.store (gicd, 1, word);
            co_await cpu.store (gicd + 0x100, 1U << intid, word);
            co_await cpu.store (gicc, 1, word);
            co_await cpu.store (gicc + 4, 0xff, word);
            const auto when = (co_await cpu.mrs (cntvct)).value_or (0) + 10'000;
            co_await cpu.msr (compare, when);
            co_await cpu.msr (control, 1);
            EXPECT_EQ (co_await cpu.take_interrupt (), Taken::irq);
            EXPECT_GE ((co_await cpu.mrs (cntvct)).value_or (0), when);
            EXPECT_EQ ((co_await cpu.mrs (control)).value_or (0), 5U);
            taken = (co_await cpu.load (gicc + 0xc, word)).value_or (0);
        });
        EXPECT_EQ (own.boot_and_run (), Outcome::finished);
        EXPECT_EQ (taken, intid);
    }
}

TEST_F (ScriptedInterrupt, a_guest_without_the_physical_timer_traps) {
    std::vector<std::uint64_t> written;
    std::vector<std::uint64_t> causes;
    worlds.handler = [&] (hal::Cpu &, World &world) {
        causes.push_back (worlds.syndrome);
        written.push_back (world.general.x[5]);
        world.general.x[5] = 0x77;
        world.elr += 4;
        return causes.size () < 3;
    };
    std::uint64_t read = 0;
    run (
        [&] (ScriptedCpu &cpu) -> Script {
            machine->cpu (0U).hal ().write<hal::sysreg::cnthctl_el2> (1);
            co_await cpu.hvc (Worlds::enter);
        },
        [&] (ScriptedGuest &cpu) -> Script {
            co_await cpu.msr (cntp_cval, 0x1234);
            read = (co_await cpu.mrs (cntp_ctl)).value_or (0);
            co_await cpu.hvc (0);
        });

    // EC, IL, Op0 = 3, Op2, Op1 = 3, CRn = 14, Rt = 5, CRm = 2, direction
    constexpr std::uint64_t common =
        0x18UL << 26 | 1UL << 25 | 3UL << 20 | 3UL << 14 | 14UL << 10 | 5UL << 5 | 2UL << 1;
    EXPECT_EQ (causes, (std::vector<std::uint64_t>{common | 2UL << 17, common | 1UL << 17 | 1, 0x5a00'0000}));
    EXPECT_EQ (written[0], 0x1234U);
    EXPECT_EQ (read, 0x77U);
    EXPECT_EQ (machine->timer (CpuIndex{0}).compare_value (GenericTimer::Which::physical_el1), 0U);
}

TEST_F (ScriptedInterrupt, a_guests_timer_becomes_el2s_interrupt_and_its_end_the_physical_ones) {
    constexpr std::uint32_t timer = 27;
    enable (timer);
    // What the hypervisor is to do: make the physical interrupt active, and list it.
    worlds.handler = [&] (hal::Cpu &, World &) {
        if (!machine->gic ().irq_pending (CpuIndex{0})) { return false; }
        EXPECT_TRUE (machine->bus ().write (CpuIndex{0}, machine->map ().distributor.start + 0x300, 4, 1U << timer));
        gich (gich::lr0, wired (timer, 0x80, timer));
        return true;
    };
    std::vector<bool> pending;
    const auto note = [&] {
        pending.push_back (machine->gic ().irq_pending (CpuIndex{0}));
    };
    run (runner (2), [&] (ScriptedGuest &cpu) -> Script {
        co_await cpu.msr (cntv_cval, 0);
        co_await cpu.msr (cntv_ctl, 1);
        co_await cpu.take_interrupt ();
        EXPECT_EQ ((co_await cpu.load (cpu_interface + gicv::iar, word)).value_or (0), timer);
        note ();
        co_await cpu.msr (cntv_ctl, 0);
        co_await cpu.store (cpu_interface + gicv::eoir, timer, word);
        note ();
        co_await cpu.hvc (0);
    });

    EXPECT_EQ (pending, (std::vector{false, false}));
    EXPECT_EQ (gich (gich::lr0) & 3U << 28, 0U);
}

}  // namespace
}  // namespace ravelin::sim
