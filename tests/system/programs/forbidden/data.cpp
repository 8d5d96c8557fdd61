// SPDX-License-Identifier: BSD-2-Clause
#include "forbidden.hpp"
#include "memory.hpp"
#include "probe.hpp"
#include "targets.hpp"

using namespace el1;

namespace forbidden {

namespace {
constexpr std::uint32_t load_double = 0xf940'0022;  // LDR X2, [X1]

/// Every access, at every level, to one place.
void every_access_aborts () {
    constexpr std::uint64_t somewhere = 256;

    const Pa target = targets ()[0].address + somewhere;
    const auto test = [] (Level level, std::uint64_t address, std::string_view detail) {
        Test test{"every load and store aborts", detail};
        for (const Access &access : all_accesses ()) {
            expect_data_abort (test, access, address, level);
        }
    };
    test (Level::el1h, normal_window (target), "EL1h");
    test (Level::el1t, normal_window (target), "EL1t");
    test (Level::el0, user_window (target), "EL0");
}

/// What Device memory allows, to every place, by each of its addresses.
void every_target_aborts () {
    for (const Target &target : targets ()) {
        Test test{"loads and stores abort", target.name};
        for (const Access &access : all_accesses ()) {
            if (!access.wants_normal_memory ()) {
                expect_data_abort (test, access, device_window (target.address), Level::el1h);
                expect_data_abort (test, access, normal_window (target.address), Level::el1h);
                expect_data_abort (test, access, user_window (target.address), Level::el0);
            }
        }
    }
    Test test{"loads and stores abort", "an address with more bits than stage 2 has"};
    for (const Access &access : all_accesses ()) {
        expect_data_abort (test, access, behind_stage2_window (), Level::el1h);
    }
}

void aarch32_aborts () {
    // A32 encodings.
    constexpr std::array accesses{
        Access{.instruction = 0xe591'2000, .kind = ACCESS_LOAD, .offset = 0, .text = {"ldr r2, [r1]"}},
        Access{.instruction = 0xe581'2000, .kind = ACCESS_STORE, .offset = 0, .text = {"str r2, [r1]"}},
    };
    Test test{"loads and stores abort", "AArch32 at EL0"};
    for (const Access &access : accesses) {
        expect_data_abort (test, access, low_user_window (machine ().ravelin.start), Level::el0_aarch32);
    }
}

/// No page of @p own is left out, and none of the host's around it is kept from it.
void exactly_these_pages_abort (std::string_view name, PaRange own) {
    const Access access{.instruction = load_double, .kind = ACCESS_LOAD, .offset = 0, .text = {"ldr x2, [x1]"}};
    {
        Test test{"every page of Ravelin's aborts", name};
        for (std::uint64_t offset = 0; offset < own.size; offset += ravelin::page_size) {
            expect_data_abort (test, access, normal_window (own.start + offset), Level::el1h);
        }
    }
    Test test{"memory next to Ravelin's is the host's", name};
    for (const Pa place : {Pa{own.start.value () - sizeof (std::uint64_t)}, own.end ()}) {
        Context context;
        context.x[1] = normal_window (place);
        test.about ("address", place.value ());
        test.expect ("a load goes through",
                     !machine ().has_memory_at (place) || run_instruction (load_double, Level::el1h, context));
    }
}

/// An access that begins in the host's memory and ends in Ravelin's.
void crossing_aborts () {
    constexpr std::uint64_t half = 4;
    const Pa border              = machine ().ravelin.start;

    Test test{"an access that begins in the host's memory and ends in Ravelin's aborts"};
    test.expect ("there is memory before Ravelin's", machine ().has_memory_at (Pa{border.value () - half}));
    const Access access{.instruction = load_double, .kind = ACCESS_LOAD, .offset = half, .text = {"ldr x2, [x1]"}};
    expect_data_abort (test, access, normal_window (Pa{border.value () - half}), Level::el1h);
}
}  // namespace

void test_data () {
    every_access_aborts ();
    every_target_aborts ();
    aarch32_aborts ();
    exactly_these_pages_abort ("its image", machine ().ravelin);
    exactly_these_pages_abort ("its reserve", machine ().reserve);
    crossing_aborts ();
}

}  // namespace forbidden
