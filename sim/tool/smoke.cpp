// SPDX-License-Identifier: BSD-2-Clause
#include "sim/tool/smoke.hpp"

#include "sim/tool/virtual_time.hpp"

#include <array>
#include <iostream>
#include <string_view>

namespace ravelin::sim {

namespace {
/// What the console is to say next, and what to type then.
struct Step {
    std::string_view name;
    std::string_view said;
    std::string_view answer;
};

// The sum is the shell's: the console also shows what is typed, and that mustn't pass for the answer.
constexpr std::array steps{
    Step{"Ravelin's banner", "Ravelin: entering the host at EL1", ""},
    Step{"host kernel at EL1", "CPU: All CPU(s) started at EL1", ""},
    Step{"host shell reached", "host# ", "echo smoke-$((6 * 7))\n"},
    Step{"command executed through the shell", "smoke-42", "poweroff -f\n"},
};

// Seconds of virtual time after which a step has failed: many times what it takes.
constexpr Ticks patience = 60;

[[nodiscard]] auto describe (Outcome outcome) -> std::string_view {
    switch (outcome) {
    case Outcome::time_over:   return "nothing happens any more";
    case Outcome::asleep:      return "every CPU sleeps for ever";
    case Outcome::finished:    return "no CPU has anything to execute";
    case Outcome::boot_failed: return "Ravelin gave up";
    case Outcome::off:         return "the machine has been turned off";
    case Outcome::reset:       return "the machine has been reset";
    }
    return "";
}

/// One run, and how far it has come.
class Smoke {
  public:
    explicit Smoke (Machine &machine) : machine_{machine} {}

    [[nodiscard]] auto run () -> bool {
        for (const Step &step : steps) {
            const auto outcome = wait_for (step.said);
            report (step.name, outcome == Outcome::time_over && found_, outcome);
            if (!found_) { return false; }
            machine_.uart ().receive (step.answer);
        }
        const auto outcome = machine_.run (patience * machine_.clock ().frequency ());
        report ("turned off by PSCI", outcome == Outcome::off, outcome);
        return outcome == Outcome::off;
    }

  private:
    /// Runs until the console has said @p text after all that was found before.
    [[nodiscard]] auto wait_for (std::string_view text) -> Outcome {
        const Ticks step = machine_.clock ().frequency () / 100;
        const Ticks end  = machine_.clock ().now () + patience * machine_.clock ().frequency ();
        auto outcome     = Outcome::time_over;
        found_           = find (text);
        while (!found_ && outcome == Outcome::time_over && machine_.clock ().now () < end) {
            outcome = machine_.run (step);
            found_  = find (text);
        }
        return outcome;
    }

    [[nodiscard]] auto find (std::string_view text) -> bool {
        const auto at = machine_.uart ().port ().sent ().find (text, seen_);
        if (at == std::string_view::npos) { return false; }
        seen_ = at + text.size ();
        return true;
    }

    void report (std::string_view name, bool good, Outcome outcome) {
        std::cout << (good ? "ok  " : "FAIL") << seconds_of (machine_.clock ()) << " s  " << name;
        if (!good) { std::cout << ": " << describe (outcome); }
        std::cout << '\n' << std::flush;
    }

    Machine &machine_;
    std::size_t seen_{};  // characters of the console that need not be looked at again
    bool found_{};
};
}  // namespace

auto run_smoke (Machine &machine) -> bool {
    return Smoke{machine}.run ();
}

}  // namespace ravelin::sim
