// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/explorer.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace ravelin::sim::explore {

namespace {
// States that a walker takes at once: neighbours, for the way between them is short.
constexpr std::uint32_t chunk_size = 64;
}  // namespace

/// Some states that were found last, and what comes behind them.
struct Explorer::Chunk {
    std::uint32_t first;
    std::uint32_t end;
    std::vector<Found> found{};
};

Explorer::Explorer (const Options &options) : options_{options} {
    for (unsigned i = 0; i < options.jobs; ++i) {
        walkers_.push_back (std::make_unique<Walker> (options.scope, tree_, known_, options.ways));
    }
    ExploredMachine beginning{options.scope};
    static_cast<void> (known_.insert (key_of (beginning)));
}

void Explorer::work (Walker &walker, std::vector<Chunk> &chunks, const std::atomic<bool> &stop) {
    // Behind a problem nothing matters any more.
    for (auto number = next_chunk_++; number < std::min<std::uint64_t> (chunks.size (), first_problem_) && !stop;
         number      = next_chunk_++) {
        Chunk &chunk = chunks[number];
        for (std::uint32_t node = chunk.first; node != chunk.end && !stop; ++node) {
            walker.expand (node, chunk.found);
            ++done_;
            // Its machine has come to harm.
            if (!chunk.found.empty () && !chunk.found.back ().problem.empty ()) {
                note_problem (number);
                return;
            }
        }
    }
}

auto Explorer::advance (const std::atomic<bool> &stop) -> bool {
    if (first_ == tree_.size () || problem_) { return false; }
    const auto begin           = std::chrono::steady_clock::now ();
    const std::uint64_t before = transitions_of_walkers ();
    std::vector<Chunk> chunks;
    for (std::uint32_t first = first_; first < tree_.size (); first += chunk_size) {
        chunks.push_back ({first, std::min (first + chunk_size, tree_.size ())});
    }
    next_chunk_    = 0;
    done_          = 0;
    first_problem_ = no_problem;
    {
        std::vector<std::jthread> threads;
        threads.reserve (walkers_.size ());
        for (const auto &walker : walkers_) {
            threads.emplace_back ([&] { work (*walker, chunks, stop); });
        }
    }
    // Even if somebody has stopped it: a problem is one.
    if (first_problem_ != no_problem) { keep_problem (chunks[first_problem_].found.back ()); }
    if (stop || problem_) { return false; }
    spent_ += std::chrono::steady_clock::now () - begin;
    transitions_ += transitions_of_walkers () - before;
    merge (chunks);
    return true;
}

void Explorer::note_problem (std::uint64_t chunk) {
    auto first = first_problem_.load ();
    while (chunk < first && !first_problem_.compare_exchange_weak (first, chunk)) {}
}

void Explorer::keep_problem (const Found &found) {
    auto steps = tree_.steps_to (found.node.parent);
    if (found.by_step) { steps.push_back (found.node.step); }
    problem_ = Problem{std::move (steps), found.problem};
}

void Explorer::merge (std::vector<Chunk> &chunks) {
    first_ = tree_.size ();
    ++depth_;
    // In the order of the chunks, so that it doesn't matter who was first.
    for (Chunk &chunk : chunks) {
        for (Found &found : chunk.found) {
            if (known_.insert (found.key)) { tree_.add (found.node); }
        }
    }
}

auto Explorer::transitions_of_walkers () const -> std::uint64_t {
    std::uint64_t sum = 0;
    for (const auto &walker : walkers_) {
        sum += walker->transitions ();
    }
    return sum;
}

auto Explorer::progress () const -> Progress {
    return {.states      = known_.size (),
            .transitions = transitions_,
            .depth       = depth_,
            .frontier    = tree_.size () - first_,
            .seconds     = std::chrono::duration<double> (spent_).count ()};
}

auto Explorer::save () const -> SavedExploration {
    return {.scope       = options_.scope,
            .nodes       = tree_.nodes (),
            .keys        = known_.keys (),
            .first       = first_,
            .depth       = depth_,
            .transitions = transitions_,
            .seconds     = progress ().seconds};
}

void Explorer::go_on_from (const SavedExploration &saved) {
    tree_ = Tree{saved.nodes};
    for (const Key &key : saved.keys) {
        static_cast<void> (known_.insert (key));
    }
    first_       = saved.first;
    depth_       = saved.depth;
    transitions_ = saved.transitions;
    spent_       = std::chrono::duration_cast<decltype (spent_)> (std::chrono::duration<double> (saved.seconds));
}

}  // namespace ravelin::sim::explore
