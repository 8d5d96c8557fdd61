// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/boot.h"

#include <expected>

namespace ravelin::firmware {

/// The value, or why the VM doesn't boot.
template <class T>
using Verified = std::expected<T, ravelin_refusal>;

/// Shorthand for a refusal.
[[nodiscard]] constexpr auto refuse (ravelin_refusal why) -> std::unexpected<ravelin_refusal> {
    return std::unexpected{why};
}

}  // namespace ravelin::firmware
