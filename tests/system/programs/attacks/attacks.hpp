// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "attack.hpp"

namespace attacks {

// Each file's attacks.
[[nodiscard]] auto access_attacks () -> Attacks;             // accesses.cpp
[[nodiscard]] auto boot_attacks () -> Attacks;               // boot.cpp
[[nodiscard]] auto cache_attacks () -> Attacks;              // caches.cpp
[[nodiscard]] auto control_block_attacks () -> Attacks;      // control_blocks.cpp
[[nodiscard]] auto debug_attacks () -> Attacks;              // debug.cpp
[[nodiscard]] auto exit_attacks () -> Attacks;               // exits.cpp
[[nodiscard]] auto interrupt_attacks () -> Attacks;          // interrupts.cpp
[[nodiscard]] auto lifecycle_attacks () -> Attacks;          // lifecycle.cpp
[[nodiscard]] auto mapping_attacks () -> Attacks;            // mappings.cpp
[[nodiscard]] auto owner_attacks () -> Attacks;              // owners.cpp
[[nodiscard]] auto power_attacks () -> Attacks;              // power.cpp
[[nodiscard]] auto reset_attacks () -> Attacks;              // reset.cpp
[[nodiscard]] auto stale_translation_attacks () -> Attacks;  // stale_translations.cpp
[[nodiscard]] auto time_attacks () -> Attacks;               // time.cpp
[[nodiscard]] auto trap_attacks () -> Attacks;               // traps.cpp
[[nodiscard]] auto vcpu_call_attacks () -> Attacks;          // vcpu_calls.cpp

}  // namespace attacks
