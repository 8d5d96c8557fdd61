// SPDX-License-Identifier: BSD-2-Clause
#include "sim/twin/divergence.hpp"
#include "sim/twin/written_memory.hpp"

#include <cstring>
#include <gtest/gtest.h>

namespace ravelin::test {

using namespace sim;

namespace {
constexpr Pa ram{0x4000'0000};
constexpr Pa own{0x4010'0000};

/// RAM, of which the image has a part for itself.
class WrittenMemoryTest : public testing::Test {
  protected:
    WrittenMemoryTest () { bus.add_ram ({ram, 2 * block_size}); }

    void put (Pa pa, std::uint64_t value) {
        std::memcpy (bus.find_ram ({pa, sizeof value})->at (pa), &value, sizeof value);
    }
    [[nodiscard]] auto get (Pa pa) -> std::uint64_t { return *bus.read (CpuIndex{0}, pa, 8); }

    void library_stores (Pa pa, std::uint64_t value) {
        memory.log ().save ({bus.find_ram ({pa, sizeof value})->at (pa), sizeof value});
        put (pa, value);
    }
    void image_stores (Pa pa, std::uint64_t value) {
        memory.store (pa.value (), sizeof value);
        put (pa, value);
    }

    Bus bus;
    WrittenMemory memory{bus, {own, 0x1'0000}};
};
}  // namespace

TEST_F (WrittenMemoryTest, image_finds_what_the_library_found) {
    put (ram, 1);
    library_stores (ram, 2);

    memory.turn_over ({});

    EXPECT_EQ (get (ram), 1);
}

TEST_F (WrittenMemoryTest, same_stores_are_the_same) {
    library_stores (ram, 2);
    memory.turn_over ({});
    image_stores (ram, 2);

    EXPECT_NO_THROW (memory.compare ());
    EXPECT_EQ (get (ram), 2);
}

TEST_F (WrittenMemoryTest, another_value_is_a_divergence) {
    library_stores (ram, 2);
    memory.turn_over ({});
    image_stores (ram, 3);

    EXPECT_THROW (memory.compare (), Divergence);
}

TEST_F (WrittenMemoryTest, store_that_is_missing_is_a_divergence) {
    library_stores (ram, 2);
    memory.turn_over ({});

    EXPECT_THROW (memory.compare (), Divergence);
}

TEST_F (WrittenMemoryTest, store_elsewhere_is_a_divergence_also_of_what_was_there) {
    memory.turn_over ({});
    image_stores (ram + 64, 0);

    EXPECT_THROW (memory.compare (), Divergence);
}

TEST_F (WrittenMemoryTest, image_has_its_own_memory) {
    memory.turn_over ({});
    image_stores (own + 64, 7);

    EXPECT_NO_THROW (memory.compare ());
}

TEST_F (WrittenMemoryTest, registers_that_vectors_save_are_free) {
    library_stores (ram, 2);
    memory.turn_over ({{ram, 16}});
    image_stores (ram, 3);
    image_stores (ram + 8, 3);

    EXPECT_NO_THROW (memory.compare ());
}

}  // namespace ravelin::test
