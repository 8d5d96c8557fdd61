// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <expected>
#include <span>
#include <string>

namespace ravelin::sim::replay {

/// What ravelin-replay is told.
struct ToolOptions {
    std::string record;
    std::string directory{};  // for what it leaves; empty: it leaves nothing
    std::string build{};      // the name of this tree's image; empty: it isn't known
    bool print{};             // the events, instead of replaying them
    bool json{};

    /// @param arguments  without the program's name
    /// @return  the options, or what is wrong
    [[nodiscard]] static auto parse (std::span<const char *const> arguments) -> std::expected<ToolOptions, std::string>;
};

}  // namespace ravelin::sim::replay
