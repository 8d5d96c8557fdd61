// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/firmware/manifest.hpp"

#include "hyp/firmware/hash.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace ravelin::firmware {

static_assert (sizeof (ravelin_manifest) == page_size);
static_assert (offsetof (ravelin_manifest, signature) == page_size - RAVELIN_SIGNATURE_SIZE);

namespace {
// No image comes near; it keeps sums of sizes from overflowing, and the firmware's tables few.
constexpr std::uint64_t largest_part = 1ULL << 29;

/// Whether what the key's owner has signed makes sense.
[[nodiscard]] auto is_consistent (const ravelin_manifest &manifest) -> bool {
    return manifest.format == RAVELIN_MANIFEST_FORMAT && manifest.kernel_size != 0 &&
           manifest.kernel_size % page_size == 0 && manifest.kernel_size <= largest_part &&
           manifest.initramfs_size <= largest_part &&
           std::ranges::find (manifest.command_line, '\0') != std::end (manifest.command_line);
}
}  // namespace

auto SignedImage::at (Ipa start, const ravelin_manifest &manifest) -> SignedImage {
    constexpr std::uint64_t end_size = sizeof RAVELIN_IMAGE_END;
    static_assert (end_size == 16);

    const IpaRange head{start, RAVELIN_IMAGE_KERNEL};
    const IpaRange kernel{head.end (), manifest.kernel_size};
    const IpaRange initramfs{kernel.end (), manifest.initramfs_size};
    return {head, kernel, initramfs, {initramfs.end ().align_up (end_size), end_size}};
}

auto read_manifest (std::span<const std::byte> page, const Trust &trust) -> Verified<const ravelin_manifest *> {
    const auto &manifest = *reinterpret_cast<const ravelin_manifest *> (page.data ());
    if (manifest.magic != RAVELIN_MANIFEST_MAGIC) { return refuse (RAVELIN_REFUSED_UNSIGNED); }
    if (!std::ranges::equal (manifest.key, hash_of (std::as_bytes (trust.key)))) {
        return refuse (RAVELIN_REFUSED_KEY);
    }
    const Hash hash = hash_of (page.first (offsetof (ravelin_manifest, signature)));
    if (!verifies (hash, manifest.signature, trust.key) || !is_consistent (manifest)) {
        return refuse (RAVELIN_REFUSED_MANIFEST);
    }
    if (manifest.generation < trust.generation) { return refuse (RAVELIN_REFUSED_OLD); }
    return &manifest;
}

}  // namespace ravelin::firmware
