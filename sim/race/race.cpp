// SPDX-License-Identifier: BSD-2-Clause
#include "sim/race/race.hpp"

#include "hyp/abi/status.h"
#include "sim/machine/violation.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <string>

namespace ravelin::sim::race {

using explore::Step;

namespace {
/// Counts the moments of what is done while it lives.
class Count : public Preemption {
  public:
    Count () { current = this; }
    Count (const Count &)                     = delete;
    auto operator= (const Count &) -> Count & = delete;
    ~Count () override { current = nullptr; }

    void reached (Moment what) override {
        if (what == Moment::order) { ordering_.push_back (moments_); }
        ++moments_;
    }
    [[nodiscard]] auto moments () const -> std::uint64_t { return moments_; }
    [[nodiscard]] auto ordering () const -> const std::vector<std::uint64_t> & { return ordering_; }

  private:
    std::uint64_t moments_{};
    std::vector<std::uint64_t> ordering_;
};

/// Whether it's no call but a load, a store or a fetch.
[[nodiscard]] auto is_access (const Step &step) -> bool {
    using enum explore::Action;
    constexpr std::array accesses{host_load, host_store, guest_load, guest_store, guest_fetch};
    return std::ranges::find (accesses, step.action) != accesses.end ();
}

/// Whether it's one of the host's calls, if it's the host's.
[[nodiscard]] auto is_call (const Step &step) -> bool {
    return step.action < explore::Action::host_load;
}

constexpr auto busy = static_cast<std::uint64_t> (RAVELIN_BUSY);

/// The CPUs in the order of their steps: "CPU 1, then 0".
[[nodiscard]] auto words_of (std::span<const Step> order) -> std::string {
    std::string words;
    for (const Step &step : order) {
        words += (words.empty () ? "CPU " : ", then ") + std::to_string (step.cpu);
    }
    return words;
}
}  // namespace

Race::Meaning::Meaning (explore::ExploredMachine &machine, std::span<const Step> steps) : machine_{machine} {
    for (const Step &step : steps) {
        if (step.action == explore::Action::vm_create) { static_cast<void> (machine_.take (step)); }
    }
    const auto handles = machine_.handles ();
    machine_.go_back ();
    machine_.mean (handles);
}

Race::Race (explore::ExploredMachine &machine, std::span<const Step> steps)
    : machine_{machine}, steps_{steps.begin (), steps.end ()} {
    const auto by_cpu = [] (const Step &left, const Step &right) {
        return left.cpu < right.cpu;
    };
    std::ranges::sort (steps_, by_cpu);
    auto order = steps_;
    do {
        const Count count;
        auto outcome = machine_.take_in_order (order);
        if (orders_.empty ()) {
            moments_  = count.moments ();
            ordering_ = count.ordering ();
        }
        orders_.push_back ({order, std::move (outcome), explore::key_of (machine_)});
        machine_.go_back ();
    } while (std::ranges::next_permutation (order, by_cpu).found);
}

auto Race::draw_moment (Random &random) const -> std::uint64_t {
    if (!ordering_.empty () && random.below (2) == 0) { return ordering_[random.below (ordering_.size ())]; }
    return random.below (moments_ + 1);
}

auto Race::may_precede (const Step &early, const Step &late, const Turns &turns) const -> bool {
    // Two accesses to memory are in no order that a third could see: it may be between them, in a call on both places.
    if (is_access (early) && is_access (late)) { return true; }
    // Who is told that a vCPU is busy is told that it hasn't left yet: others may have seen already why it does.
    if (is_call (early) && machine_.seen_on (early.cpu).registers.x[0] == busy) { return true; }
    return turns.span (late.cpu).end > turns.span (early.cpu).begin;
}

auto Race::could_be (const InOrder &order, const Turns &turns) const -> bool {
    for (std::size_t late = 1; late < order.steps.size (); ++late) {
        for (std::size_t early = 0; early < late; ++early) {
            if (!may_precede (order.steps[early], order.steps[late], turns)) { return false; }
        }
    }
    return true;
}

void Race::run (Turns &turns, Chooser &chooser) {
    turns.when_changed ([this] { machine_.walk (); });
    machine_.take_together (steps_, [&] (std::span<const std::function<void ()>> jobs) { turns.run (jobs, chooser); });
    std::string differs;
    for (const InOrder &order : orders_) {
        if (!could_be (order, turns)) { continue; }
        try {
            machine_.hold_to (order.outcome);
            if (explore::key_of (machine_) != order.key) { throw Violation{"the state isn't the one of that order"}; }
            machine_.go_back ();
            return;
        } catch (const Violation &violation) {
            differs += (differs.empty () ? "" : "; ") + words_of (order.steps) + ": " + violation.what ();
        }
    }
    throw Violation{"what comes of steps at the same time comes of them in no order (" + differs + ")"};
}

}  // namespace ravelin::sim::race
