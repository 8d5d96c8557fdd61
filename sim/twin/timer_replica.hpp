// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/hal.hpp"
#include "sim/machine/clock.hpp"
#include "sim/models/generic_timer.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace ravelin::sim {

/// The timers of one CPU as the image has them: they begin as those of the machine, and are then its own.
class TimerReplica {
  public:
    explicit TimerReplica (Ticks frequency) : clock_{frequency}, timer_{clock_} {}
    TimerReplica (const TimerReplica &)                     = delete;
    auto operator= (const TimerReplica &) -> TimerReplica & = delete;

    /// Makes them those of the machine, @p now.
    /// @param offset  CNTVOFF_EL2
    void set (const GenericTimer &machine, Ticks now, Ticks offset);

    /// MRS; nothing if @p which is no register of a timer, or not one that changes with time.
    [[nodiscard]] auto read (hal::SystemRegister which) -> std::optional<std::uint64_t>;

    /// MSR of any register.
    void write (hal::SystemRegister which, std::uint64_t value);

    /// Whether the registers of @p machine, @p now, are others: which, and both values. Nothing: they are the same.
    [[nodiscard]] auto difference (const GenericTimer &machine, Ticks now) const -> std::optional<std::string>;

  private:
    Clock clock_;
    GenericTimer timer_;
};

}  // namespace ravelin::sim
