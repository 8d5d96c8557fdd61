// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/explore/key_set.hpp"
#include "sim/explore/saved_exploration.hpp"
#include "sim/explore/scope.hpp"
#include "sim/explore/tree.hpp"
#include "sim/explore/walker.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ravelin::sim::explore {

/// What an exploration has come to.
struct Progress {
    std::uint64_t states{};
    std::uint64_t transitions{};
    std::uint32_t depth{};     // steps to the states that were found last
    std::uint64_t frontier{};  // states from which no step was taken yet
    double seconds{};

    [[nodiscard]] auto closed () const -> bool { return frontier == 0; }
};

/// A shortest way to something that must not be.
struct Problem {
    std::vector<Step> steps;
    std::string what;
};

/// Looks for every state that any sequence of steps reaches, the nearest first, until there is nothing new.
class Explorer {
  public:
    struct Options {
        Scope scope{};
        unsigned jobs{1};
        Ways ways{};  // whatever they are, the states must be the same
    };

    explicit Explorer (const Options &options);

    /// Goes one step further from all states that were found last. False, and all states are as before: there are none
    /// that were, or there's a problem, or @p stop has become true.
    [[nodiscard]] auto advance (const std::atomic<bool> &stop) -> bool;

    [[nodiscard]] auto progress () const -> Progress;
    /// The states that are known, and a shortest way to each.
    [[nodiscard]] auto tree () const -> const Tree & { return tree_; }
    [[nodiscard]] auto problem () const -> const std::optional<Problem> & { return problem_; }

    /// All that is known, to go on from there in another process. The explorer has done nothing yet, with the same
    /// scope.
    [[nodiscard]] auto save () const -> SavedExploration;
    void go_on_from (const SavedExploration &saved);

    /// While advance() works: how many of the states that were found last are done.
    [[nodiscard]] auto done () const -> std::uint64_t { return done_.load (); }

  private:
    struct Chunk;
    static constexpr std::uint64_t no_problem = ~0ULL;

    void work (Walker &walker, std::vector<Chunk> &chunks, const std::atomic<bool> &stop);
    void note_problem (std::uint64_t chunk);
    void keep_problem (const Found &found);
    void merge (std::vector<Chunk> &chunks);
    [[nodiscard]] auto transitions_of_walkers () const -> std::uint64_t;

    Options options_;
    Tree tree_;
    KeySet known_;
    std::vector<std::unique_ptr<Walker>> walkers_;
    std::uint32_t first_{};  // of the states that were found last
    std::uint32_t depth_{};
    std::uint64_t transitions_{};
    std::chrono::steady_clock::duration spent_{};
    std::atomic<std::uint64_t> next_chunk_{};
    std::atomic<std::uint64_t> first_problem_{no_problem};  // the first chunk that shows one
    std::atomic<std::uint64_t> done_{};
    std::optional<Problem> problem_;
};

}  // namespace ravelin::sim::explore
