// SPDX-License-Identifier: BSD-2-Clause
#include "tools/sign/signed_file.hpp"

#include "hyp/firmware/hash.hpp"
#include "hyp/firmware/manifest.hpp"

#include <algorithm>
#include <cstring>

namespace ravelin::sign {

namespace {
/// The first bytes of an arm64 Image: QEMU and others load a file that begins so at a multiple of 2 MiB. Its code, a
/// branch to itself, runs only where there is no Ravelin.  [Linux, Documentation/arch/arm64/booting]
struct ImageHeader {
    std::uint32_t code0{0x1400'0000};
    std::uint32_t code1{};
    std::uint64_t text_offset{};
    std::uint64_t image_size;
    std::uint64_t flags{0xa};  // little-endian, 4 KiB pages, anywhere in memory
    std::array<std::uint64_t, 3> reserved{};
    std::array<char, 4> magic{'A', 'R', 'M', 0x64};
    std::uint32_t pe_offset{};
};
static_assert (sizeof (ImageHeader) == sizeof ravelin_manifest::header);

void put (Bytes &file, std::uint64_t offset, std::span<const std::byte> bytes) {
    std::ranges::copy (bytes, file.begin () + static_cast<std::ptrdiff_t> (offset));
}
}  // namespace

void sign_manifest (ravelin_manifest &manifest, const Key &key) {
    std::ranges::copy (firmware::hash_of (std::as_bytes (std::span{key.point})), std::begin (manifest.key));
    const auto bytes = std::as_bytes (std::span{&manifest, 1});
    std::ranges::copy (key.sign (bytes.first (offsetof (ravelin_manifest, signature))),
                       std::begin (manifest.signature));
}

auto make_signed_file (const Contents &contents, const Key &key) -> Bytes {
    ravelin_manifest manifest{};
    manifest.magic          = RAVELIN_MANIFEST_MAGIC;
    manifest.format         = RAVELIN_MANIFEST_FORMAT;
    manifest.generation     = contents.generation;
    manifest.kernel_size    = contents.kernel.size ();
    manifest.initramfs_size = contents.initramfs.size ();
    std::ranges::copy (firmware::hash_of (contents.kernel), std::begin (manifest.kernel_hash));
    std::ranges::copy (firmware::hash_of (contents.initramfs), std::begin (manifest.initramfs_hash));
    std::ranges::copy (contents.command_line, std::begin (manifest.command_line));

    const auto image = firmware::SignedImage::at (Ipa{0}, manifest);
    const ImageHeader header{.image_size = image.whole ().end ().align_up (page_size).value ()};
    std::memcpy (std::begin (manifest.header), &header, sizeof header);
    sign_manifest (manifest, key);

    Bytes file (image.whole ().size);
    put (file, 0, std::as_bytes (std::span{&manifest, 1}));
    put (file, image.kernel.start.value (), contents.kernel);
    put (file, image.initramfs.start.value (), contents.initramfs);
    put (file, image.end.start.value (), std::as_bytes (std::span{RAVELIN_IMAGE_END}));
    return file;
}

}  // namespace ravelin::sign
