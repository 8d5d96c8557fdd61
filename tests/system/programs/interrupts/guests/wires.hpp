// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace guest {

// What the guest wires.cpp asks its host to do.

inline constexpr std::uint32_t level_wire = 40;
inline constexpr std::uint32_t edge_wire  = 70;

enum class Wish : std::uint64_t {
    lower,
    raise,
    raise_when_waiting,
    count,  // the rest is a virtual count
};

inline constexpr unsigned wish_bits = 2;

[[nodiscard]] constexpr auto wish (Wish wish, std::uint64_t number) -> std::uint64_t {
    return number << wish_bits | static_cast<std::uint64_t> (wish);
}

[[nodiscard]] constexpr auto raise (std::uint32_t wire) -> std::uint64_t {
    return wish (Wish::raise, wire);
}
[[nodiscard]] constexpr auto lower (std::uint32_t wire) -> std::uint64_t {
    return wish (Wish::lower, wire);
}
[[nodiscard]] constexpr auto raise_when_waiting (std::uint32_t wire) -> std::uint64_t {
    return wish (Wish::raise_when_waiting, wire);
}
[[nodiscard]] constexpr auto virtual_count (std::uint64_t count) -> std::uint64_t {
    return wish (Wish::count, count);
}

}  // namespace guest
