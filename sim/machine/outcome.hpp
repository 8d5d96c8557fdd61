// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace ravelin::sim {

/// Why a machine came to rest.
enum class Outcome : std::uint8_t {
    time_over,    // what it was given has passed; it would go on
    asleep,       // every CPU waits for an interrupt that no timer will bring
    finished,     // engines have nothing left to execute
    boot_failed,  // Ravelin gave up
    off,          // turned off
    reset,        // reset: it would begin again, with what its RAM holds
};

}  // namespace ravelin::sim
