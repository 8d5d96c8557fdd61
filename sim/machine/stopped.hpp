// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace ravelin::sim {

/// Thrown through the hypervisor where hardware would not come back: a CPU, or all of the machine, is gone.
struct Stopped {
    enum class What : std::uint8_t {
        cpu,      // this CPU is off
        machine,  // the machine has been turned off or reset
    };

    What what;
};

}  // namespace ravelin::sim
