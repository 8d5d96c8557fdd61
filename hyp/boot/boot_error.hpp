// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

namespace ravelin {

/// Why Ravelin can't take over a machine: one line for a person at the serial port.
struct BootError {
    std::string_view what;  // what is wrong, and where to look
    std::uint64_t value{};  // the number that is wrong
};

/// The value, or why the machine can't be booted.
template <class T>
using Booted = std::expected<T, BootError>;

/// Shorthand for giving up.
[[nodiscard]] constexpr auto give_up (std::string_view what, std::uint64_t value = 0) -> std::unexpected<BootError> {
    return std::unexpected{BootError{what, value}};
}

}  // namespace ravelin
