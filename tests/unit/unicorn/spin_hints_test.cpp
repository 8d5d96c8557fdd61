// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/unicorn/running_host.hpp"

#include <gtest/gtest.h>

namespace ravelin::test {

namespace {
using namespace a64;

constexpr hal::SystemRegister cntv_tval_el0{3, 3, 14, 3, 0};
constexpr hal::SystemRegister cntv_ctl_el0{3, 3, 14, 3, 1};

constexpr Instruction yield = 0xd503'203f;
constexpr Instruction wfe   = 0xd503'205f;

constexpr std::uint64_t ticks       = 10'000;  // 160,000 instructions
constexpr std::uint64_t for_a_timer = 5;       // instructions of a turn

/// How often a host has looked, with @p hint in between, until its timer had run out.
[[nodiscard]] auto turns (Instruction hint) -> std::uint64_t {
    constexpr Instruction istatus = 0xd342'fca5;  // LSR X5, X5, #2
    RunningHost host{Code{}
                         .set (1, ticks)
                         .then ({msr (cntv_tval_el0, 1)})
                         .set (1, 0b11)  // IMASK, ENABLE
                         .then ({msr (cntv_ctl_el0, 1), add (4, 4, 1), hint, mrs (5, cntv_ctl_el0), istatus,
                                 cbz (5, -4), msr (cntv_ctl_el0, 31), wfi})};
    EXPECT_EQ (host.run (), sim::Outcome::asleep);
    return host.x (4);
}
}  // namespace

TEST (UnicornSpinHints, who_waits_lets_its_slice_pass) {
    constexpr std::uint64_t shortest_slice = 10'000 / 2;
    EXPECT_GT (turns (nop), ticks * 16 / for_a_timer / 2);
    for (const Instruction hint : {yield, wfe}) {
        EXPECT_LE (turns (hint), ticks * 16 / shortest_slice + 1);
        EXPECT_GE (turns (hint), 2);
    }
}

}  // namespace ravelin::test
