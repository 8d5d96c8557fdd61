// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <limits>

namespace ravelin::sim {

/// A moment or a time span, in ticks of the system counter.
using Ticks = std::uint64_t;

/// Later than anything that happens.
inline constexpr Ticks never = std::numeric_limits<Ticks>::max ();

/// Wants to know when a moment has come.
class Alarm {
  public:
    Alarm ()                                  = default;
    Alarm (const Alarm &)                     = delete;
    auto operator= (const Alarm &) -> Alarm & = delete;
    virtual ~Alarm ()                         = default;

    /// It's @p now. Returns when to be called next.
    [[nodiscard]] virtual auto ring (Ticks now) -> Ticks = 0;
};

/// Virtual time: the system counter, driven by what the CPUs execute and nothing else. All CPUs share it, and
/// only one executes at a time, so that no CPU ever sees it run backwards.
class Clock {
  public:
    /// @param frequency  ticks a second, what CNTFRQ_EL0 says
    explicit Clock (Ticks frequency) : frequency_{frequency}, instructions_per_tick_{1'000'000'000 / frequency} {}

    [[nodiscard]] auto frequency () const -> Ticks { return frequency_; }
    [[nodiscard]] auto now () const -> Ticks { return now_; }

    /// When the alarm rings next; until then no interrupt comes from a timer.
    [[nodiscard]] auto deadline () const -> Ticks { return deadline_; }

    /// Instructions that make a tick: the simulated CPUs execute one a nanosecond.
    [[nodiscard]] auto instructions_per_tick () const -> std::uint64_t { return instructions_per_tick_; }

    /// A CPU has executed @p count instructions.
    void retire (std::uint64_t count) {
        remainder_ += count;
        if (remainder_ >= instructions_per_tick_) {
            advance_to (now_ + remainder_ / instructions_per_tick_);
            remainder_ %= instructions_per_tick_;
        }
    }

    /// Time passes until @p moment, if that lies ahead.
    void advance_to (Ticks moment) {
        if (moment > now_) { now_ = moment; }
        if (now_ >= deadline_) { check (); }
    }

    /// It's @p moment again, which has been. For who steps back, between traps.
    void go_back (Ticks moment) {
        now_ = moment;
        check ();
    }

    /// Whom to call when the deadline passes; it outlives the clock.
    void set_alarm (Alarm &alarm) {
        alarm_ = &alarm;
        check ();
    }

    /// Asks the alarm for its deadline again, which may have changed.
    void check () { deadline_ = alarm_ == nullptr ? never : alarm_->ring (now_); }

  private:
    Ticks frequency_;
    std::uint64_t instructions_per_tick_;
    Ticks now_{};
    std::uint64_t remainder_{};
    Ticks deadline_{never};
    Alarm *alarm_{};
};

}  // namespace ravelin::sim
