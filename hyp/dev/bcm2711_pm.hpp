// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "hyp/hal/hal.hpp"

#include <cstdint>

namespace ravelin {

/// Power manager of the BCM2711: its watchdog resets or halts the board. It serves power domains too, so the
/// host's other accesses are passed on.
class Bcm2711Pm {
  public:
    /// Physical address of the block.
    static constexpr Pa base{0xfe10'0000};

    /// What a store to the block does to the board.
    enum class Effect : std::uint8_t {
        none,
        watchdog,  // it will be restarted unless somebody sees to it
        reset,     // it's restarted, or halted
    };

    /// What a store of @p value at @p address, of the block, would do.
    [[nodiscard]] static auto effect_of (hal::Cpu &cpu, Pa address, std::uint32_t value) -> Effect;

    /// Restarts the board; a few microseconds pass before it happens.
    static void reset (hal::Cpu &cpu);

    /// Stops the board until its power is cut.
    static void halt (hal::Cpu &cpu);
};

}  // namespace ravelin
