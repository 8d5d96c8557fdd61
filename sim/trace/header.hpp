// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/clock.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace ravelin::sim::trace {

/// The first line of a trace: of what machine it is.
struct Header {
    static constexpr std::string_view magic   = "ravelin-trace";
    static constexpr std::string_view version = "1";

    std::string board;      // virt or pi4b
    std::uint32_t cpus{1};  // 1-8
    std::uint64_t seed{1};
    Ticks frequency{1};  // ticks a second, not 0

    friend auto operator== (const Header &, const Header &) -> bool = default;
};

}  // namespace ravelin::sim::trace
