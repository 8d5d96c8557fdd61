// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/dev/console.hpp"

#include "hyp/core/bit_field.hpp"

#include <array>
#include <cstddef>

namespace ravelin {

namespace {
constexpr std::uint64_t pl011_data  = 0x00;    // UARTDR
constexpr std::uint64_t pl011_flags = 0x18;    // UARTFR
constexpr Bits32 pl011_full         = {5, 5};  // UARTFR: TXFF

constexpr std::uint64_t mini_uart_data   = 0x00;    // AUX_MU_IO, from the UART's own base
constexpr std::uint64_t mini_uart_status = 0x14;    // AUX_MU_LSR
constexpr Bits32 mini_uart_room          = {5, 5};  // AUX_MU_LSR: transmitter can take a byte

// More than a character's time at 9600 baud, even if a read of the device took only 10 ns.
constexpr unsigned patience = 200'000;
}  // namespace

auto Console::has_room (hal::Cpu &cpu) const -> bool {
    return uart_.kind == Uart::Kind::pl011 ? !pl011_full.any (cpu.mmio_read (uart_.base + pl011_flags))
                                           : mini_uart_room.any (cpu.mmio_read (uart_.base + mini_uart_status));
}

void Console::put_byte (hal::Cpu &cpu, char c) {
    for (unsigned tries = 0; tries < patience && !has_room (cpu); ++tries) {}
    const auto data = uart_.kind == Uart::Kind::pl011 ? pl011_data : mini_uart_data;
    cpu.mmio_write (uart_.base + data, static_cast<unsigned char> (c));
}

void Console::put (hal::Cpu &cpu, std::string_view text) {
    if (uart_.kind == Uart::Kind::none) { return; }
    for (const char c : text) {
        if (c == '\n') { put_byte (cpu, '\r'); }
        put_byte (cpu, c);
    }
}

void Console::put_digits (hal::Cpu &cpu, std::uint64_t value, unsigned base) {
    constexpr std::string_view alphabet = "0123456789abcdef";

    std::array<char, 20> digits{};  // 2^64 - 1 in decimal
    std::size_t first = digits.size ();
    do {
        digits[--first] = alphabet[value % base];
        value /= base;
    } while (value != 0);
    put (cpu, std::string_view{digits.data () + first, digits.size () - first});
}

}  // namespace ravelin
