// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "attack.hpp"

namespace attacks {

// Each file's attacks.
[[nodiscard]] auto access_attacks () -> Attacks;         // accesses.cpp
[[nodiscard]] auto control_block_attacks () -> Attacks;  // control_blocks.cpp
[[nodiscard]] auto mapping_attacks () -> Attacks;        // mappings.cpp
[[nodiscard]] auto owner_attacks () -> Attacks;          // owners.cpp

}  // namespace attacks
