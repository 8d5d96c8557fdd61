// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/preemption.hpp"
#include "sim/race/chooser.hpp"
#include "sim/race/lane.hpp"
#include "sim/race/schedule.hpp"

#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace ravelin::sim::race {

/// Lets several CPUs do one thing each at the same time, as far as anybody can tell: at every operation of the
/// hypervisor that others may notice, another may go first.
///
/// What a CPU stores to a word that CPUs share, or to a device, arrives only when that is chosen, or when the CPU
/// orders it: by a DSB, or before what it does is over; the first also by reading or exchanging such a word, the other
/// also by reading from a device. Stores of one kind and one CPU arrive in their order, those of two kinds in any.
class Turns : private Preemption {
  public:
    explicit Turns (unsigned cpus);

    /// How many take turns: CPUs, what each has stored, what each has written to devices.
    [[nodiscard]] static constexpr auto parties (unsigned cpus) -> unsigned { return 3 * cpus; }

    /// When something was done: in events, of which one is the beginning, an operation or the end of what some CPU
    /// does.
    struct Span {
        std::uint64_t begin{};
        std::uint64_t end{};
    };

    /// CPU i does @p jobs[i], if that's something; returns when all are done. Throws what was thrown first, or a
    /// Violation if they never come to an end.
    void run (std::span<const std::function<void ()>> jobs, Chooser &chooser);

    /// Is called whenever somebody else goes on.
    void when_changed (std::function<void ()> use) { when_changed_ = std::move (use); }

    /// Of the last run: who went on.
    [[nodiscard]] auto schedule () const -> const Schedule & { return schedule_; }

    /// Of the last run: when CPU @p cpu was at it.
    [[nodiscard]] auto span (unsigned cpu) const -> const Span & { return lives_[cpu].span; }

    /// Of the last run: how many moments it had.
    [[nodiscard]] auto moments () const -> std::uint64_t { return moments_; }

  private:
    struct Life {
        std::function<void ()> job;
        bool done{true};
        bool begun{};
        bool ends{};  // as soon as all that it has stored has arrived
        Span span;
        std::deque<LateStore> stores;
        std::deque<LateWrite> writes;
        std::unique_ptr<Lane> lane;

        [[nodiscard]] auto has_late () const -> bool { return !stores.empty () || !writes.empty (); }
    };

    void reached (Moment /*what*/) override { go_on (false); }
    void waits () override { go_on (true); }
    [[nodiscard]] auto sleeps (hal::Cpu &cpu) -> bool override;
    void orders (Ordered what) override { show_all (lives_[current_], what); }
    [[nodiscard]] auto keeps (const LateStore &store) -> bool override;
    [[nodiscard]] auto keeps (const LateWrite &write) -> bool override;

    void live (Life &life);
    void note_thrown ();
    void go_on (bool waits);
    /// Who is the next CPU. Stores that come before it have arrived by then.
    [[nodiscard]] auto choose (bool waits) -> unsigned;
    [[nodiscard]] auto ready () const -> std::uint32_t;
    /// The oldest of them arrives.
    static void show_store (Life &life);
    static void show_write (Life &life);
    static void show_all (Life &life, Ordered what);

    std::vector<Life> lives_;
    Chooser *chooser_{};
    std::function<void ()> when_changed_;
    Schedule schedule_;
    std::exception_ptr thrown_;
    unsigned current_{};
    unsigned next_{};
    std::uint64_t moments_{};
    std::uint64_t events_{};
};

}  // namespace ravelin::sim::race
