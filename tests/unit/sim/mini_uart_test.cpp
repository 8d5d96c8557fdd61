// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/mini_uart.hpp"
#include "tests/unit/sim/device_access.hpp"
#include "tests/unit/sim/fake_interrupt_controller.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

constexpr std::uint64_t aux_irq    = 0x00;
constexpr std::uint64_t aux_enable = 0x04;
constexpr std::uint64_t io         = 0x40;
constexpr std::uint64_t ier        = 0x44;
constexpr std::uint64_t iir        = 0x48;
constexpr std::uint64_t lcr        = 0x4c;
constexpr std::uint64_t lsr        = 0x54;
constexpr std::uint64_t baud       = 0x68;
constexpr std::uint32_t wire       = 125;

class MiniUartTest : public testing::Test {
  protected:
    [[nodiscard]] auto get (std::uint64_t offset) -> std::uint64_t { return read_register (uart, offset); }
    void set (std::uint64_t offset, std::uint64_t value) { write_register (uart, offset, value); }
    [[nodiscard]] auto interrupts () -> bool { return wires.level (wire); }

    FakeInterruptController wires;
    MiniUart uart{InterruptLine{wires, wire}};
};

TEST_F (MiniUartTest, sends_what_is_written_and_always_has_room) {
    set (io, 'o');
    set (io, 'k');

    EXPECT_EQ (uart.port ().sent (), "ok");
    EXPECT_EQ (get (lsr) & 0x60, 0x60) << "transmitter empty and idle";
}

TEST_F (MiniUartTest, gives_what_arrived_and_says_whether_something_has) {
    EXPECT_EQ (get (lsr) & 1, 0);

    uart.receive ("x");

    EXPECT_EQ (get (lsr) & 1, 1);
    EXPECT_EQ (get (io), 'x');
    EXPECT_EQ (get (lsr) & 1, 0);
}

TEST_F (MiniUartTest, interrupts_while_a_character_waits) {
    set (ier, 1);
    EXPECT_FALSE (interrupts ());

    uart.receive ("x");
    EXPECT_TRUE (interrupts ());
    EXPECT_EQ (get (iir) & 7, 4) << "receiver holds a byte";
    EXPECT_EQ (get (aux_irq), 1);

    static_cast<void> (get (io));
    EXPECT_FALSE (interrupts ());
    EXPECT_EQ (get (iir) & 1, 1) << "nothing pending";
}

TEST_F (MiniUartTest, interrupts_while_it_could_send_if_asked_to) {
    set (ier, 2);

    EXPECT_TRUE (interrupts ());
    EXPECT_EQ (get (iir) & 7, 2);
}

TEST_F (MiniUartTest, is_silent_while_the_block_has_it_disabled) {
    set (ier, 2);

    set (aux_enable, 0);

    EXPECT_FALSE (interrupts ());
}

TEST_F (MiniUartTest, its_data_register_is_the_divisor_while_the_line_control_says_so) {
    set (lcr, 0x83);
    set (io, 0x34);
    set (ier, 0x12);

    EXPECT_EQ (get (baud), 0x1234);
    EXPECT_EQ (uart.port ().sent (), "");
    set (lcr, 0x03);
    EXPECT_EQ (get (ier), 0);
}

TEST_F (MiniUartTest, keeps_what_software_sets_up) {
    for (const std::uint64_t offset : {lcr, std::uint64_t{0x50}, std::uint64_t{0x5c}, std::uint64_t{0x60}}) {
        set (offset, 0xffff'ff5a);
        EXPECT_EQ (get (offset), 0x5a) << "offset " << offset;
    }
    set (baud, 0xffff'1234);
    EXPECT_EQ (get (baud), 0x1234);
    EXPECT_EQ (get (0x80), 0);
}

}  // namespace
}  // namespace ravelin::sim
