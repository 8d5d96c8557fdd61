// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/boot.h"
#include "hyp/core/range.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace ravelin::fuzz {

/// What is wrong with the device tree that a firmware has written for a kernel; empty: nothing. Written from what
/// promise 3 (boot) says, without the firmware's own code.
/// @param image         the signed file
/// @param command_line  the manifest's
[[nodiscard]] auto judge_guest_tree (std::span<const std::byte> tree, const ravelin_boot_parameters &vm, IpaRange image,
                                     std::string_view command_line) -> std::string_view;

}  // namespace ravelin::fuzz
