// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/status.hpp"

#include <cstdint>
#include <expected>
#include <string_view>
#include <utility>

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

/// Because of a request that was refused, of which the number is told.
[[nodiscard]] constexpr auto give_up (std::string_view what, Status status) -> std::unexpected<BootError> {
    return give_up (what, static_cast<std::uint64_t> (-std::to_underlying (status)));
}

}  // namespace ravelin
