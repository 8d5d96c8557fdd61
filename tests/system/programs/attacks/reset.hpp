// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace attacks {

/// What the attacks came to that were tried before the machine was reset; kept in RAM.
struct BeforeReset {
    std::uint64_t repelled;
    std::uint64_t succeeded;
};

/// Whether this is the life after the reset that the last attack is about: all others are over.
[[nodiscard]] auto is_after_reset () -> bool;

[[nodiscard]] auto before_reset () -> BeforeReset &;

}  // namespace attacks
