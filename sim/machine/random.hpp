// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace ravelin::sim {

/// The machine's dice: the same seed, the same numbers, on every host. A SplitMix64 generator: a counter,
/// stirred.
class Random {
  public:
    explicit constexpr Random (std::uint64_t seed) : state_{seed} {}

    [[nodiscard]] constexpr auto next () -> std::uint64_t {
        state_ += 0x9e37'79b9'7f4a'7c15;
        std::uint64_t word = state_;
        word               = (word ^ word >> 30) * 0xbf58'476d'1ce4'e5b9;
        word               = (word ^ word >> 27) * 0x94d0'49bb'1331'11eb;
        return word ^ word >> 31;
    }

    /// A number below @p bound, which isn't 0.
    [[nodiscard]] constexpr auto below (std::uint64_t bound) -> std::uint64_t { return next () % bound; }

  private:
    std::uint64_t state_;
};

}  // namespace ravelin::sim
