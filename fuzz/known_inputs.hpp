// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "fuzz/steps.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <vector>

namespace ravelin::fuzz {

/// Layouts of inputs: of the one that was played last, and of those that were asked for, which are played for that.
class KnownInputs {
  public:
    using Play = std::function<void (std::span<const std::uint8_t>, Layout &)>;

    /// @param play  plays an input, and says what it was taken for
    explicit KnownInputs (Play play) : play_{std::move (play)} {}

    /// Where the layout of @p bytes goes, which are about to be played.
    [[nodiscard]] auto begin (std::span<const std::uint8_t> bytes) -> Layout &;

    /// An input that there is, which is played unless it was.
    [[nodiscard]] auto of (std::span<const std::uint8_t> bytes) -> const Played &;

    /// One of those that of() was asked for, by any number; there is one.
    [[nodiscard]] auto any (std::uint64_t number) const -> const Played & { return kept_[number % kept_.size ()]; }

  private:
    static constexpr std::size_t most = 4096;

    Play play_;
    Played last_;
    std::vector<Played> kept_;
    std::map<std::vector<std::uint8_t>, std::size_t> places_;  // of those kept
};

}  // namespace ravelin::fuzz
