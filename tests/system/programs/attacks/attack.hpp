// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <span>
#include <string_view>

namespace attacks {

/// Something that a hostile host tries.
struct Attack {
    std::string_view name;

    /// Tries it, puts everything back, and says whether it succeeded. What a call returns is no evidence: the host has
    /// to have got something that it must not have, or have changed something that it must not change.
    bool (*succeeds) ();
};

using Attacks = std::span<const Attack>;

}  // namespace attacks
