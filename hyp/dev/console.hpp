// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "hyp/hal/hal.hpp"

#include <cstdint>
#include <string_view>

namespace ravelin {

/// A serial port that firmware has set up.
struct Uart {
    enum class Kind : std::uint8_t {
        none,       // no console: output is dropped
        pl011,      // Arm PrimeCell UART  [DDI 0183]
        mini_uart,  // UART1 of the BCM283x family  [BCM2711 ARM Peripherals, 2.2]
    };

    Kind kind{Kind::none};
    Pa base;
};

/// Writes text to a UART, waiting a bounded time for room. Ravelin speaks only while it boots or gives up: no
/// trap writes here, so that nobody can flood it.
class Console {
  public:
    constexpr Console () = default;
    explicit constexpr Console (Uart uart) : uart_{uart} {}

    /// Writes @p text; a line feed becomes carriage return and line feed.
    void write (hal::Cpu &cpu, std::string_view text);

    /// Writes @p value as 0x and hexadecimal digits.
    void write_hex (hal::Cpu &cpu, std::uint64_t value);

    /// Writes @p value in decimal.
    void write_decimal (hal::Cpu &cpu, std::uint64_t value);

  private:
    [[nodiscard]] auto has_room (hal::Cpu &cpu) const -> bool;
    void put (hal::Cpu &cpu, char c);
    void write_number (hal::Cpu &cpu, std::uint64_t value, unsigned base);

    Uart uart_;
};

}  // namespace ravelin
