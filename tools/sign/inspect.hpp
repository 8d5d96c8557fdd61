// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "tools/sign/key.hpp"

#include <cstddef>
#include <optional>
#include <ostream>
#include <span>

namespace ravelin::sign {

/// Says on @p out what a signed file holds, and whether all of it is what was signed.
/// @param key  whose signature it should be; nothing: the signature isn't judged
/// @return     whether everything that was judged is as it should be
[[nodiscard]] auto inspect (std::span<const std::byte> file, const std::optional<Key> &key, std::ostream &out) -> bool;

}  // namespace ravelin::sign
