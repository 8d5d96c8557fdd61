// SPDX-License-Identifier: BSD-2-Clause
#include "storm.hpp"

#include "hyp/abi/status.h"
#include "others.hpp"
#include "vms/host/helper.hpp"

#include <algorithm>
#include <optional>
#include <utility>

using namespace el1;

namespace interrupts {

namespace {
constexpr std::uint64_t period = 2;  // milliseconds

/// A guest that asks nothing that needs an answer.
class Asks final : public Devices {
  public:
    auto load (std::uint64_t /*ipa*/) -> std::uint64_t override { return 0; }
    void store (std::uint64_t /*ipa*/, std::uint64_t /*value*/) override { ++count; }

    std::uint64_t count{};
};
}  // namespace

void Storm::run (unsigned count) {
    count_    = count;
    are_done_ = 0;
    std::array<std::optional<vms::Helper>, EL1_MAX_CPUS> helpers;
    std::array<std::pair<Storm *, unsigned>, EL1_MAX_CPUS> jobs;
    // All are on before one begins: an SGI to a CPU that is off goes nowhere.
    for (unsigned i = 1; i < count; ++i) {
        helpers.at (i).emplace (i);
    }
    for (unsigned i = 1; i < count; ++i) {
        jobs.at (i) = {this, i};
        helpers.at (i)->start (
            [] (void *job) {
                const auto [storm, cpu] = *static_cast<std::pair<Storm *, unsigned> *> (job);
                storm->run_cpu (cpu);
            },
            &jobs.at (i));
    }
    run_cpu (0);
}

auto Storm::arrived_from (unsigned cpu) const -> std::uint64_t {
    return tallies_.at (next_of (cpu)).taken.counted_from.at (cpu);
}

void Storm::tick (unsigned cpu, std::uint64_t &deadline) {
    Tally &tally    = tallies_.at (cpu);
    const auto late = now () - deadline;
    ++tally.ticks;
    tally.latest = std::max (tally.latest, late);
    tally.lateness += late;
    if (tally.ticks == ticks) { ++are_done_; }
    if (are_done_ == count_) {
        stop_timer ();
        return;
    }
    if (arrived_from (cpu) == tally.sent) {
        ++tally.sent;
        gic::send (count_sgi, 1U << next_of (cpu));
    }
    deadline = now () + ticks_of (period);
    ++tally.ticks_set;
    set_timer (deadline);
}

void Storm::run_cpu (unsigned cpu) {
    Tally &tally = tallies_.at (cpu);
    Asks asks;
    VirtualCpu vcpu{*guests_.at (cpu).vm, guests_.at (cpu).number, asks};
    listen ();
    auto deadline       = now () + ticks_of (period);
    const auto give_up  = deadline + ticks_of (patience);
    const auto on_timer = [&] {
        tick (cpu, deadline);
    };
    ++tally.ticks_set;
    set_timer (deadline);
    // What is lost doesn't come any more: then nothing but the time ends this.
    while (are_done_ != count_ && now () < give_up && tally.refused == 0) {
        tally.refused += vcpu.run ().status == RAVELIN_SUCCESS ? 0 : 1;
        take_interrupts (tally.taken, on_timer);
    }
    tally.asked                = asks.count;
    const unsigned predecessor = (cpu + count_ - 1) % count_;
    static_cast<void> (wait_until (patience, [&] {
        take_interrupts (tally.taken, on_timer);
        return tally.ticks == tally.ticks_set && arrived_from (predecessor) == tallies_.at (predecessor).sent;
    }));
    stop_timer ();
}

}  // namespace interrupts
