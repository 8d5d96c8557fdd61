// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/explore/explored_machine.hpp"

#include <cstdint>
#include <initializer_list>
#include <vector>

namespace ravelin::sim::explore {

using Way = std::vector<Step>;

/// One after the other.
[[nodiscard]] inline auto join (std::initializer_list<Way> ways) -> Way {
    Way all;
    for (const Way &way : ways) {
        all.insert (all.end (), way.begin (), way.end ());
    }
    return all;
}

inline void take_all (ExploredMachine &machine, const Way &way) {
    for (const Step &step : way) {
        static_cast<void> (machine.take (step));
    }
}

/// The calls that make VM @p vm, one of Scope{}.
[[nodiscard]] inline auto made (std::uint8_t vm) -> Way {
    Way way{{.action = Action::vm_create, .vm = vm, .page = page::control},
            {.action = Action::vm_add_ram, .vm = vm, .place = place::firmware},
            {.action = Action::vm_top_up, .vm = vm, .page = page::tables}};
    if (Scope{}.is_protected (vm)) {
        way.push_back ({.action = Action::vm_donate, .vm = vm, .page = page::firmware, .place = place::firmware});
    }
    way.push_back ({.action = Action::vcpu_create, .vm = vm, .page = page::vcpu});
    return way;
}

[[nodiscard]] inline auto donate (std::uint8_t vm, std::uint8_t data) -> Step {
    return {.action = Action::vm_donate, .vm = vm, .page = data};
}

[[nodiscard]] inline auto run (std::uint8_t vm, std::uint8_t cpu = 0) -> Step {
    return {.cpu = cpu, .action = Action::vcpu_run, .vm = vm};
}

[[nodiscard]] inline auto guest (Action action, std::uint8_t cpu = 0) -> Step {
    return {.cpu = cpu, .action = action};
}

}  // namespace ravelin::sim::explore
