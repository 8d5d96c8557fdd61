// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "fuzz/steps.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ravelin::fuzz {

/// Changes inputs as what they are, a sequence of steps made of numbers that mean something: leaves steps out, repeats
/// and moves them, takes some of another input; lets a page, a handle or a choice be one that there is elsewhere, or a
/// neighbour. What isn't spelt in steps, and now and then what is, it leaves to a mutator that knows nothing but bytes.
/// The same seed, the same input, the same outcome.
class StepMutator {
  public:
    /// Changes some of the @p size bytes at @p data, where there is room for @p room.
    /// @return  how many there are then: 1 to @p room
    using Blind = std::size_t (*) (std::uint8_t *data, std::size_t size, std::size_t room);

    explicit StepMutator (Blind blind) : blind_{blind} {}

    /// Something else than @p input, mostly.
    /// @param other  another input, or the same: steps are taken from there
    /// @param room   the most bytes that it may have, at least one
    /// @return       1 to @p room bytes
    [[nodiscard]] auto change (const Played &input, const Played &other, std::size_t room, std::uint64_t seed)
        -> std::vector<std::uint8_t>;

  private:
    Blind blind_;
};

}  // namespace ravelin::fuzz
