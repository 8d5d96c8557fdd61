// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/boot.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ravelin::sign {

/// A key for P-256.
struct Key {
    /// Public point, uncompressed: 4, x, y.  [SEC 1, 2.3.3]
    std::array<std::uint8_t, 65> point;

    /// Private scalar, big-endian; nothing if only the public half is known.
    std::optional<std::array<std::uint8_t, 32>> secret;

    /// The key that a PEM file holds: "EC PRIVATE KEY", "PRIVATE KEY" or "PUBLIC KEY"; nothing if it's none for P-256.
    [[nodiscard]] static auto from_pem (std::string_view pem) -> std::optional<Key>;

    /// ECDSA with SHA-256 over @p bytes, as a manifest holds it; the same each time.  [RFC 6979]
    /// The key has a secret.
    [[nodiscard]] auto sign (std::span<const std::byte> bytes) const
        -> std::array<std::uint8_t, RAVELIN_SIGNATURE_SIZE>;
};

}  // namespace ravelin::sign
