// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace ravelin {

/// What a CPU does after a trap; the vectors know the values, and look at all of a W register.
enum class Next : std::uint32_t {
    resume       = 0,  // go back to what the registers and ELR_EL2 now say
    off          = 1,  // the CPU has been turned off: Hypervisor::park()
    change_world = 2,  // between host and guest: Hypervisor::change_world()
};

}  // namespace ravelin
