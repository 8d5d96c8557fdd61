// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <string>

namespace ravelin::fuzz {

/// What hyp/abi calls the function that X0 names; a number if it has no name.
/// @param guest  whether a guest calls it, whose functions are others than the host's
[[nodiscard]] auto call_name (std::uint64_t x0, bool guest) -> std::string;

}  // namespace ravelin::fuzz
