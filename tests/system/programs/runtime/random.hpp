// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace el1 {

/// Numbers that look random and are the same in every run: SplitMix64.
class Random {
  public:
    explicit constexpr Random (std::uint64_t seed) : state_{seed} {}

    [[nodiscard]] constexpr auto next () -> std::uint64_t {
        state_ += 0x9e37'79b9'7f4a'7c15;
        std::uint64_t mixed = state_;
        mixed               = (mixed ^ mixed >> 30) * 0xbf58'476d'1ce4'e5b9;
        mixed               = (mixed ^ mixed >> 27) * 0x94d0'49bb'1331'11eb;
        return mixed ^ mixed >> 31;
    }

    /// Below @p limit, which is small.
    [[nodiscard]] constexpr auto below (std::uint64_t limit) -> std::uint64_t { return next () % limit; }

  private:
    std::uint64_t state_;
};

}  // namespace el1
