// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/divergence.hpp"
#include "sim/replay/stored_memory.hpp"

#include <array>
#include <cstring>
#include <gtest/gtest.h>
#include <vector>

namespace ravelin::sim::replay {
namespace {

constexpr PaRange ram{Pa{0x4000'0000}, 0x10'0000};

/// EL2 stores in the simulator, and by the record.
class StoredMemoryTest : public testing::Test {
  protected:
    StoredMemoryTest () { bus.add_ram (ram); }

    void store_here (std::uint64_t pa, std::uint64_t value) {
        std::byte *const there = bus.find_ram ({Pa{pa}, sizeof value})->at (Pa{pa});
        stored.log ().save ({there, sizeof value});
        std::memcpy (there, &value, sizeof value);
    }

    void store_recorded (std::uint64_t pa, std::uint64_t value) {
        stored.put (pa, std::as_bytes (std::span{&value, 1}));
    }

    Bus bus;
    StoredMemory stored{bus};
};

TEST_F (StoredMemoryTest, the_same_is_the_same) {
    store_here (0x4000'1ff8, 1);
    store_here (0x4000'2000, 2);
    store_recorded (0x4000'2000, 2);
    store_recorded (0x4000'1ff8, 7);
    store_recorded (0x4000'1ff8, 1);
    EXPECT_NO_THROW (stored.check ());
}

TEST_F (StoredMemoryTest, what_is_stored_again_is_nothing_new) {
    store_here (0x4000'1000, 0);
    EXPECT_NO_THROW (stored.check ());
}

TEST_F (StoredMemoryTest, another_value_is_not) {
    store_here (0x4000'1000, 1);
    store_recorded (0x4000'1000, 3);
    EXPECT_THROW (stored.check (), Divergence);
}

TEST_F (StoredMemoryTest, neither_is_another_place) {
    store_here (0x4000'1000, 1);
    EXPECT_THROW (stored.check (), Divergence);
    stored.log ().clear ();
    store_recorded (0x4000'3000, 1);
    EXPECT_THROW (stored.check (), Divergence);
}

TEST_F (StoredMemoryTest, what_was_compared_is_over) {
    store_here (0x4000'1000, 1);
    store_recorded (0x4000'1000, 1);
    stored.check ();
    store_here (0x4000'1000, 2);
    EXPECT_THROW (stored.check (), Divergence);
}

TEST_F (StoredMemoryTest, where_no_ram_is_nothing_can_be_stored) {
    store_recorded (0x9000'0000, 1);
    EXPECT_THROW (stored.check (), Divergence);
}

}  // namespace
}  // namespace ravelin::sim::replay
