// SPDX-License-Identifier: BSD-2-Clause
#include "console.hpp"

#include "device.hpp"

#include <array>
#include <charconv>
#include <cstddef>

namespace el1 {

namespace {
// [ARM DDI 0183, 3.3]
constexpr std::uint64_t data             = 0x00;     // UARTDR
constexpr std::uint64_t flags            = 0x18;     // UARTFR
constexpr std::uint32_t transmitter_full = 1U << 5;  // TXFF

constinit ravelin::Pa console{};

void put (char c) {
    while ((read_device (console + flags) & transmitter_full) != 0) {}
    write_device (console + data, static_cast<unsigned char> (c));
}

void print_number (std::uint64_t value, int base) {
    std::array<char, 20> digits{};  // 2^64 - 1 in decimal
    const auto *end = std::to_chars (digits.data (), digits.data () + digits.size (), value, base).ptr;
    print (std::string_view{digits.data (), static_cast<std::size_t> (end - digits.data ())});
}
}  // namespace

void open_console (ravelin::Pa uart) {
    console = uart;
}

void print (std::string_view text) {
    for (const char c : text) {
        if (c == '\n') { put ('\r'); }
        put (c);
    }
}

void print (Hex number) {
    print ("0x");
    print_number (number.value, 16);
}

void print (std::uint64_t number) {
    print_number (number, 10);
}

}  // namespace el1
