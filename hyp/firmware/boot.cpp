// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/firmware/boot.hpp"

#include "hyp/firmware/guest_tree.hpp"
#include "hyp/firmware/hash.hpp"
#include "hyp/firmware/host_tree.hpp"
#include "hyp/firmware/vm.hpp"

#include <algorithm>

namespace ravelin::firmware {

namespace {
[[nodiscard]] auto is_hash_of (std::span<const std::uint8_t, RAVELIN_HASH_SIZE> expected, Memory &memory,
                               IpaRange range) -> bool {
    return std::ranges::equal (expected, hash_of (memory.reach (range)));
}

[[nodiscard]] auto is_end (std::span<const std::byte> bytes) -> bool {
    return std::ranges::equal (bytes, std::as_bytes (std::span{RAVELIN_IMAGE_END}));
}

/// The whole file is there, and is what was signed.
[[nodiscard]] auto verify_image (Memory &memory, const Vm &vm, Ipa start, const ravelin_manifest &manifest)
    -> Verified<SignedImage> {
    const auto image = SignedImage::at (start, manifest);
    if (!vm.is_ram (image.whole ())) { return refuse (RAVELIN_REFUSED_NO_ROOM); }
    if (!is_end (memory.reach (image.end))) { return refuse (RAVELIN_REFUSED_TRUNCATED); }
    if (!is_hash_of (manifest.kernel_hash, memory, image.kernel)) { return refuse (RAVELIN_REFUSED_KERNEL); }
    if (!is_hash_of (manifest.initramfs_hash, memory, image.initramfs)) { return refuse (RAVELIN_REFUSED_INITRAMFS); }
    return image;
}
}  // namespace

auto boot (Memory &memory, Ipa self, const ravelin_boot_parameters &parameters, const Trust &trust)
    -> Verified<Kernel> {
    const Vm vm{parameters};
    const Ipa start{self.value () - RAVELIN_IMAGE_FIRMWARE};
    if (self.value () < RAVELIN_IMAGE_FIRMWARE || !start.is_aligned (RAVELIN_IMAGE_ALIGNMENT)) {
        return refuse (RAVELIN_REFUSED_PLACE);
    }
    const IpaRange page{start, page_size};
    if (!vm.is_ram (page)) { return refuse (RAVELIN_REFUSED_UNSIGNED); }
    const auto manifest = read_manifest (memory.reach (page), trust);
    if (!manifest) { return refuse (manifest.error ()); }
    const auto image = verify_image (memory, vm, start, **manifest);
    if (!image) { return refuse (image.error ()); }

    const auto tree = find_tree (memory, vm, image->whole ());
    if (!tree) { return refuse (tree.error ()); }
    const auto machine = read_machine (*tree, vm, image->whole ());
    if (!machine) { return refuse (machine.error ()); }
    const auto written = write_tree (memory.reach (image->tree ()), vm, *machine, {*image, (*manifest)->command_line});
    if (!written) { return refuse (written.error ()); }
    return Kernel{*image, {image->tree ().start, *written}};
}

}  // namespace ravelin::firmware
