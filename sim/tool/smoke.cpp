// SPDX-License-Identifier: BSD-2-Clause
#include "sim/tool/smoke.hpp"

#include "sim/tool/text_in_ram.hpp"
#include "sim/tool/virtual_time.hpp"

#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace ravelin::sim {

namespace {
/// Where the guest's secret has to be in RAM.
enum class Secret : std::uint8_t {
    anywhere,
    hidden,  // where the host can't see it, and nowhere else
    nowhere,
};

/// What the console is to say next, what must be so then, and what to type.
struct Step {
    std::string name;
    std::string said;
    std::string answer;
    Secret secret{Secret::anywhere};
};

// Sums, and what is put together of variables, are the shell's: the console also shows what is typed, and that mustn't
// pass for the answer.
constexpr std::string_view secret      = "secret-of-42000126-the-guest";
constexpr std::string_view make_secret = "of=of; echo secret-$of-$((1000003 * 42))-the-guest >/tmp/secret; "
                                         "echo kept-$((6 * 7))\n";
constexpr std::string_view turn_off    = "poweroff -f\n";

[[nodiscard]] auto steps_for (std::uint32_t cpus, const std::string &guest) -> std::vector<Step> {
    const auto count = std::to_string (cpus);
    const std::string end{turn_off};
    std::vector<Step> steps{
        {"Ravelin's banner", "Ravelin: entering the host at EL1", ""},
        {"host kernel at EL1", "CPU: All CPU(s) started at EL1", ""},
        {"host shell reached", "host# ", "echo smoke-$((6 * 7))-$(nproc)-\n"},
        {"command executed through the shell, on " + count + " CPUs", "smoke-42-" + count + "-",
         guest.empty () ? end : guest + "\n"},
    };
    if (guest.empty ()) { return steps; }
    steps.push_back ({"guest shell reached", "guest# ", std::string{make_secret}});
    steps.push_back ({"guest's secret is where the host can't see it", "kept-42", end, Secret::hidden});
    steps.push_back ({"guest has ended, and its secret with it", "host# ", end, Secret::nowhere});
    return steps;
}

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

    [[nodiscard]] auto run (const std::vector<Step> &steps) -> bool {
        for (const Step &step : steps) {
            const auto outcome = wait_for (step.said);
            const bool came    = outcome == Outcome::time_over && found_;
            const bool good    = came && secret_is (step.secret);
            report (step.name, good, came ? "it's elsewhere in RAM" : describe (outcome));
            if (!good) { return false; }
            machine_.uart ().receive (step.answer);
        }
        const auto outcome = machine_.run (patience * machine_.clock ().frequency ());
        report ("turned off by PSCI", outcome == Outcome::off, describe (outcome));
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

    [[nodiscard]] auto secret_is (Secret where) -> bool {
        if (where == Secret::anywhere) { return true; }
        const auto places = find_text (machine_, secret);
        return places.of_host == 0 && (places.hidden != 0) == (where == Secret::hidden);
    }

    void report (std::string_view name, bool good, std::string_view why) {
        std::cout << (good ? "ok  " : "FAIL") << seconds_of (machine_.clock ()) << " s  " << name;
        if (!good) { std::cout << ": " << why; }
        std::cout << '\n' << std::flush;
    }

    Machine &machine_;
    std::size_t seen_{};  // characters of the console that need not be looked at again
    bool found_{};
};
}  // namespace

auto run_smoke (Machine &machine, const std::string &guest) -> bool {
    return Smoke{machine}.run (steps_for (machine.cpus (), guest));
}

}  // namespace ravelin::sim
