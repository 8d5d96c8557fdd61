// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/fp_trap.hpp"
#include "tests/unit/unicorn/running_guest.hpp"

#include <gtest/gtest.h>
#include <utility>

namespace ravelin::test {

namespace {
using namespace a64;
using namespace hal::sysreg;

constexpr Instruction fmov_d0_x1  = 0x9e67'0020;
constexpr Instruction fmov_x2_d0  = 0x9e66'0002;
constexpr std::uint64_t tfp       = 1U << 10;  // CPTR_EL2
constexpr std::uint64_t fp_access = 0x1fe0'0000;

/// Gives a guest FP at its first such instruction, as a hypervisor would, and takes it back at its exit.
class UnicornFp : public UnicornGuest {
  protected:
    UnicornFp () {
        worlds.handler = [this] (hal::Cpu &cpu, World &guest) {
            if (worlds.syndrome == fp_access) {
                addresses.push_back (worlds.address);
                cpu.save_fp (hosts);
                cpu.load_fp (guests);
                guest.cptr &= ~tfp;
                return true;
            }
            if ((guest.cptr & tfp) == 0) {
                cpu.save_fp (guests);
                cpu.load_fp (hosts);
                guest.cptr |= tfp;
            }
            return false;
        };
    }

    hal::FpState hosts{};
    hal::FpState guests{};
    std::vector<std::uint64_t> addresses;  // of what has trapped
};
}  // namespace

TEST_F (UnicornFp, the_first_instruction_of_a_block_traps) {
    RunningHost host{enter_guest ().then ({wfi})};
    add_guest (host, Code{b (1), fmov_x2_d0, hvc (0)}).cptr |= tfp;
    guests.halves[0] = 0x1234;

    host.run ();

    EXPECT_EQ (addresses, std::vector{guest_ipa + 4});
    EXPECT_EQ (worlds.guests[0].general.x[2], 0x1234U);
}

TEST_F (UnicornFp, an_instruction_inside_a_block_traps_when_those_before_it_are_executed) {
    // The block was executed before, without the trap.
    RunningHost host{enter_guest ().set (0, Worlds::enter).set (1, 0).then ({hvc (0), wfi})};
    auto &guest        = add_guest (host, Code{nop, add (5, 5, 1), fmov_d0_x1, add (6, 6, 1), hvc (0), b (-5)});
    guest.general.x[1] = 0x77;
    std::vector<std::uint64_t> counts;
    const auto give_and_take = worlds.handler;
    worlds.handler           = [&, first = true] (hal::Cpu &cpu, World &world) mutable {
        if (std::exchange (first, false)) {
            world.cptr |= tfp;
            return false;
        }
        counts.push_back (world.general.x[5]);
        counts.push_back (world.general.x[6]);
        return give_and_take (cpu, world);
    };

    host.run ();

    EXPECT_EQ (counts, (std::vector<std::uint64_t>{2, 1, 2, 2}));
    EXPECT_EQ (addresses, std::vector{guest_ipa + 8});
}

TEST_F (UnicornFp, each_world_has_its_own_vector_registers) {
    RunningHost host{
        Code{}.set (1, 0xaaaa).then ({fmov_d0_x1}).set (0, Worlds::enter).set (1, 0).then ({hvc (0), fmov_x2_d0, wfi})};
    auto &guest = add_guest (host, Code{}.set (1, 0xbbbb).then ({fmov_d0_x1, hvc (0)}));
    guest.cptr |= tfp;

    host.run ();

    EXPECT_EQ (host.x (2), 0xaaaaU);
    EXPECT_EQ (guests.halves[0], 0xbbbbU);
    EXPECT_EQ (hosts.halves[0], 0xaaaaU);
}

TEST (FpTrap, loads_stores_arithmetic_and_control_registers_of_floating_point_trap) {
    for (const Instruction each : {fmov_d0_x1, fmov_x2_d0,
                                   0x3dc0'0020U,  // LDR Q0, [X1]
                                   0xad00'07e0U,  // STP Q0, Q1, [SP]
                                   0x4c40'7000U,  // LD1 {V0.16B}, [X0]
                                   0x6f00'e400U,  // MOVI V0.2D, #0
                                   mrs (1, fpcr), msr (fpsr, 1)}) {
        EXPECT_TRUE (sim::FpTrap::traps (each)) << std::hex << each;
    }
}

TEST (FpTrap, other_instructions_do_not) {
    for (const Instruction each :
         {nop, wfi, eret, svc (0), hvc (0), ldr_w (1, 2), str_w (1, 2), ldp (1, 2, 3), add (1, 2, 3), br (1), b (4),
          cbz (1, 2), mrs (1, tpidr_el0), msr (pmcr_el0, 1), mrs (1, cntpct_el0)}) {
        EXPECT_FALSE (sim::FpTrap::traps (each)) << std::hex << each;
    }
}

}  // namespace ravelin::test
