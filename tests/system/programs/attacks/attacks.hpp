// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "attack.hpp"

namespace attacks {

// Each file's attacks.
[[nodiscard]] auto access_attacks () -> Attacks;  // by loads, stores and their like
[[nodiscard]] auto owner_attacks () -> Attacks;   // by giving pages twice

}  // namespace attacks
