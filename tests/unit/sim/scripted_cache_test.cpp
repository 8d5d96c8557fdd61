// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/script_world.hpp"
#include "tests/unit/sim/machine_fixture.hpp"

#include <gtest/gtest.h>
#include <optional>

namespace ravelin::sim {

namespace {
constexpr Ipa at{0x5000'0000};
constexpr Ipa ravelins{0x4020'0000};
constexpr Ipa distributor{0x0800'0008};  // GICD_IIDR

/// A machine whose host is a script, with caches whose lines stay.
class ScriptedCacheTest : public testing::Test {
  protected:
    void run (ScriptedCpu::Body body) {
        machine.script (0, std::move (body));
        EXPECT_EQ (machine.boot_and_run (), Outcome::finished);
    }

    ScriptedMachine machine{BoardName::virt, {.prefetch = 0, .caches = Eviction::never}};
};
}  // namespace

TEST_F (ScriptedCacheTest, a_script_says_which_accesses_use_caches) {
    run ([] (ScriptedCpu &cpu) -> Script {
        EXPECT_TRUE (co_await cpu.store (at, 1, cached));
        EXPECT_EQ (co_await cpu.load (at, cached), 1U);
        EXPECT_EQ (co_await cpu.load (at, uncached), 0U);
        EXPECT_EQ (co_await cpu.load (at), 0U) << "stage 1 is off";
        EXPECT_TRUE (co_await cpu.store (at, 2));
        EXPECT_EQ (co_await cpu.load (at, cached), 1U);
        EXPECT_EQ (co_await cpu.load (at, uncached), 2U);
    });
}

TEST_F (ScriptedCacheTest, maintenance_goes_where_its_address_leads) {
    run ([] (ScriptedCpu &cpu) -> Script {
        EXPECT_TRUE (co_await cpu.store (at, 1, cached));
        EXPECT_TRUE (co_await cpu.maintain (CacheOperation::clean, at));
        EXPECT_EQ (co_await cpu.load (at, uncached), 1U);
        EXPECT_EQ (co_await cpu.fetch (at), 1U);
        EXPECT_TRUE (co_await cpu.maintain (CacheOperation::zero, at + 8, cached));
        EXPECT_EQ (co_await cpu.load (at, cached), 0U);
        EXPECT_TRUE (co_await cpu.maintain (CacheOperation::clean, at));
        EXPECT_EQ (co_await cpu.fetch (at), 1U);
        EXPECT_TRUE (co_await cpu.maintain (CacheOperation::code_here));
        EXPECT_EQ (co_await cpu.fetch (at), 0U);
    });
}

TEST_F (ScriptedCacheTest, maintenance_of_what_is_not_the_hosts_is_refused) {
    std::optional<Abort> abort;
    std::uint64_t syndrome = 0;
    run ([&] (ScriptedCpu &cpu) -> Script {
        const auto done = co_await cpu.maintain (CacheOperation::clean_and_invalidate, ravelins);
        if (!done) { abort = done.error (); }
        syndrome = machine->cpu (0U).hal ().read<hal::sysreg::esr_el2> ();
    });
    ASSERT_TRUE (abort);
    EXPECT_EQ (abort->status (), 0x21U);
    // EC 0x24, IL, CM, WnR, a translation fault; not described.
    EXPECT_EQ (syndrome & ~3ULL, 0x9200'0144U);
}

TEST_F (ScriptedCacheTest, a_device_has_no_line_to_zero) {
    std::optional<Abort> abort;
    run ([&] (ScriptedCpu &cpu) -> Script {
        const auto done = co_await cpu.maintain (CacheOperation::zero, at);
        if (!done) { abort = done.error (); }
    });
    ASSERT_TRUE (abort);
    EXPECT_EQ (abort->status (), 0x21U);
}

TEST_F (ScriptedCacheTest, devices_are_no_memory) {
    run ([] (ScriptedCpu &cpu) -> Script {
        const auto value = co_await cpu.load (distributor, {.size = 4});
        EXPECT_TRUE (value && *value != 0);
    });
}

}  // namespace ravelin::sim
