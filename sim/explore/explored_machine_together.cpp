// SPDX-License-Identifier: BSD-2-Clause

// Steps of several CPUs.
#include "sim/explore/expected.hpp"
#include "sim/explore/explored_machine.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace ravelin::sim::explore {

auto ExploredMachine::take_in_order (std::span<const Step> steps) -> Outcome {
    for (const Step &step : steps) {
        static_cast<void> (take (step));
    }
    // They may have been filled between two steps.
    tlbs_differ_ = true;
    return {seen_, handles_, words_, checker_.known ()};
}

void ExploredMachine::take_together (std::span<const Step> steps, const Together &together) {
    /// Nobody compares, for as long as it lives.
    class Unwatched {
      public:
        explicit Unwatched (Machine &machine) : machine_{machine} {
            for (std::uint32_t i = 0; i < machine_.cpus (); ++i) {
                observers_.at (i) = machine_.cpu (i).observer ();
                machine_.cpu (i).observe (nullptr);
            }
        }
        Unwatched (const Unwatched &)                     = delete;
        auto operator= (const Unwatched &) -> Unwatched & = delete;
        ~Unwatched () {
            for (std::uint32_t i = 0; i < machine_.cpus (); ++i) {
                machine_.cpu (i).observe (observers_[i]);
            }
        }

      private:
        Machine &machine_;
        std::array<TrapObserver *, Scope::most_cpus> observers_{};
    };

    if (tlbs_differ_) { fill_tlbs (); }
    tlbs_differ_ = true;
    std::array<std::function<void ()>, Scope::most_cpus> jobs;
    for (const Step &step : steps) {
        jobs.at (step.cpu) = [this, &step] {
            perform (step);
        };
    }
    const Unwatched unwatched{machine_};
    machine_.keep_in (&marks_[depth_ - 1].log);
    together (std::span{jobs}.first (scope_.cpus));
    machine_.keep_in (nullptr);
}

void ExploredMachine::hold_to (const Outcome &outcome) {
    for (unsigned i = 0; i < scope_.cpus; ++i) {
        Outcome::Seen expected = outcome.seen[i];
        auto &x1               = expected.registers.x[1];
        const auto named       = std::ranges::find (outcome.handles, x1) - outcome.handles.begin ();
        if (static_cast<std::size_t> (named) != handles_.size ()) {
            x1 = handles_.at (static_cast<std::size_t> (named));
        }
        if (seen_[i] != expected) { differ ("what CPU " + std::to_string (i) + " finds"); }
    }
    for (unsigned i = 0; i < scope_.pages; ++i) {
        if (word_of (i) != outcome.words[i]) {
            differ ("data page " + std::to_string (i) + " holds " + hex (word_of (i)) + " and not " +
                    hex (outcome.words[i]));
        }
    }
    checker_.go_back (outcome.known);
    words_ = outcome.words;
    // A new VM may have got a place that another has left only meanwhile: then it has another name than it's known by.
    if (handles_ == outcome.handles) { checker_.check_all (); }
    tlbs_.check ();
    normalise ();
}

}  // namespace ravelin::sim::explore
