// SPDX-License-Identifier: BSD-2-Clause
#include "sim/tool/interactive.hpp"

#include "sim/tool/escape.hpp"
#include "sim/tool/terminal.hpp"

#include <chrono>
#include <cstdio>
#include <string>

namespace ravelin::sim {

namespace {
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

// As long as a person doesn't notice.
constexpr milliseconds step{10};

/// How far the machine's time is ahead of the person's.
class Lead {
  public:
    explicit Lead (const Clock &clock) : clock_{clock} { begin (); }

    [[nodiscard]] auto measure () -> milliseconds {
        const auto ticks = clock_.now () - ticks_;
        const milliseconds machine{ticks * 1000 / clock_.frequency ()};
        const auto lead = machine - std::chrono::duration_cast<milliseconds> (SteadyClock::now () - start_);
        // Time that was lost isn't made up for: a busy machine would then race once it idles.
        if (lead.count () < 0) { begin (); }
        return std::max (lead, milliseconds{0});
    }

  private:
    void begin () {
        ticks_ = clock_.now ();
        start_ = SteadyClock::now ();
    }

    const Clock &clock_;
    Ticks ticks_{};
    SteadyClock::time_point start_;
};
}  // namespace

auto run_interactively (Machine &machine) -> std::optional<Outcome> {
    Terminal terminal;
    Escape escape;
    Lead lead{machine.clock ()};
    const Ticks ticks = machine.clock ().frequency () * step.count () / 1000;
    while (true) {
        const auto outcome = machine.run (ticks);
        const bool asleep  = outcome == Outcome::asleep;
        if ((outcome != Outcome::time_over && !asleep) || (asleep && !terminal.open ())) { return outcome; }
        std::fflush (stdout);
        const auto patience = asleep ? std::nullopt : std::optional{lead.measure ()};
        const auto typed    = escape.filter (terminal.read (patience));
        if (!typed) { return std::nullopt; }
        if (!typed->empty ()) { machine.uart ().receive (*typed); }
    }
}

}  // namespace ravelin::sim
