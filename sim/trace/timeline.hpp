// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/trace/event.hpp"

#include <cstdint>

namespace ravelin::sim::trace {

/// Where pictures have events: EL2's work takes none of the machine's time, and would be of no length. So each event is
/// at least a nanosecond behind the one before; where little else happens the picture's time is ahead of the machine's.
class Timeline {
  public:
    /// @param frequency  ticks a second
    explicit Timeline (Ticks frequency) : frequency_{frequency} {}

    /// Nanoseconds at which @p event, the next one, is drawn.
    [[nodiscard]] auto next (const Event &event) -> std::uint64_t {
        constexpr std::uint64_t nano = 1'000'000'000;
        const auto exact = event.ticks () / frequency_ * nano + event.ticks () % frequency_ * nano / frequency_;
        last_            = exact > last_ ? exact : last_ + 1;
        return last_;
    }

  private:
    Ticks frequency_;
    std::uint64_t last_{};
};

}  // namespace ravelin::sim::trace
