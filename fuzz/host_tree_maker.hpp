// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "fuzz/input.hpp"

#include <array>
#include <cstddef>
#include <span>

namespace ravelin::fuzz {

/// Makes device trees as inputs spell them, of words and numbers that firmware looks for: well-formed, and hostile.
class HostTreeMaker {
  public:
    /// The tree that @p input spells, up to its end; there until the next one.
    [[nodiscard]] auto make (Input &input) -> std::span<const std::byte>;

  private:
    void node (Input &input);
    void property (Input &input);
    void cells (const char *name, Input &input);

    std::array<std::byte, 8192> room_{};
};

}  // namespace ravelin::fuzz
