// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"
#include "hyp/firmware/refusal.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace ravelin::firmware {

/// What a firmware is built to start.
struct Trust {
    std::span<const std::uint8_t> key;  // public point, uncompressed: 4, x, y
    std::uint32_t generation;           // of the oldest image
};

/// What lies where in the signed file.
struct SignedImage {
    IpaRange head;       // manifest, and room for firmware and device tree
    IpaRange kernel;     // with the zeros behind it
    IpaRange initramfs;  // may be empty
    IpaRange end;        // RAVELIN_IMAGE_END

    /// Of a file at @p start; its sizes are those of a manifest that verifies.
    [[nodiscard]] static auto at (Ipa start, const ravelin_manifest &manifest) -> SignedImage;

    [[nodiscard]] auto whole () const -> IpaRange { return {head.start, end.end () - head.start}; }

    /// Where the kernel's device tree goes.
    [[nodiscard]] auto tree () const -> IpaRange { return {head.start + RAVELIN_IMAGE_TREE, RAVELIN_IMAGE_TREE_SIZE}; }
};

/// The manifest in @p page, once its signature has been found good: nothing of it is believed before.
/// @return  UNSIGNED, KEY, MANIFEST or OLD
[[nodiscard]] auto read_manifest (std::span<const std::byte> page, const Trust &trust)
    -> Verified<const ravelin_manifest *>;

}  // namespace ravelin::firmware
