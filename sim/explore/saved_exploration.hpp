// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/explore/canonical.hpp"
#include "sim/explore/scope.hpp"
#include "sim/explore/tree.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace ravelin::sim::explore {

/// An exploration that another process goes on with.
struct SavedExploration {
    Scope scope{};
    std::vector<Node> nodes{};  // of its tree
    std::vector<Key> keys{};    // of the states
    std::uint32_t first{};      // of the nodes that were found last
    std::uint32_t depth{};
    std::uint64_t transitions{};
    double seconds{};
};

/// Writes @p saved to @p file, all or nothing.
/// @param program  what says which program it is of
/// @return  what is wrong; empty: nothing
[[nodiscard]] auto write (const SavedExploration &saved, const std::string &file, std::uint64_t program) -> std::string;

/// What write() has written of @p scope and @p program, or what is wrong with it.
[[nodiscard]] auto read (const std::string &file, const Scope &scope, std::uint64_t program)
    -> std::expected<SavedExploration, std::string>;

}  // namespace ravelin::sim::explore
