// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>

namespace ravelin::sim::explore {

/// What ravelin-explore is told.
struct ToolOptions {
    std::string config{"small"};
    std::string directory{};  // for what it leaves; empty: it leaves nothing
    unsigned jobs{};          // 0: one for each processor
    unsigned seconds{};       // after so many it stops; 0: it doesn't
    bool json{};
    bool two_runs{};
    bool fresh{};  // what an earlier run has left is not gone on with

    /// @param arguments  without the program's name
    /// @return  the options, or what is wrong
    [[nodiscard]] static auto parse (std::span<const char *const> arguments) -> std::expected<ToolOptions, std::string>;
};

}  // namespace ravelin::sim::explore
