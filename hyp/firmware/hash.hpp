// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/boot.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ravelin::firmware {

using Hash = std::array<std::uint8_t, RAVELIN_HASH_SIZE>;

/// SHA-256 of @p bytes.  [FIPS 180-4]
[[nodiscard]] auto hash_of (std::span<const std::byte> bytes) -> Hash;

/// Whether @p signature is that of @p hash by the key whose public point is @p key, with P-256.  [FIPS 186-4, 6.4]
/// @param signature  r and s, big-endian, RAVELIN_SIGNATURE_SIZE bytes
/// @param key        uncompressed: 4, x, y
[[nodiscard]] auto verifies (const Hash &hash, std::span<const std::uint8_t> signature,
                             std::span<const std::uint8_t> key) -> bool;

}  // namespace ravelin::firmware
