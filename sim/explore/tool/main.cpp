// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/explorer.hpp"
#include "sim/explore/saved_exploration.hpp"
#include "sim/explore/tool/fnv.hpp"
#include "sim/explore/tool/interruption.hpp"
#include "sim/explore/tool/leave.hpp"
#include "sim/explore/tool/options.hpp"
#include "sim/explore/tool/report.hpp"
#include "sim/machine/violation.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>

namespace ravelin::sim::explore {

using namespace interruption;

namespace {
/// What tells this program from one that may explore otherwise.
[[nodiscard]] auto this_program () -> std::uint64_t {
    std::ifstream self{"/proc/self/exe", std::ios::binary};
    Fnv hash;
    for (std::istreambuf_iterator<char> byte{self}; byte != std::istreambuf_iterator<char>{}; ++byte) {
        hash.add (*byte);
    }
    return hash.value ();
}

/// Says now and then how far it is.
class Teller {
  public:
    explicit Teller (const Explorer &explorer) : before_{explorer.progress ()} {
        thread_ = std::jthread{[this, &explorer] {
            tell (explorer);
        }};
    }
    Teller (const Teller &)                     = delete;
    auto operator= (const Teller &) -> Teller & = delete;
    ~Teller () {
        {
            const std::lock_guard lock{mutex_};
            over_ = true;
        }
        changed_.notify_one ();
    }

  private:
    void tell (const Explorer &explorer) {
        constexpr std::chrono::seconds pause{5};
        std::unique_lock lock{mutex_};
        while (!changed_.wait_for (lock, pause, [this] { return over_; })) {
            std::fprintf (stderr, "explore: depth %u, %llu of %llu states looked at\n", before_.depth + 1,
                          static_cast<unsigned long long> (explorer.done ()),
                          static_cast<unsigned long long> (before_.frontier));
        }
    }

    Progress before_;  // at rest
    std::mutex mutex_;
    std::condition_variable changed_;
    bool over_{};
    std::jthread thread_;  // goes first, and uses the others
};

/// Prints what an exploration has come to, and leaves it in the directory.
void tell_outcome (const ToolOptions &options, const Scope &scope, const Progress &progress,
                   const std::optional<Problem> &problem) {
    const std::string text = to_text (progress, problem, scope);
    const std::string json = to_json (progress, problem, scope);
    std::fputs ((options.json ? json : text).c_str (), stdout);
    leave (options.directory, "report.txt", text);
    leave (options.directory, "report.json", json);
    if (!problem) {
        leave_none (options.directory, "finding.cpp");
        return;
    }
    const std::string test = to_test (*problem, scope, options.two_runs);
    std::fprintf (stderr, "\n%s", test.c_str ());
    leave (options.directory, "finding.cpp", test);
}

/// Explores to the end, or until somebody stops it.
class Run {
  public:
    Run (const ToolOptions &options, const Scope &scope)
        : options_{options}, scope_{scope},
          explorer_{{.scope = scope, .jobs = jobs_of (options), .ways = {.two_runs = options.two_runs}}} {}

    [[nodiscard]] auto run () -> int {
        if (!options_.directory.empty () && !options_.fresh) { go_on (); }
        allow (options_.seconds);
        bool more = true;
        while (more) {
            const Teller teller{explorer_};
            more = explorer_.advance (stop);
            if (more) {
                tell_depth ();
                save_now_and_then ();
            }
        }
        return finish ();
    }

  private:
    [[nodiscard]] static auto jobs_of (const ToolOptions &options) -> unsigned {
        return options.jobs != 0 ? options.jobs : std::max (1U, std::thread::hardware_concurrency ());
    }

    [[nodiscard]] auto state_file () const -> std::string { return options_.directory + "/state"; }

    void go_on () {
        if (!std::filesystem::exists (state_file ())) { return; }
        const auto saved = read (state_file (), scope_, this_program ());
        if (!saved) {
            std::fprintf (stderr, "explore: %s: begins anew\n", saved.error ().c_str ());
            return;
        }
        explorer_.go_on_from (*saved);
        std::fprintf (stderr, "explore: goes on at depth %u\n", saved->depth);
    }

    void tell_depth () const {
        const Progress now = explorer_.progress ();
        std::fprintf (stderr, "explore: depth %u, %llu states, %llu of them new, %.1f s\n", now.depth,
                      static_cast<unsigned long long> (now.states), static_cast<unsigned long long> (now.frontier),
                      now.seconds);
    }

    void save () const {
        const auto wrong = write (explorer_.save (), state_file (), this_program ());
        if (!wrong.empty ()) { throw std::runtime_error{wrong}; }
    }

    /// Somebody may kill it.
    void save_now_and_then () {
        constexpr std::chrono::seconds pause{60};
        const auto now = std::chrono::steady_clock::now ();
        if (options_.directory.empty () || now - saved_ < pause) { return; }
        save ();
        saved_ = now;
    }

    [[nodiscard]] auto finish () -> int {
        tell_outcome (options_, scope_, explorer_.progress (), explorer_.problem ());
        if (explorer_.problem ()) { return EXIT_FAILURE; }
        if (explorer_.progress ().closed ()) {
            if (!options_.directory.empty ()) { std::filesystem::remove (state_file ()); }
            return EXIT_SUCCESS;
        }
        if (!options_.directory.empty ()) {
            save ();
            std::fputs ("explore: stopped; the same command goes on from here\n", stderr);
        }
        return is_over ? EXIT_SUCCESS : interrupted;
    }

    const ToolOptions &options_;
    Scope scope_;
    Explorer explorer_;
    std::chrono::steady_clock::time_point saved_{std::chrono::steady_clock::now ()};
};

[[nodiscard]] auto run (std::span<const char *const> arguments) -> int {
    const auto options = ToolOptions::parse (arguments);
    if (!options) {
        std::fprintf (stderr, "explore: %s; see --help\n", options.error ().c_str ());
        return unable;
    }
    const auto scope = read_scope (options->config);
    if (!scope) {
        std::fprintf (stderr, "explore: %s\n", scope.error ().c_str ());
        return unable;
    }
    if (options->two_runs && scope->protected_vms == 0) {
        std::fprintf (stderr, "explore: %s: plain VMs have no secrets; small and pair have VMs that have\n",
                      options->config.c_str ());
        return unable;
    }
    expect_signals ();
    try {
        return Run{*options, *scope}.run ();
    } catch (const Violation &violation) {
        // No machine has come to a first step.
        tell_outcome (*options, *scope, {}, Problem{.steps = {}, .what = violation.what ()});
        return EXIT_FAILURE;
    }
}
}  // namespace

}  // namespace ravelin::sim::explore

auto main (int count, char **arguments) -> int {
    try {
        const std::span all{arguments, static_cast<std::size_t> (count)};
        return ravelin::sim::explore::run (all.subspan (1));
    } catch (const std::exception &error) {
        std::fprintf (stderr, "explore: %s\n", error.what ());
        return ravelin::sim::explore::interruption::unable;
    }
}
