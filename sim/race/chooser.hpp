// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace ravelin::sim::race {

/// Decides who goes on in a race.
class Chooser {
  public:
    Chooser ()                                    = default;
    Chooser (const Chooser &)                     = delete;
    auto operator= (const Chooser &) -> Chooser & = delete;
    virtual ~Chooser ()                           = default;

    /// Somebody goes on: one of @p ready, of which there is one at least.
    /// @param ready  a bit for each that can, numbered as in a Schedule
    /// @param last   the CPU that went on last
    /// @param waits  and found that it has to wait for another
    [[nodiscard]] virtual auto choose (std::uint32_t ready, unsigned last, bool waits) -> unsigned = 0;
};

}  // namespace ravelin::sim::race
