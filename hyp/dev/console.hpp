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

/// A number to be written in decimal.
struct Decimal {
    std::uint64_t value;
};

/// Writes text to a UART, waiting a bounded time for room. Ravelin speaks only while it boots or gives up: no
/// trap writes here, so that nobody can flood it.
class Console {
  public:
    constexpr Console () = default;
    explicit constexpr Console (Uart uart) : uart_{uart} {}

    /// Writes @p parts one behind the other: texts, of which a line feed becomes carriage return and line feed,
    /// and numbers, as 0x and hexadecimal digits or in decimal.
    void write (hal::Cpu &cpu, const auto &...parts) { (put (cpu, parts), ...); }

  private:
    [[nodiscard]] auto has_room (hal::Cpu &cpu) const -> bool;
    void put_byte (hal::Cpu &cpu, char c);
    void put_digits (hal::Cpu &cpu, std::uint64_t value, unsigned base);
    void put (hal::Cpu &cpu, std::string_view text);
    void put (hal::Cpu &cpu, Decimal number) { put_digits (cpu, number.value, 10); }
    void put (hal::Cpu &cpu, std::uint64_t number) {
        put (cpu, "0x");
        put_digits (cpu, number, 16);
    }

    Uart uart_;
};

}  // namespace ravelin
