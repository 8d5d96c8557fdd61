// SPDX-License-Identifier: BSD-2-Clause
#include "uart.hpp"

#include "console.hpp"

#include <string_view>

namespace interrupts {

namespace {
constexpr std::uint64_t data              = 0x00;     // UARTDR
constexpr std::uint64_t flags             = 0x18;     // UARTFR
constexpr std::uint64_t transmitter_empty = 1U << 7;  // TXFE
}  // namespace

auto Uart::load (std::uint64_t offset) -> std::uint64_t {
    return offset == flags ? transmitter_empty : 0;
}

void Uart::store (std::uint64_t offset, std::uint64_t value) {
    const auto c = static_cast<char> (value);
    if (offset != data || c == '\r') { return; }
    if (c == '\n') {
        end_line ();
    } else if (length_ < line_.size ()) {
        line_.at (length_++) = c;
    }
}

void Uart::end_line () {
    const std::string_view line{line_.data (), length_};
    length_ = 0;
    if (line.starts_with ("VERDICT ")) {
        all_passed_ = line.ends_with (" passed, 0 failed") && !line.starts_with ("VERDICT 0 ");
        el1::print ("the guest's ", line, "\n");
        return;
    }
    el1::print (line, "\n");
}

}  // namespace interrupts
