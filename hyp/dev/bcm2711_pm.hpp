// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "hyp/hal/hal.hpp"

namespace ravelin {

/// Power manager of the BCM2711: its watchdog resets or halts the board. It serves power domains too, so the
/// host's other accesses are passed on.
class Bcm2711Pm {
  public:
    /// Physical address of the block.
    static constexpr Pa base{0xfe10'0000};

    /// Restarts the board; a few microseconds pass before it happens.
    static void reset (hal::Cpu &cpu);

    /// Stops the board until its power is cut.
    static void halt (hal::Cpu &cpu);
};

}  // namespace ravelin
