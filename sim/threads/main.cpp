// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/stopped.hpp"
#include "sim/threads/life.hpp"
#include "sim/threads/places.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <span>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <vector>

namespace ravelin::sim::threads {

namespace {
constexpr int misused = 2;

struct Options {
    std::uint64_t seed{1};
    std::uint64_t seeds{1};
    std::uint64_t steps{20'000};  // of the first CPU, in one run
    std::uint64_t cpus{4};
    BoardName board{BoardName::virt};
    bool turns{};  // which depend on the seed alone
};

/// A machine, and a thread for each of its CPUs.
class Run {
  public:
    Run (const Options &options, std::uint64_t seed)
        : board_{options.board, static_cast<std::uint32_t> (options.cpus), Places::memory (options.board)},
          steps_{options.steps}, random_{seed} {
        for (std::uint32_t i = 0; i < options.cpus; ++i) {
            cpus_.push_back (std::make_unique<ThreadCpu> (board_, *hypervisor_, CpuIndex{i}, random_.next ()));
        }
        if (!cpus_[0]->boot ()) { throw std::runtime_error{"Ravelin doesn't boot"}; }
        if (options.turns) { board_.take_turns (random_.next ()); }
    }

    /// Lets all CPUs live for as long as the first has something to do.
    /// @return  how many traps they took
    [[nodiscard]] auto run () -> std::uint64_t {
        {
            std::vector<std::jthread> threads;
            threads.reserve (cpus_.size ());
            for (auto &cpu : cpus_) {
                threads.emplace_back ([this, &cpu, seed = random_.next ()] {
                    board_.begin (cpu->index ());
                    live (*cpu, seed);
                    board_.leave (cpu->index ());
                });
            }
        }
        std::uint64_t traps = 0;
        for (const auto &cpu : cpus_) {
            traps += cpu->traps ();
        }
        return traps;
    }

  private:
    void live (ThreadCpu &cpu, std::uint64_t seed) {
        const bool first = cpu.index () == CpuIndex{0};
        try {
            Life life{cpu, handles_, seed};
            if (!first) { cpu.arrive (); }
            for (std::uint64_t i = 0; first ? i < steps_ : !board_.is_over (); ++i) {
                life.step ();
            }
            board_.end ();
        } catch (const Stopped &) {
            return;  // it's over, and the CPU is off
        } catch (const std::exception &problem) {
            std::fprintf (stderr, "VIOLATION: %s\n", problem.what ());
            std::_Exit (EXIT_FAILURE);
        }
    }

    Board board_;
    std::uint64_t steps_;
    Random random_;
    std::unique_ptr<Hypervisor> hypervisor_{std::make_unique<Hypervisor> ()};
    Handles handles_;
    std::vector<std::unique_ptr<ThreadCpu>> cpus_;
};

/// Sets what an option that has a value stands for; whether there is such an option.
[[nodiscard]] auto set (Options &options, std::string_view option, std::string_view text) -> bool {
    if (option == "--board" && (text == "virt" || text == "pi4b")) {
        options.board = text == "virt" ? BoardName::virt : BoardName::pi4b;
        return true;
    }
    std::uint64_t value = 0;
    if (std::from_chars (text.begin (), text.end (), value).ptr != text.end () || text.empty ()) { return false; }
    if (option == "--seed") {
        options.seed = value;
    } else if (option == "--seeds") {
        options.seeds = value;
    } else if (option == "--steps") {
        options.steps = value;
    } else if (option == "--cpus" && value >= 1 && value <= max_cpus) {
        options.cpus = value;
    } else {
        return false;
    }
    return true;
}

[[nodiscard]] auto run (std::span<const char *const> arguments) -> int {
    Options options;
    for (std::size_t i = 0; i < arguments.size ();) {
        const auto *const option = arguments[i];
        const bool turns         = option == std::string_view{"--turns"};
        if (!turns && (i + 1 == arguments.size () || !set (options, option, arguments[i + 1]))) {
            std::fprintf (stderr,
                          "threads: --seed N, --seeds N, --steps N, --cpus 1-8, --board virt|pi4b, --turns; not %s\n",
                          option);
            return misused;
        }
        options.turns |= turns;
        i += turns ? 1 : 2;
    }
    std::uint64_t traps = 0;
    for (std::uint64_t seed = options.seed; seed < options.seed + options.seeds; ++seed) {
        std::fprintf (stderr, "threads: seed %llu\n", static_cast<unsigned long long> (seed));
        traps += Run{options, seed}.run ();
    }
    std::printf ("%llu seeds, %llu traps on %llu threads\n", static_cast<unsigned long long> (options.seeds),
                 static_cast<unsigned long long> (traps), static_cast<unsigned long long> (options.cpus));
    return EXIT_SUCCESS;
}
}  // namespace

}  // namespace ravelin::sim::threads

// What ThreadSanitizer has found is the end, and status 1. It keeps as much of what came before as it can.
// NOLINTNEXTLINE(readability-identifier-naming): its library's name
extern "C" auto __tsan_default_options () -> const char * {
    return "halt_on_error=1:exitcode=1:history_size=7:stack_trace_format='    #%n %f %S'";
}

auto main (int count, char **arguments) -> int {
    try {
        const std::span all{arguments, static_cast<std::size_t> (count)};
        return ravelin::sim::threads::run (all.subspan (1));
    } catch (const std::exception &error) {
        std::fprintf (stderr, "threads: %s\n", error.what ());
        return EXIT_FAILURE;
    }
}
