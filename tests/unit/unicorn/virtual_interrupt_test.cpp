// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/sim/virtual_gic.hpp"
#include "tests/unit/unicorn/running_guest.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace ravelin::test {

namespace {
using namespace a64;
using namespace hal::sysreg;
namespace gich = sim::gich;
namespace gicv = sim::gicv;

constexpr std::uint64_t cpu_interface = 0x0801'0000;  // where the guest has GICV
constexpr std::uint64_t handler       = 0x400;        // of the guest's program: its vectors, for what comes from EL1
constexpr std::uint64_t wfi_exit      = 0x07e0'0000;  // EC, IL, CV, COND: always

constexpr hal::SystemRegister cntp_tval_el0{3, 3, 14, 2, 0};
constexpr hal::SystemRegister cntp_ctl_el0{3, 3, 14, 2, 1};
constexpr hal::SystemRegister cntp_cval_el0{3, 3, 14, 2, 2};

/// A guest with GICV, and EL2's side of it.
class UnicornVirtualInterrupt : public UnicornGuest {
  protected:
    void give_interface (RunningHost &host) {
        machine = &host.machine ();
        tables.back ().map (Ipa{cpu_interface}, machine->map ().virtual_interface.start);
        control (gich::hcr, gich::enable);
        control (gich::vmcr, 0x1fU << 27 | 1);
    }
    void control (std::uint64_t offset, std::uint32_t value) {
        EXPECT_TRUE (machine->bus ().write (CpuIndex{0}, machine->map ().virtual_control.start + offset, 4, value));
    }
    [[nodiscard]] auto control (std::uint64_t offset) -> std::uint64_t {
        return machine->bus ().read (CpuIndex{0}, machine->map ().virtual_control.start + offset, 4).value ();
    }

    /// A guest that does @p main with vectors that take the interrupt, note its INTID in X7, end it and return.
    [[nodiscard]] static auto with_handler (const Code &main) -> Code {
        auto code = Code{}.set (9, guest_ipa + handler).then ({msr (vbar_el1, 9), isb}).set (10, cpu_interface);
        code.then (main);
        const auto take = [&] (std::uint64_t vector) {
            code.at (handler + vector)
                .then ({ldr_w (7, 10) | 3U << 10 /* + 0xc: IAR */, str_w (7, 10) | 4U << 10 /* + 0x10: EOIR */,
                        add (8, 8, static_cast<std::uint32_t> (vector >> 7)), eret});
        };
        take (0x280);  // IRQ
        take (0x300);  // FIQ
        return code;
    }

    sim::Machine *machine{};
};
}  // namespace

TEST_F (UnicornVirtualInterrupt, is_taken_by_the_guest_and_ended_through_its_stage_2) {
    RunningHost host{enter_guest ().then ({wfi})};
    auto &guest        = add_guest (host, with_handler (Code{unmask_irq, nop, hvc (0)}));
    guest.general.x[8] = 0;
    give_interface (host);
    control (gich::lr0, sim::listed (40, 0x80));

    EXPECT_EQ (host.run (), sim::Outcome::asleep);

    EXPECT_EQ (guest.general.x[7], 40U);
    EXPECT_EQ (guest.general.x[8], 0x280U >> 7) << "by the vector of IRQ";
    EXPECT_EQ (control (gich::lr0), sim::listed (40, 0x80, 0));
    EXPECT_EQ (host.x (0), 0x5a00'0000U);
}

TEST_F (UnicornVirtualInterrupt, waits_while_the_guest_has_it_masked) {
    RunningHost host{enter_guest ().then ({wfi})};
    auto &guest        = add_guest (host, with_handler (Code{b (1), b (1), hvc (0)}));
    guest.general.x[8] = 0;
    give_interface (host);
    control (gich::lr0, sim::listed (40, 0x80));

    host.run ();

    EXPECT_EQ (guest.general.x[8], 0U);
    EXPECT_EQ (control (gich::lr0), sim::listed (40, 0x80));
}

TEST_F (UnicornVirtualInterrupt, of_fiq_has_a_mask_and_a_vector_of_its_own) {
    constexpr Instruction unmask_fiq = 0xd503'41ff;  // MSR DAIFClr, #1
    RunningHost host{enter_guest ().then ({wfi})};
    auto &guest = add_guest (host, with_handler (Code{unmask_irq, nop, add (6, 8, 0), unmask_fiq, nop, hvc (0)}));
    guest.general.x[8] = 0;
    give_interface (host);
    control (gich::vmcr, 0x1fU << 27 | 1 | gicv::fiq_en);
    control (gich::lr0, sim::listed (40, 0x80));

    host.run ();

    EXPECT_EQ (guest.general.x[6], 0U);
    EXPECT_EQ (guest.general.x[8], 0x300U >> 7);
}

TEST_F (UnicornVirtualInterrupt, is_not_for_the_host) {
    RunningHost host{enter_guest ().then ({unmask_irq, nop, nop, b (1), add (5, 5, 1), wfi})};
    add_guest (host, with_handler (Code{hvc (0)}));
    give_interface (host);
    control (gich::lr0, sim::listed (40, 0x80));

    EXPECT_EQ (host.run (), sim::Outcome::asleep);

    EXPECT_LT (host.emulator ().pc (), RunningHost::vectors);
}

TEST_F (UnicornVirtualInterrupt, keeps_wfi_from_trapping_though_it_is_masked) {
    RunningHost host{enter_guest ().then ({wfi})};
    auto &guest        = add_guest (host, with_handler (Code{wfi, add (6, 6, 1), hvc (0)}));
    guest.general.x[6] = 0;
    give_interface (host);
    control (gich::lr0, sim::listed (40, 0x80));

    host.run ();

    EXPECT_EQ (host.x (0), 0x5a00'0000U);
    EXPECT_EQ (guest.general.x[6], 1U);
}

TEST_F (UnicornVirtualInterrupt, that_comes_while_the_guest_waits_in_a_trap_is_taken_afterwards) {
    RunningHost host{enter_guest ().then ({wfi})};
    auto &guest        = add_guest (host, with_handler (Code{unmask_irq, wfi, hvc (0)}));
    guest.general.x[8] = 0;
    give_interface (host);
    std::vector<std::uint64_t> causes;
    worlds.handler = [&] (hal::Cpu &, World &world) {
        causes.push_back (worlds.syndrome);
        if (worlds.syndrome != wfi_exit) { return false; }
        world.elr += 4;
        control (gich::lr0, sim::listed (41, 0x80));
        return true;
    };

    host.run ();

    EXPECT_EQ (causes, (std::vector<std::uint64_t>{wfi_exit, 0x5a00'0000}));
    EXPECT_EQ (guest.general.x[7], 41U);
}

TEST_F (UnicornVirtualInterrupt, a_guest_without_the_physical_timer_traps) {
    // EC, IL, Op0 = 3, Op1 = 3, CRn = 14, CRm = 2
    constexpr std::uint64_t common = 0x18UL << 26 | 1UL << 25 | 3UL << 20 | 3UL << 14 | 14UL << 10 | 2UL << 1;
    RunningHost host{enter_guest ().then ({wfi})};
    auto &guest =
        add_guest (host, Code{msr (cntp_tval_el0, 3), msr (cntp_ctl_el0, 4), msr (cntp_cval_el0, 5),
                              mrs (6, cntp_tval_el0), mrs (7, cntp_ctl_el0), mrs (8, cntp_cval_el0), hvc (0)});
    guest.general.x[3] = 0x1234;
    std::vector<std::uint64_t> causes;
    worlds.handler = [&] (hal::Cpu &cpu, World &world) {
        causes.push_back (worlds.syndrome);
        world.elr += 4;
        cpu.write<cnthctl_el2> (1);
        return causes.size () < 7;
    };
    host.machine ().cpu (0U).hal ().write<cnthctl_el2> (1);  // EL1PCTEN without EL1PCEN

    host.run ();

    const auto of = [&] (std::uint64_t op2, std::uint64_t rt, std::uint64_t reads) {
        return common | op2 << 17 | rt << 5 | reads;
    };
    EXPECT_EQ (causes, (std::vector<std::uint64_t>{of (0, 3, 0), of (1, 4, 0), of (2, 5, 0), of (0, 6, 1), of (1, 7, 1),
                                                   of (2, 8, 1), 0x5a00'0000}));
    EXPECT_EQ (host.machine ().timer (CpuIndex{0}).compare_value (sim::GenericTimer::Which::physical_el1), 0U);
}

TEST_F (UnicornVirtualInterrupt, the_host_has_the_physical_timer_and_its_interrupt) {
    constexpr std::uint32_t physical_timer = 30;
    const auto poke                        = [] (Code code, std::uint64_t address, std::uint32_t value) {
        return code.set (1, address).set (2, value).then ({str_w (2, 1)});
    };
    auto code = poke (Code{}, RunningHost::distributor, 1);
    code      = poke (code, RunningHost::distributor + 0x100, 1U << physical_timer);
    code      = poke (code, RunningHost::cpu_interface, 1);
    code      = poke (code, RunningHost::cpu_interface + 4, 0xff);
    RunningHost host{code.set (1, 1000)
                         .then ({msr (cntp_tval_el0, 1)})
                         .set (1, 1)
                         .then ({msr (cntp_ctl_el0, 1), wfi, mrs (6, cntp_ctl_el0), msr (cntp_ctl_el0, 31)})
                         .set (1, RunningHost::cpu_interface)
                         .then ({ldr_w (7, 1) | 6U << 10 /* + 0x18: GICC_HPPIR */, wfi})};

    EXPECT_EQ (host.run (), sim::Outcome::asleep);

    EXPECT_EQ (host.x (6), 5U);
    EXPECT_EQ (host.x (7), 1023U) << "it fell with the timer";
}

}  // namespace ravelin::test
