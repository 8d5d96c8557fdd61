// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/bcm2711_pm.hpp"
#include "tests/unit/sim/device_access.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

constexpr std::uint64_t rstc       = 0x1c;
constexpr std::uint64_t rsts       = 0x20;
constexpr std::uint64_t wdog       = 0x24;
constexpr std::uint64_t password   = 0x5a00'0000;
constexpr std::uint64_t full_reset = 0x20;
constexpr std::uint64_t halt       = 0x555;
constexpr Ticks frequency          = 65536 * 100;  // a hundred ticks for each of the watchdog's

class Bcm2711PmTest : public testing::Test {
  protected:
    Clock clock{frequency};
    Bcm2711Pm power{clock};
};

TEST_F (Bcm2711PmTest, resets_when_the_watchdog_has_run_down) {
    clock.advance_to (1000);
    write_register (power, wdog, password | 10);
    EXPECT_EQ (power.deadline (), never) << "not armed yet";

    write_register (power, rstc, password | full_reset);

    EXPECT_EQ (power.deadline (), 2000);
    EXPECT_FALSE (power.halts ());
}

TEST_F (Bcm2711PmTest, ignores_a_write_without_the_password) {
    write_register (power, wdog, password | 10);

    write_register (power, rstc, full_reset);
    EXPECT_EQ (power.deadline (), never);

    write_register (power, rstc, 0x5b00'0000 | full_reset);
    EXPECT_EQ (power.deadline (), never);
}

TEST_F (Bcm2711PmTest, a_watchdog_that_is_fed_or_stopped_does_not_bite) {
    write_register (power, wdog, password | 10);
    write_register (power, rstc, password | full_reset);
    clock.advance_to (900);

    write_register (power, wdog, password | 10);
    EXPECT_EQ (power.deadline (), 1900);

    write_register (power, rstc, password | 0x102);
    EXPECT_EQ (power.deadline (), never);
}

TEST_F (Bcm2711PmTest, counts_down_where_software_can_see_it) {
    write_register (power, wdog, password | 10);

    clock.advance_to (300);

    EXPECT_EQ (read_register (power, wdog), 7);
}

TEST_F (Bcm2711PmTest, halts_if_the_status_names_partition_63) {
    write_register (power, rsts, password | read_register (power, rsts) | halt);

    EXPECT_TRUE (power.halts ());
}

}  // namespace
}  // namespace ravelin::sim
