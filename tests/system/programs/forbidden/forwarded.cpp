// SPDX-License-Identifier: BSD-2-Clause
#include "device.hpp"
#include "forbidden.hpp"
#include "machine.hpp"
#include "memory.hpp"
#include "probe.hpp"
#include "trap_counts.hpp"

#include <array>

using namespace el1;

namespace forbidden {

namespace {
// The PM block of the BCM2711. [Linux, bcm2835_wdt.c]
constexpr Pa pm_block{0xfe10'0000};
constexpr std::uint64_t rstc = 0x1c;  // reset control
constexpr std::uint64_t rsts = 0x20;  // reset status
constexpr std::uint64_t wdog = 0x24;  // watchdog, which does nothing while RSTC doesn't say so

constexpr std::uint32_t password = 0x5a00'0000;

/// Ravelin moves the right register, and only that one.
void each_register_is_loaded () {
    Test test{"a load of the PM block is forwarded", "into each register"};
    const auto expected = read_device (pm_block + rsts);
    for (std::uint32_t to = 0; to < 31; ++to) {
        const std::uint32_t base = to == 1 ? 2 : 1;
        Context before;
        before.x.fill (0x5a5a'5a5a'5a5a'5a5a);
        before.x.at (base) = (pm_block + rsts).value ();
        Context after      = before;
        test.about ("register", to);
        const TrapWatch watch;
        test.expect ("it goes through", run_instruction (load_word_instruction (to, base), Level::el1h, after));
        watch.expect (test, RAVELIN_TRAP_FORWARDED, 1);
        before.x.at (to) = expected;
        for (unsigned i = 0; i < before.x.size (); ++i) {
            test.equal_register (i, after.x.at (i), before.x.at (i));
        }
    }
}

void each_level_loads () {
    Test test{"a load of the PM block is forwarded", "at each level"};
    const auto expected = read_device (pm_block + rstc);
    const auto load     = [&] (Level level, std::uint64_t window) {
        Context context;
        context.x[1] = window + rstc;
        test.expect ("it goes through", run_instruction (load_word_instruction (2, 1), level, context));
        test.equal ("RSTC", context.x[2], expected);
    };
    load (Level::el1h, pm_block.value ());
    load (Level::el1t, normal_window (pm_block));
    load (Level::el0, user_window (pm_block));
}

void stores_arrive () {
    constexpr std::uint32_t ticks      = 0xf'1234;
    constexpr std::uint32_t wdog_field = 0xf'ffff;

    Test test{"a store to the PM block is forwarded"};
    const auto before = read_device (pm_block + wdog) & wdog_field;
    write_device (pm_block + wdog, password | ticks);
    test.equal ("WDOG", read_device (pm_block + wdog) & wdog_field, ticks);
    write_device (pm_block + wdog, password | before);
    test.equal ("WDOG put back", read_device (pm_block + wdog) & wdog_field, before);
}

/// Accesses that aren't of one aligned word with one register: no driver makes them.
void odd_accesses_abort () {
    constexpr auto is_word = [] (const Access &access) {
        // LDR and STR of a W register without writeback, LDRSW, LDAR, and their like.
        constexpr std::array<std::string_view, 4> words{"ldr w2, [x1]", "str w2, [x1]", "ldrsw x2, [x1]",
                                                        "ldaxr w2, [x1]"};
        return std::ranges::find (words, std::string_view{access.text.data ()}) != words.end ();
    };
    Test test{"other accesses to the PM block abort"};
    for (const Access &access : all_accesses ()) {
        if (!access.wants_normal_memory () && !is_word (access)) {
            expect_data_abort (test, access, pm_block.value (), Level::el1h);
        }
    }
    expect_code_abort (test, normal_window (pm_block), normal_window (pm_block), Level::el1h);
}
}  // namespace

void test_forwarded () {
    if (!machine ().is_pi ()) { return; }
    each_register_is_loaded ();
    each_level_loads ();
    stores_arrive ();
    odd_accesses_abort ();
}

}  // namespace forbidden
