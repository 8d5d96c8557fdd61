// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/dev/console.hpp"
#include "sim/machine/machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
class ConsoleTest : public testing::Test {
  protected:
    [[nodiscard]] auto cpu () -> hal::Cpu & { return machine.cpu (0U).hal (); }

    [[nodiscard]] auto open (Uart uart) -> Console {
        EXPECT_TRUE (cpu ().reach (PaRange{uart.base.align_down (page_size), page_size}, hal::Reach::device));
        return Console{uart};
    }

    sim::Machine machine{sim::BoardName::pi4b, {}};
};
}  // namespace

TEST_F (ConsoleTest, writes_to_a_pl011) {
    auto console = open ({Uart::Kind::pl011, Pa{0xfe20'1000}});
    console.write (cpu (), "one\ntwo");
    EXPECT_EQ (machine.uart ().port ().sent (), "one\r\ntwo");
    EXPECT_EQ (machine.mini_uart ().port ().sent (), "");
}

TEST_F (ConsoleTest, writes_to_a_mini_uart) {
    auto console = open ({Uart::Kind::mini_uart, Pa{0xfe21'5040}});
    console.write (cpu (), "x\n");
    EXPECT_EQ (machine.mini_uart ().port ().sent (), "x\r\n");
}

TEST_F (ConsoleTest, writes_numbers) {
    auto console = open ({Uart::Kind::pl011, Pa{0xfe20'1000}});
    console.write (cpu (), 0xdead'beef'0000'0001, " ", Decimal{~0ULL}, " ", 0UL);
    EXPECT_EQ (machine.uart ().port ().sent (), "0xdeadbeef00000001 18446744073709551615 0x0");
}

TEST_F (ConsoleTest, drops_everything_without_a_uart) {
    Console console;
    console.write (cpu (), "nobody");
    EXPECT_EQ (machine.uart ().port ().sent (), "");
}

}  // namespace ravelin
