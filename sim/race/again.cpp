// SPDX-License-Identifier: BSD-2-Clause
#include "sim/race/again.hpp"

#include "sim/race/race.hpp"
#include "sim/race/replay.hpp"

#include <stdexcept>

namespace ravelin::sim::race {

void race_again (const explore::Scope &scope, std::span<const explore::Step> way, std::span<const explore::Step> steps,
                 std::string_view schedule) {
    const auto parsed = parse_schedule (schedule);
    if (!parsed) { throw std::invalid_argument{parsed.error ()}; }
    explore::ExploredMachine machine{scope};
    for (const explore::Step &step : way) {
        static_cast<void> (machine.take (step));
    }
    machine.mark ();
    Race race{machine, steps};
    Turns turns{scope.cpus};
    Replay replay{*parsed};
    race.run (turns, replay);
}

}  // namespace ravelin::sim::race
