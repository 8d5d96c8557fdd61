// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/vm_calls.h"
#include "hyp/vdev/interrupt_bank.hpp"

#include <array>
#include <cstdint>

namespace ravelin {

/// With which priority each interrupt last went into a list register of one vCPU as pending, and so was acknowledged
/// there, if it was. A guest ends first what it acknowledged last, the most urgent one by that: a write to
/// GICD_IPRIORITYR changes what is read, but not in which order it has nested them.  [IHI 0048B, 4.3.11 leaves open
/// what the write does to an active interrupt]
struct OfferedPriorities {
    std::array<std::uint8_t, RAVELIN_MAX_INTIDS> notes{};

    static constexpr std::uint8_t noted = 1;  // of a note; no bit of a priority

    /// @param about  what its bank says of interrupt @p number by now
    constexpr void note (unsigned number, std::uint8_t about) { notes[number] = about | noted; }

    /// By which an active one counts. One that only a write has made active, as when the host restores a VM, has just
    /// what its bank says; if it was offered before, what that said: its place among others nobody knows then.
    [[nodiscard]] constexpr auto of_active (unsigned number, std::uint8_t about) const -> std::uint8_t {
        return (notes[number] != 0 ? notes[number] : about) & InterruptBank::priority;
    }
};

}  // namespace ravelin
