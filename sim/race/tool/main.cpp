// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/explorer.hpp"
#include "sim/explore/tool/interruption.hpp"
#include "sim/explore/tool/leave.hpp"
#include "sim/machine/violation.hpp"
#include "sim/race/racer.hpp"
#include "sim/race/tool/options.hpp"
#include "sim/race/tool/report.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ravelin::sim::race {

using namespace explore::interruption;

namespace {
[[nodiscard]] auto jobs_of (const ToolOptions &options) -> unsigned {
    return options.jobs != 0 ? options.jobs : std::max (1U, std::thread::hardware_concurrency ());
}

/// Holds the races of one seed after the other, in several threads.
class Run {
  public:
    Run (const ToolOptions &options, const explore::Scope &scope, const explore::Tree &tree)
        : options_{options}, scope_{scope}, tree_{tree}, next_{options.seed},
          end_{options.seeds == 0 ? none : options.seed + options.seeds} {}

    /// All of them, until there's a finding or the time is over. What is found is of the lowest seed that finds
    /// something, however many threads there are.
    [[nodiscard]] auto run () -> std::optional<Finding> {
        {
            std::vector<std::jthread> threads;
            threads.reserve (jobs_of (options_));
            for (unsigned i = 0; i < jobs_of (options_); ++i) {
                threads.emplace_back ([this] { work (); });
            }
        }
        if (thrown_) { std::rethrow_exception (thrown_); }
        return finding_;
    }

    [[nodiscard]] auto seeds () const -> std::uint64_t { return done_; }
    [[nodiscard]] auto races () const -> std::uint64_t { return races_; }

  private:
    static constexpr std::uint64_t none = ~0ULL;

    void work () {
        try {
            Racer racer{scope_, tree_};
            for (std::uint64_t seed = next_++; seed < end_ && !stop; seed = next_++) {
                auto finding = racer.race (seed);
                ++done_;
                tell ();
                if (finding) {
                    const std::lock_guard lock{mutex_};
                    end_ = std::min<std::uint64_t> (end_, seed);
                    if (!finding_ || finding_->seed > seed) { finding_ = std::move (finding); }
                    break;
                }
            }
            races_ += racer.races ();
        } catch (...) {
            const std::lock_guard lock{mutex_};
            thrown_ = std::current_exception ();
            stop    = true;
        }
    }

    void tell () {
        constexpr std::chrono::seconds pause{5};
        const std::unique_lock lock{mutex_, std::try_to_lock};
        const auto now = std::chrono::steady_clock::now ();
        if (!lock || now - told_ < pause) { return; }
        told_ = now;
        std::fprintf (stderr, "race: %llu seeds\n", static_cast<unsigned long long> (done_));
    }

    const ToolOptions &options_;
    explore::Scope scope_;
    const explore::Tree &tree_;
    std::atomic<std::uint64_t> next_;
    std::atomic<std::uint64_t> end_;
    std::atomic<std::uint64_t> done_{};
    std::atomic<std::uint64_t> races_{};
    std::mutex mutex_;
    std::optional<Finding> finding_;
    std::exception_ptr thrown_;
    std::chrono::steady_clock::time_point told_{std::chrono::steady_clock::now ()};
};

/// What was wrong with a sequence of steps already, as a race of its last one alone.
[[nodiscard]] auto before_any_race (const explore::Problem &problem, std::uint64_t seed) -> Finding {
    const auto last = problem.steps.end () - (problem.steps.empty () ? 0 : 1);
    return {.seed     = seed,
            .way      = {problem.steps.begin (), last},
            .steps    = {last, problem.steps.end ()},
            .schedule = {},
            .what     = "before any race: " + problem.what};
}

/// Prints what races have come to, and leaves it in the directory.
/// @return  the exit status
[[nodiscard]] auto tell_outcome (const ToolOptions &options, const Report &report) -> int {
    std::fputs ((options.json ? to_json (report) : to_text (report)).c_str (), stdout);
    explore::leave (options.directory, "report.txt", to_text (report));
    explore::leave (options.directory, "report.json", to_json (report));
    if (!report.finding) {
        explore::leave_none (options.directory, "finding.cpp");
        return stop && !is_over ? interrupted : EXIT_SUCCESS;
    }
    const std::string test = to_test (*report.finding, report.scope);
    std::fprintf (stderr, "\n%s", test.c_str ());
    explore::leave (options.directory, "finding.cpp", test);
    return EXIT_FAILURE;
}

[[nodiscard]] auto race (const ToolOptions &options, const explore::Scope &scope) -> int {
    allow (options.seconds);
    // The states that are reached first, and what else is as near.
    explore::Explorer explorer{{.scope = scope, .jobs = jobs_of (options)}};
    while (explorer.progress ().states < options.states && explorer.advance (stop)) {}
    if (const auto &problem = explorer.problem ()) {
        return tell_outcome (options, {.scope   = scope,
                                       .states  = explorer.progress ().states,
                                       .finding = before_any_race (*problem, options.seed)});
    }
    std::fprintf (stderr, "race: %u states\n", explorer.tree ().size ());
    Run run{options, scope, explorer.tree ()};
    auto finding = run.run ();
    if (is_over && run.races () == 0) {
        std::fprintf (stderr, "race: no race in %u s, for it took all of them to find states; see --states\n",
                      options.seconds);
        return unable;
    }
    return tell_outcome (options, {scope, explorer.tree ().size (), run.seeds (), run.races (), std::move (finding)});
}

[[nodiscard]] auto run (std::span<const char *const> arguments) -> int {
    const auto options = ToolOptions::parse (arguments);
    if (!options) {
        std::fprintf (stderr, "race: %s; see --help\n", options.error ().c_str ());
        return unable;
    }
    const auto scope = explore::read_scope (options->config);
    if (!scope) {
        std::fprintf (stderr, "race: %s\n", scope.error ().c_str ());
        return unable;
    }
    // What came of a race is compared by what it has stored, and not by what GIC and timers hold.
    if (scope->has_interrupts ()) {
        std::fprintf (stderr, "race: %s: interrupts and timers aren't raced; pair, psci, trio and trio-psci are\n",
                      options->config.c_str ());
        return unable;
    }
    if (scope->cpus == 1) {
        std::fprintf (stderr, "race: %s: one CPU races with nobody\n", options->config.c_str ());
        return unable;
    }
    expect_signals ();
    try {
        return race (*options, *scope);
    } catch (const Violation &violation) {
        return tell_outcome (*options,
                             {.scope = *scope, .finding = before_any_race ({{}, violation.what ()}, options->seed)});
    }
}
}  // namespace

}  // namespace ravelin::sim::race

auto main (int count, char **arguments) -> int {
    try {
        const std::span all{arguments, static_cast<std::size_t> (count)};
        return ravelin::sim::race::run (all.subspan (1));
    } catch (const std::exception &error) {
        std::fprintf (stderr, "race: %s\n", error.what ());
        return ravelin::sim::explore::interruption::unable;
    }
}
