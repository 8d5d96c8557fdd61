// SPDX-License-Identifier: BSD-2-Clause
#include "fuzz/boot_arena.hpp"

#include "fuzz/quick_hash.hpp"
#include "hyp/firmware/hash.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>
#include <sys/mman.h>

namespace ravelin::fuzz {

BootArena::BootArena () {
    void *const place = mmap (nullptr, size + page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED || mprotect (place, size, PROT_READ | PROT_WRITE) != 0) {
        throw std::runtime_error{"no memory for a VM"};
    }
    bytes_ = {static_cast<std::byte *> (place), size};
    reset ();
}

BootArena::~BootArena () {
    munmap (bytes_.data (), size + page_size);
}

void BootArena::reset () {
    const auto kernel    = bytes_.subspan (RAVELIN_IMAGE_KERNEL, kernel_size);
    const auto initramfs = bytes_.subspan (RAVELIN_IMAGE_KERNEL + kernel_size, initramfs_size);
    std::ranges::fill (kernel, std::byte{0x11});
    std::ranges::fill (initramfs, std::byte{0x22});
    const auto end = (RAVELIN_IMAGE_KERNEL + kernel_size + initramfs_size + 15) / 16 * 16;
    std::ranges::copy (std::as_bytes (std::span{RAVELIN_IMAGE_END}), bytes_.begin () + end);
    if (head_.empty ()) {
        auto &it          = manifest ();
        it.magic          = RAVELIN_MANIFEST_MAGIC;
        it.format         = RAVELIN_MANIFEST_FORMAT;
        it.generation     = generation;
        it.kernel_size    = kernel_size;
        it.initramfs_size = initramfs_size;
        std::ranges::copy (firmware::hash_of (std::as_bytes (std::span{key})), std::begin (it.key));
        std::ranges::copy (firmware::hash_of (kernel), std::begin (it.kernel_hash));
        std::ranges::copy (firmware::hash_of (initramfs), std::begin (it.initramfs_hash));
        std::strcpy (it.command_line, "console=ttyAMA0");
        sign ();
        head_.assign (bytes_.begin (), bytes_.begin () + page_size);
    }
    std::ranges::copy (head_, bytes_.begin ());
    tree_size_ = 0;
}

auto BootArena::reach (IpaRange range) -> std::span<std::byte> {
    if (!ram.contains (range)) { throw std::logic_error{"the firmware reaches what isn't RAM"}; }
    return bytes_.subspan (range.start - start, range.size);
}

auto BootArena::put_tree (std::span<const std::byte> tree) -> Ipa {
    constexpr std::uint64_t alignment = 8;
    tree_size_                        = (tree.size () + alignment - 1) / alignment * alignment;
    const auto place                  = bytes_.last (tree_size_);
    std::ranges::copy (tree, place.end () - static_cast<std::ptrdiff_t> (tree_size_));
    return start + (size - tree_size_);
}

auto BootArena::manifest () -> ravelin_manifest & {
    return *reinterpret_cast<ravelin_manifest *> (bytes_.data ());
}

auto BootArena::has_made_manifest () const -> bool {
    return std::memcmp (bytes_.data (), head_.data (), head_.size ()) == 0;
}

void BootArena::sign () {
    const auto hash = firmware::hash_of (bytes_.first (offsetof (ravelin_manifest, signature)));
    std::ranges::copy (quick_signature (hash), std::begin (manifest ().signature));
}

auto BootArena::sum () const -> std::uint64_t {
    std::uint64_t sum = 0;
    for (const auto part :
         {bytes_.first (page_size), bytes_.subspan (RAVELIN_IMAGE_KERNEL, file_size - RAVELIN_IMAGE_KERNEL),
          bytes_.last (tree_size_)}) {
        const auto hash    = firmware::hash_of (part);
        std::uint64_t word = 0;
        std::memcpy (&word, hash.data (), sizeof word);
        sum = std::rotl (sum, 1) ^ word;
    }
    return sum;
}

}  // namespace ravelin::fuzz
