// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/psci.h"
#include "hyp/hal/hal.hpp"
#include "sim/machine/stopped.hpp"
#include "sim/machine/violation.hpp"
#include "sim/models/psci_firmware.hpp"
#include "sim/models/spin_table.hpp"

#include <gtest/gtest.h>
#include <optional>

namespace ravelin::sim {
namespace {

constexpr CpuIndex first{0};
constexpr CpuIndex second{1};
constexpr std::uint64_t entry = hal::Cpu::entry_point.value ();

class PsciFirmwareTest : public testing::Test {
  protected:
    [[nodiscard]] auto call (std::uint64_t function, std::uint64_t target = 0, std::uint64_t where = 0)
        -> std::int32_t {
        return static_cast<std::int32_t> (firmware.smc (first, {function, target, where, 0})[0]);
    }

    std::optional<Outcome> end;
    PsciFirmware firmware{2, [this] (Outcome outcome) {
                              end = outcome;
                          }};
};

TEST_F (PsciFirmwareTest, turns_a_cpu_on_once) {
    EXPECT_FALSE (firmware.take_start (second));

    EXPECT_EQ (call (PSCI_CPU_ON_64, 1, entry), PSCI_SUCCESS);
    EXPECT_EQ (call (PSCI_AFFINITY_INFO_64, 1), PSCI_AFFINITY_ON_PENDING);
    EXPECT_EQ (call (PSCI_CPU_ON_64, 1, entry), PSCI_ON_PENDING);

    EXPECT_TRUE (firmware.take_start (second));
    EXPECT_FALSE (firmware.take_start (second));
    EXPECT_EQ (call (PSCI_AFFINITY_INFO_64, 1), PSCI_AFFINITY_ON);
    EXPECT_EQ (call (PSCI_CPU_ON_64, 1, entry), PSCI_ALREADY_ON);
}

TEST_F (PsciFirmwareTest, cpu_off_does_not_return_and_the_cpu_can_be_turned_on_again) {
    EXPECT_THROW (static_cast<void> (call (PSCI_CPU_OFF)), Stopped);

    EXPECT_EQ (call (PSCI_AFFINITY_INFO_64, 0), PSCI_AFFINITY_OFF);
    EXPECT_EQ (call (PSCI_CPU_ON_64, 0, entry), PSCI_SUCCESS);
}

TEST_F (PsciFirmwareTest, has_no_other_cpus) {
    EXPECT_EQ (call (PSCI_CPU_ON_64, 2, entry), PSCI_INVALID_PARAMETERS);
    EXPECT_EQ (call (PSCI_AFFINITY_INFO_64, 2), PSCI_INVALID_PARAMETERS);
}

TEST_F (PsciFirmwareTest, tells_of_cpus_and_not_of_clusters) {
    EXPECT_EQ (call (PSCI_AFFINITY_INFO_64, 0, 0), PSCI_AFFINITY_ON);
    EXPECT_EQ (call (PSCI_AFFINITY_INFO_64, 0, 1), PSCI_INVALID_PARAMETERS);
}

TEST_F (PsciFirmwareTest, an_entry_that_is_not_ravelins_is_a_violation) {
    EXPECT_THROW (static_cast<void> (call (PSCI_CPU_ON_64, 1, 0x4060'0000)), Violation);
}

TEST_F (PsciFirmwareTest, stops_the_machine_without_returning) {
    EXPECT_THROW (static_cast<void> (call (PSCI_SYSTEM_OFF)), Stopped);
    EXPECT_EQ (end, Outcome::off);
    EXPECT_THROW (static_cast<void> (call (PSCI_SYSTEM_RESET)), Stopped);
    EXPECT_EQ (end, Outcome::reset);
}

TEST_F (PsciFirmwareTest, knows_nothing_else) {
    EXPECT_EQ (call (PSCI_VERSION), PSCI_VERSION_1_1);
    EXPECT_EQ (call (0x8400'00ff), PSCI_NOT_SUPPORTED);
}

class SpinTableTest : public testing::Test {
  protected:
    SpinTableTest () { bus.add_ram ({Pa{0}, 0x1000}); }

    void release (std::uint64_t where) { ASSERT_TRUE (bus.write (first, word, 8, where)); }

    static constexpr Pa word{0xe0};  // of the second core

    Bus bus;
    SpinTable firmware{bus, 2};
};

TEST_F (SpinTableTest, a_core_starts_when_its_word_has_reached_memory_and_an_event_wakes_it) {
    release (entry);
    firmware.cleaned ({word, 8});
    firmware.event ();

    EXPECT_TRUE (firmware.take_start (second));
}

TEST_F (SpinTableTest, a_word_that_is_only_in_a_cache_is_not_seen) {
    release (entry);
    firmware.event ();

    EXPECT_FALSE (firmware.take_start (second));
}

TEST_F (SpinTableTest, a_core_that_is_not_woken_does_not_look) {
    release (entry);
    firmware.cleaned ({word, 8});

    EXPECT_FALSE (firmware.take_start (second));
}

TEST_F (SpinTableTest, cleaning_reaches_whole_cache_lines_and_no_others) {
    release (entry);
    firmware.cleaned ({Pa{0x80}, 0x40});
    firmware.event ();
    EXPECT_FALSE (firmware.take_start (second)) << "0xc0-0xff is another line";

    firmware.cleaned ({Pa{0xff}, 1});
    firmware.event ();
    EXPECT_TRUE (firmware.take_start (second));
}

TEST_F (SpinTableTest, a_core_reads_past_caches_that_are_modelled) {
    DataCache cache{bus, Eviction::never, 1};
    SpinTable behind{bus, 2, &cache};
    cache.write ({word, 8});
    release (entry);
    behind.event ();
    EXPECT_FALSE (behind.take_start (second));

    cache.evict (word.align_down (64));
    behind.event ();
    EXPECT_TRUE (behind.take_start (second)) << "whatever has brought it to memory";
}

TEST_F (SpinTableTest, a_core_sent_elsewhere_is_a_violation) {
    release (0x8'0000);
    firmware.cleaned ({word, 8});
    firmware.event ();

    EXPECT_THROW (static_cast<void> (firmware.take_start (second)), Violation);
}

TEST_F (SpinTableTest, an_smc_is_a_violation) {
    EXPECT_THROW (static_cast<void> (firmware.smc (first, {PSCI_VERSION, 0, 0, 0})), Violation);
}

}  // namespace
}  // namespace ravelin::sim
