// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/status.h"

#include <cstdint>
#include <expected>

namespace ravelin {

/// Why a request was refused; the values are the ABI of Ravelin's own calls.
enum class [[nodiscard]] Status : std::int64_t {
    not_supported = RAVELIN_NOT_SUPPORTED,
    invalid       = RAVELIN_INVALID,
    denied        = RAVELIN_DENIED,
    exists        = RAVELIN_EXISTS,
    no_memory     = RAVELIN_NO_MEMORY,
    busy          = RAVELIN_BUSY,
    again         = RAVELIN_AGAIN,
};

/// The value of a request that succeeded, or why it was refused.
template <class T>
using Result = std::expected<T, Status>;

/// Shorthand for returning a refusal.
[[nodiscard]] constexpr auto refuse (Status status) -> std::unexpected<Status> {
    return std::unexpected{status};
}

}  // namespace ravelin
