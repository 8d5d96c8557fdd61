// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/el2_memory.hpp"
#include "sim/machine/violation.hpp"
#include "sim/models/pl011.hpp"
#include "tests/unit/sim/fake_interrupt_controller.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

constexpr PaRange ram{Pa{0x4000'0000}, 0x10'0000};
constexpr PaRange uart{Pa{0x900'0000}, 0x1000};

/// A bus with RAM and a UART.
class El2MemoryTest : public testing::Test {
  protected:
    El2MemoryTest () {
        bus.add_ram (ram);
        bus.add_device (uart, device);
    }

    FakeInterruptController wires;
    Pl011 device{InterruptLine{wires, 33}};
    Bus bus;
    El2Memory memory{bus};
};

TEST_F (El2MemoryTest, what_was_reached_can_be_loaded_and_stored) {
    ASSERT_TRUE (memory.reach (ram, hal::Reach::memory));

    memory.store<std::uint64_t> (ram.start + 8, 0x0123'4567'89ab'cdef);

    EXPECT_EQ (memory.load<std::uint64_t> (ram.start + 8), 0x0123'4567'89ab'cdef);
    EXPECT_EQ (memory.load<std::uint32_t> (ram.start + 12), 0x0123'4567);
}

TEST_F (El2MemoryTest, what_was_not_reached_is_a_violation) {
    ASSERT_TRUE (memory.reach ({ram.start, page_size}, hal::Reach::memory));

    EXPECT_THROW (static_cast<void> (memory.load<std::uint64_t> (ram.start + page_size)), Violation);
    EXPECT_THROW (memory.store<std::uint8_t> (ram.start + page_size, 1), Violation);
    EXPECT_THROW (static_cast<void> (memory.bytes ({ram.start, page_size + 1})), Violation);
    EXPECT_THROW (static_cast<void> (memory.mmio_read (CpuIndex{0}, uart.start)), Violation);
}

TEST_F (El2MemoryTest, an_unaligned_access_is_a_violation) {
    ASSERT_TRUE (memory.reach (ram, hal::Reach::memory));
    static_cast<void> (memory.load<std::uint64_t> (ram.start));

    EXPECT_THROW (static_cast<void> (memory.load<std::uint64_t> (ram.start + 4)), Violation);
    EXPECT_THROW (memory.store<std::uint16_t> (ram.start + 1, 0), Violation);
}

TEST_F (El2MemoryTest, memory_and_devices_are_reached_in_different_ways) {
    ASSERT_TRUE (memory.reach (uart, hal::Reach::device));
    ASSERT_TRUE (memory.reach (ram, hal::Reach::memory));

    memory.mmio_write (CpuIndex{0}, uart.start, 'R');

    EXPECT_EQ (device.port ().sent (), "R");
    EXPECT_THROW (static_cast<void> (memory.load<std::uint32_t> (uart.start)), Violation);
    EXPECT_THROW (memory.mmio_write (CpuIndex{0}, ram.start, 0), Violation);
}

TEST_F (El2MemoryTest, a_page_is_not_reached_in_two_ways) {
    ASSERT_TRUE (memory.reach ({ram.start, 1}, hal::Reach::memory));

    const auto again = memory.reach ({ram.start + 0x800, 1}, hal::Reach::device);

    ASSERT_FALSE (again);
    EXPECT_EQ (again.error (), Status::exists);
    EXPECT_TRUE (memory.reach ({ram.start, 16}, hal::Reach::memory)) << "the same way twice is harmless";
}

TEST_F (El2MemoryTest, neighbours_reached_one_by_one_are_one) {
    ASSERT_TRUE (memory.reach ({ram.start, page_size}, hal::Reach::memory));
    ASSERT_TRUE (memory.reach ({ram.start + 2 * page_size, page_size}, hal::Reach::memory));
    ASSERT_TRUE (memory.reach ({ram.start + page_size, page_size}, hal::Reach::memory));

    EXPECT_EQ (memory.bytes ({ram.start, 3 * page_size}).size (), 3 * page_size);
}

TEST_F (El2MemoryTest, reached_memory_that_is_no_ram_is_a_violation_when_touched) {
    ASSERT_TRUE (memory.reach ({Pa{0x1000}, page_size}, hal::Reach::memory));

    EXPECT_THROW (static_cast<void> (memory.load<std::uint32_t> (Pa{0x1000})), Violation);
}

}  // namespace
}  // namespace ravelin::sim
