// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "layout.h"
#include "report.hpp"
#include "system_register.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <span>

namespace interrupts {

/// The number of this CPU, which is its affinity and its bit in the distributor.
[[nodiscard]] inline auto this_cpu () -> unsigned {
    constexpr std::uint64_t number = EL1_MAX_CPUS - 1;
    return static_cast<unsigned> (el1::read<el1::sysreg::mpidr_el1> () & number);
}

/// What a CPU has acknowledged, in order. Others may look.
class Log {
  public:
    void clear () { count_ = 0; }
    void add (std::uint32_t acknowledged);

    [[nodiscard]] auto count () const -> unsigned { return count_; }
    [[nodiscard]] auto operator[] (unsigned i) const -> std::uint32_t { return entries_.at (i); }

    /// How often @p acknowledged is in it.
    [[nodiscard]] auto count_of (std::uint32_t acknowledged) const -> unsigned;

  private:
    std::array<std::uint32_t, 512> entries_{};
    std::atomic<unsigned> count_{};
};

[[nodiscard]] auto log_of (unsigned cpu) -> Log &;

/// What a CPU does when an interrupt comes; interrupts are masked before and after.
using Handler = void (*) ();

/// Acknowledges an interrupt, logs it and ends it.
void take ();

/// While one lives this CPU takes interrupts; its log begins anew.
class Taking {
  public:
    explicit Taking (Handler irq = take, Handler fiq = take);
    ~Taking ();
    Taking (const Taking &)                     = delete;
    auto operator= (const Taking &) -> Taking & = delete;

  private:
    std::uint64_t vectors_;
};

/// While one lives, in a handler, other interrupts may come.
class Preemptible {
  public:
    Preemptible () { asm volatile ("msr daifclr, #3" ::: "memory"); }
    ~Preemptible () { asm volatile ("msr daifset, #3" ::: "memory"); }
    Preemptible (const Preemptible &)                     = delete;
    auto operator= (const Preemptible &) -> Preemptible & = delete;
};

/// Lets some time pass, in which what should not come would come.
void settle ();

/// Acknowledges the interrupt that this CPU, which masks them, is told of at last; 1023 if none comes. What software
/// writes to a GIC takes its time to have an effect.
[[nodiscard]] auto acknowledge () -> std::uint32_t;

/// Acknowledges what comes in some time, which should be nothing: 1023.
[[nodiscard]] auto acknowledge_none () -> std::uint32_t;

/// The highest pending interrupt, once that is @p expected, or what it is instead.
[[nodiscard]] auto pending_at_last (std::uint32_t expected) -> std::uint32_t;

/// Waits until CPU @p cpu has as many entries in its log as @p expected, and a bit: they are those, in order.
void expect_log (el1::Test &test, unsigned cpu, std::span<const std::uint32_t> expected);

inline void expect_log (el1::Test &test, unsigned cpu, std::initializer_list<std::uint32_t> expected) {
    expect_log (test, cpu, std::span{expected.begin (), expected.size ()});
}

}  // namespace interrupts
