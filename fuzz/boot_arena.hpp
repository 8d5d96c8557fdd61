// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/firmware/boot.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ravelin::fuzz {

/// RAM of a VM, behind which there is nothing: whoever reads on is stopped, in a library too.
class BootArena final : public firmware::Memory {
  public:
    static constexpr Ipa start{0x4000'0000};
    static constexpr std::uint64_t size = 8ULL << 20;
    static constexpr IpaRange ram{start, size};

    // The signed file, at the start, and its parts.
    static constexpr std::uint64_t kernel_size    = page_size;
    static constexpr std::uint64_t initramfs_size = 100;

    // Who has signed the file, as far as a quick hash minds, and its generation.
    static constexpr std::array<std::uint8_t, 65> key{};
    static constexpr std::uint32_t generation = 1;

    BootArena ();
    ~BootArena ();

    /// Everything as it was made: the file signed, no device tree.
    void reset ();

    [[nodiscard]] auto reach (IpaRange range) -> std::span<std::byte> override;

    /// Puts a device tree in front of RAM's end.
    /// @return  where it is
    auto put_tree (std::span<const std::byte> tree) -> Ipa;

    [[nodiscard]] auto manifest () -> ravelin_manifest &;

    /// Whether the manifest is as it was made.
    [[nodiscard]] auto has_made_manifest () const -> bool;

    /// Signs the manifest as it is.
    void sign ();

    /// A sum over all that was put there: of whoever writes where the kernel's device tree goes, it says nothing.
    [[nodiscard]] auto sum () const -> std::uint64_t;

  private:
    static constexpr std::uint64_t file_size = RAVELIN_IMAGE_KERNEL + kernel_size + 128;

    std::span<std::byte> bytes_;
    std::vector<std::byte> head_;  // of the file, as it is made: the manifest
    std::uint64_t tree_size_{};
};

}  // namespace ravelin::fuzz
