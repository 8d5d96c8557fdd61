// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

namespace ravelin::sim::race {

/// What ravelin-race is told.
struct ToolOptions {
    std::string config{"pair"};
    std::string directory{};        // for what it leaves; empty: it leaves nothing
    std::uint64_t states{100'000};  // races begin in one of so many states at the most, those that are reached first
    std::uint64_t seed{1};          // the first
    std::uint64_t seeds{};          // how many; 0: as many as there's time for
    unsigned seconds{};             // after so many it stops; 0: it doesn't
    unsigned jobs{};                // 0: one for each processor
    bool json{};

    /// @param arguments  without the program's name
    /// @return  the options, or what is wrong
    [[nodiscard]] static auto parse (std::span<const char *const> arguments) -> std::expected<ToolOptions, std::string>;
};

}  // namespace ravelin::sim::race
