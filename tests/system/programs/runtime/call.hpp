// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>

namespace el1 {

/// X0-X3 after a call.
using CallResult = std::array<std::uint64_t, 4>;

/// How a call is made.
enum class Conduit : std::uint8_t {
    hvc,
    smc,
};

/// Makes a call by @p Way, with immediate 0, under the SMC Calling Convention.  [ARM DEN 0028, 2.6]
template <Conduit Way>
auto call (std::uint64_t function, std::uint64_t a1 = 0, std::uint64_t a2 = 0, std::uint64_t a3 = 0) -> CallResult {
    register std::uint64_t x0 asm ("x0") = function;
    register std::uint64_t x1 asm ("x1") = a1;
    register std::uint64_t x2 asm ("x2") = a2;
    register std::uint64_t x3 asm ("x3") = a3;
    if constexpr (Way == Conduit::hvc) {
        asm volatile ("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::"memory", "cc");
    } else {
        asm volatile ("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::"memory", "cc");
    }
    return {x0, x1, x2, x3};
}

inline auto hvc (std::uint64_t function, std::uint64_t a1 = 0, std::uint64_t a2 = 0, std::uint64_t a3 = 0)
    -> CallResult {
    return call<Conduit::hvc> (function, a1, a2, a3);
}

inline auto smc (std::uint64_t function, std::uint64_t a1 = 0, std::uint64_t a2 = 0, std::uint64_t a3 = 0)
    -> CallResult {
    return call<Conduit::smc> (function, a1, a2, a3);
}

/// What a PSCI call returned: 32 bits, signed.
[[nodiscard]] constexpr auto psci_status (const CallResult &result) -> std::int64_t {
    return static_cast<std::int32_t> (result[0]);
}

}  // namespace el1
