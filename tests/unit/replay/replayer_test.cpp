// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/host_calls.h"
#include "hyp/abi/psci.h"
#include "made_record.hpp"
#include "sim/machine/violation.hpp"
#include "sim/replay/record/encoding.hpp"
#include "sim/replay/replayer.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ravelin::sim::replay {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

/// A boot, which is trap 1, and three calls.
class ReplayerTest : public testing::Test {
  protected:
    ReplayerTest () {
        record.hvc (PSCI_VERSION);
        record.hvc (0x1234);
        record.hvc (PSCI_AFFINITY_INFO_64, 0);
    }

    /// The first event of @p kind from trap @p number on.
    [[nodiscard]] auto first (std::uint64_t number, Kind kind) -> Event & {
        const auto start = record.events ().begin () + static_cast<std::ptrdiff_t> (record.trap (number));
        return *std::find_if (start, record.events ().end (), [kind] (const Event &each) { return each.kind == kind; });
    }

    MadeRecord record;
};

TEST_F (ReplayerTest, what_was_recorded_is_done_again) {
    EXPECT_EQ (record.replay (), "");
}

TEST_F (ReplayerTest, a_register_that_is_another_is_told_with_its_trap) {
    first (3, Kind::end).registers.at (0).value ^= 1;
    EXPECT_THAT (record.replay (),
                 AllOf (StartsWith ("trap 3 on CPU 0 (HVC"), HasSubstr (": X0 afterwards: in QEMU 0x")));
}

TEST_F (ReplayerTest, a_system_register_that_is_another_is_told) {
    auto &registers = first (2, Kind::end).registers;
    std::ranges::find (registers, number_of (hal::sysreg::vttbr_el2), &RegisterValue::number)->value = 0x77;
    EXPECT_THAT (record.replay (), AllOf (StartsWith ("trap 2 "), HasSubstr ("VTTBR_EL2 afterwards: in QEMU 0x77")));
}

TEST_F (ReplayerTest, every_event_of_the_boot_counts) {
    // What comes of EL2's doing, one by one: each that is another or isn't there is a divergence of trap 1.
    const auto original        = record.events ();
    const auto end             = record.trap (2);
    constexpr std::size_t some = 16;  // of the letters on the console
    for (std::size_t i = 0; i < end; ++i) {
        const bool is_doing = (original[i].kind == Kind::mmio_write && i % some == 0) ||
                              original[i].kind == Kind::barrier || original[i].kind == Kind::clean ||
                              original[i].kind == Kind::invalidate;
        if (!is_doing) { continue; }
        record.events ()[i].kind = Kind::nothing;
        ASSERT_THAT (record.replay (), StartsWith ("trap 1 on CPU 0 (boot")) << "event " << i;
        record.events () = original;
    }
}

TEST_F (ReplayerTest, a_word_to_a_device_that_is_another_is_told_with_both) {
    first (1, Kind::mmio_write).value = 0x7e;
    EXPECT_THAT (record.replay (),
                 HasSubstr ("in QEMU: device write 0x9000000, 0x7e; in the simulator: device write 0x9000000, 0x52"));
}

TEST_F (ReplayerTest, a_byte_of_memory_that_is_another_is_told_with_its_address) {
    auto &store = first (1, Kind::store);
    store.bytes.at (0) ^= std::byte{0x10};
    EXPECT_THAT (record.replay (),
                 AllOf (StartsWith ("trap 1 "), HasSubstr ("memory at "), HasSubstr (hex (store.address))));
}

TEST_F (ReplayerTest, a_byte_that_only_the_simulator_stores_is_told) {
    // Pages that nobody has shown: those of the state of pages, at the end of RAM.
    constexpr std::uint64_t shown = 0x4380'0000;
    const auto is_reserve         = [] (const Event &each) {
        return each.kind == Kind::store && each.address > shown;
    };
    const auto stored = std::ranges::find_if (record.events (), is_reserve)->address;
    for (Event &event : record.events ()) {
        if (is_reserve (event) && event.address == stored) { event.kind = Kind::nothing; }
    }
    EXPECT_THAT (record.replay (), HasSubstr ("QEMU's stores nothing"));
}

TEST_F (ReplayerTest, a_byte_that_only_qemu_stores_is_told) {
    auto &event = first (3, Kind::end);
    Event more{.kind = Kind::store, .address = 0x4280'0000, .bytes = {std::byte{1}}};
    record.events ().insert (record.events ().begin () + (&event - record.events ().data ()), more);
    EXPECT_THAT (record.replay (), AllOf (StartsWith ("trap 3 "), HasSubstr ("memory at 0x42800000 afterwards")));
}

TEST_F (ReplayerTest, what_others_have_left_in_memory_is_found_there) {
    // Without the tree there's nothing to boot.
    for (Event &event : record.events ()) {
        if (event.kind == Kind::memory && event.address == 0x4300'0000) {
            event.bytes.assign (event.bytes.size (), {});
        }
    }
    EXPECT_THAT (record.replay (), StartsWith ("trap 1 "));
}

TEST_F (ReplayerTest, an_access_to_what_cpus_share_that_qemu_doesnt_make_is_told) {
    first (4, Kind::shared_load).kind = Kind::nothing;
    EXPECT_THAT (record.replay (), AllOf (StartsWith ("trap 4 "), HasSubstr ("an access to what CPUs share")));
}

TEST_F (ReplayerTest, a_barrier_that_reaches_less_far_is_told) {
    const auto barrier = std::ranges::find (record.events (), Kind::barrier, &Event::kind);
    ASSERT_NE (barrier, record.events ().end ());
    barrier->value ^= 0b0100;
    EXPECT_THAT (record.replay (), HasSubstr ("in the simulator: DSB with CRm"));
}

TEST_F (ReplayerTest, what_is_on_its_way_at_the_end_has_none) {
    record.events ().resize (record.trap (4) + 1);
    EXPECT_EQ (record.replay (), "");
}

TEST_F (ReplayerTest, what_happens_outside_of_a_trap_is_damage) {
    record.events ().insert (record.events ().begin () + static_cast<std::ptrdiff_t> (record.trap (2)),
                             {.kind = Kind::barrier});
    EXPECT_THAT (record.replay (), StartsWith ("damaged: CPU 0 isn't in EL2, but is said to do: DSB"));
}

TEST_F (ReplayerTest, a_cpu_that_isnt_there_is_damage) {
    record.events ().at (record.trap (2)).cpu = 5;
    EXPECT_THAT (record.replay (), StartsWith ("damaged: there is no CPU 5"));
}

TEST_F (ReplayerTest, a_reset_begins_anew) {
    const auto boot  = record.events ();
    auto &events     = record.events ();
    const auto first = record.trap (2);
    // The second boot finds what the first has left: that is shown to it again.
    events.insert (events.end (), boot.begin (), boot.begin () + static_cast<std::ptrdiff_t> (first));
    EXPECT_EQ (record.replay (), "");
}

TEST (Replayer, refuses_a_board_that_it_doesnt_have) {
    Tape tape{{.board = "toaster", .build = "", .cpus = 1, .memory = 1U << 30U}, [] {
                  return Event{.kind = Kind::finished};
              }};
    EXPECT_THROW (Replayer{tape}, Damaged);
}

TEST (Replayer, refuses_more_cpus_than_a_machine_has) {
    Tape tape{{.board = "virt", .build = "", .cpus = 9, .memory = 1U << 30U}, [] {
                  return Event{.kind = Kind::finished};
              }};
    EXPECT_THROW (Replayer{tape}, Damaged);
}

}  // namespace
}  // namespace ravelin::sim::replay
