// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/pl011.hpp"
#include "tests/unit/sim/device_access.hpp"
#include "tests/unit/sim/fake_interrupt_controller.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

constexpr std::uint64_t uartdr    = 0x00;
constexpr std::uint64_t uartfr    = 0x18;
constexpr std::uint64_t uartlcr_h = 0x2c;
constexpr std::uint64_t uartifls  = 0x34;
constexpr std::uint64_t uartimsc  = 0x38;
constexpr std::uint64_t uartris   = 0x3c;
constexpr std::uint64_t uartmis   = 0x40;
constexpr std::uint64_t uarticr   = 0x44;

constexpr std::uint64_t receive_empty = 1U << 4;
constexpr std::uint64_t transmit_full = 1U << 5;
constexpr std::uint64_t fifo_enable   = 1U << 4;
constexpr std::uint64_t on_receive    = 1U << 4;
constexpr std::uint64_t on_transmit   = 1U << 5;
constexpr std::uint64_t on_idle       = 1U << 6;
constexpr std::uint32_t wire          = 33;

class Pl011Test : public testing::Test {
  protected:
    [[nodiscard]] auto get (std::uint64_t offset) -> std::uint64_t { return read_register (uart, offset); }
    void set (std::uint64_t offset, std::uint64_t value) { write_register (uart, offset, value); }
    [[nodiscard]] auto interrupts () -> bool { return wires.level (wire); }

    FakeInterruptController wires;
    Pl011 uart{InterruptLine{wires, wire}};
};

TEST_F (Pl011Test, sends_what_is_written_and_always_has_room) {
    set (uartdr, 'o');
    set (uartdr, 'k');

    EXPECT_EQ (uart.port ().sent (), "ok");
    EXPECT_EQ (get (uartfr) & transmit_full, 0);
}

TEST_F (Pl011Test, interrupts_when_it_could_send_more_once_something_was_sent) {
    set (uartimsc, on_transmit);
    EXPECT_FALSE (interrupts ());

    set (uartdr, 'x');
    EXPECT_TRUE (interrupts ());

    set (uarticr, on_transmit);
    EXPECT_FALSE (interrupts ());
}

TEST_F (Pl011Test, a_masked_interrupt_is_raw_only) {
    set (uartdr, 'x');

    EXPECT_EQ (get (uartris), on_transmit);
    EXPECT_EQ (get (uartmis), 0);
    EXPECT_FALSE (interrupts ());
}

TEST_F (Pl011Test, gives_what_arrived_in_order) {
    EXPECT_EQ (get (uartfr) & receive_empty, receive_empty);

    uart.receive ("ls");

    EXPECT_EQ (get (uartfr) & receive_empty, 0);
    EXPECT_EQ (get (uartdr), 'l');
    EXPECT_EQ (get (uartdr), 's');
    EXPECT_EQ (get (uartfr) & receive_empty, receive_empty);
}

TEST_F (Pl011Test, interrupts_while_a_character_waits) {
    set (uartimsc, on_receive | on_idle);

    uart.receive ("x");
    EXPECT_TRUE (interrupts ());

    static_cast<void> (get (uartdr));
    EXPECT_FALSE (interrupts ());
}

TEST_F (Pl011Test, with_its_fifo_a_few_characters_interrupt_by_the_time_out) {
    set (uartlcr_h, fifo_enable);
    set (uartifls, 2U << 3);  // half full: eight
    uart.receive ("x");
    EXPECT_EQ (get (uartris), on_idle);

    uart.receive ("1234567");
    EXPECT_EQ (get (uartris), on_idle | on_receive);
}

TEST_F (Pl011Test, a_cleared_time_out_comes_back_with_the_next_character) {
    set (uartlcr_h, fifo_enable);
    set (uartimsc, on_idle);
    uart.receive ("x");

    set (uarticr, on_idle);
    EXPECT_FALSE (interrupts ());

    uart.receive ("y");
    EXPECT_TRUE (interrupts ());
}

TEST_F (Pl011Test, identifies_itself_as_a_primecell) {
    std::uint64_t peripheral = 0;
    std::uint64_t cell       = 0;
    for (std::uint64_t i = 0; i < 4; ++i) {
        peripheral |= get (0xfe0 + 4 * i) << 8 * i;
        cell |= get (0xff0 + 4 * i) << 8 * i;
    }
    EXPECT_EQ (peripheral & 0x000f'ffff, 0x0004'1011) << "part 011, by Arm";
    EXPECT_EQ (cell, 0xb105'f00d);
}

TEST_F (Pl011Test, tells_a_listener_of_each_character) {
    std::string heard;
    uart.port ().on_send ([&] (char c) { heard.push_back (c); });

    set (uartdr, 'a');

    EXPECT_EQ (heard, "a");
}

TEST_F (Pl011Test, keeps_what_software_sets_up) {
    const std::pair<std::uint64_t, std::uint64_t> fields[] = {
        {0x24, 0xffff}, {0x28, 0x3f}, {0x2c, 0xff}, {0x30, 0xffff}, {0x34, 0x3f}, {0x38, 0x7ff}, {0x48, 0x7}};
    for (const auto &[offset, implemented] : fields) {
        set (offset, 0xffff'ffff);
        EXPECT_EQ (get (offset), implemented) << "offset " << offset;
        set (offset, 0);
        EXPECT_EQ (get (offset), 0) << "offset " << offset;
    }
}

TEST_F (Pl011Test, a_register_that_is_not_there_reads_as_zero) {
    set (0x80, 0xffff'ffff);

    EXPECT_EQ (get (0x80), 0);
}

TEST_F (Pl011Test, says_when_its_fifo_is_full) {
    constexpr std::uint64_t receive_full = 1U << 6;
    set (uartlcr_h, fifo_enable);
    uart.receive ("fifteen letters");
    EXPECT_EQ (get (uartfr) & receive_full, 0);

    uart.receive ("!");
    EXPECT_EQ (get (uartfr) & receive_full, receive_full);
}

}  // namespace
}  // namespace ravelin::sim
