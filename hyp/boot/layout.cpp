// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/boot/steps.hpp"

#include <algorithm>
#include <array>
#include <ranges>

namespace ravelin {

namespace {
/// RAM is mapped for the host wherever a bank is: a bank that covers one of these would hand it over.
[[nodiscard]] auto check_ram (const Platform &platform) -> Booted<void> {
    for (const PaRange &bank : platform.ram) {
        for (const PaRange &part : std::array{platform.gic.virtual_control, platform.gic.virtual_interface}) {
            if (bank.overlaps (part)) {
                return give_up ("device tree: memory overlaps the GIC at", part.start.value ());
            }
        }
        for (const PaRange &device : platform.board->forwarded) {
            if (bank.overlaps (device)) {
                return give_up ("device tree: memory overlaps a device at", device.start.value ());
            }
        }
    }
    return {};
}

/// The highest place in @p bank for @p bytes, whole blocks, that meets none of @p taken, lists of ranges.
[[nodiscard]] auto find_in (PaRange bank, std::span<const std::span<const PaRange>> taken, std::uint64_t bytes)
    -> std::optional<PaRange> {
    // Each step down passes one of the ranges for good.
    for (Pa end = bank.end ().align_down (block_size); end >= bank.start && end - bank.start >= bytes;) {
        const PaRange candidate{Pa{end.value () - bytes}, bytes};
        auto ranges         = taken | std::views::join;
        const auto obstacle = std::ranges::find_if (ranges, [&] (PaRange range) { return range.overlaps (candidate); });
        if (obstacle == ranges.end ()) { return candidate; }
        end = (*obstacle).start.align_down (block_size);
    }
    return std::nullopt;
}
}  // namespace

auto check_layout (const Platform &platform, const ImageLayout &layout, PaRange tree) -> Booted<void> {
    if (const auto ram = check_ram (platform); !ram) { return ram; }
    const PaRange whole = layout.whole ();
    if (!platform.is_ram (whole)) {
        return give_up ("too little memory: no bank holds all of the image, which needs bytes:", whole.size);
    }
    if (whole.overlaps (tree)) { return give_up ("the device tree lies on top of the image, at", tree.start.value ()); }
    if (platform.initrd && whole.overlaps (*platform.initrd)) {
        return give_up ("the initramfs lies on top of the image, at", platform.initrd->start.value ());
    }
    if (platform.initrd && !platform.is_ram (*platform.initrd)) {
        return give_up ("the initramfs doesn't lie in memory, but at", platform.initrd->start.value ());
    }
    return {};
}

auto find_reserve (const Platform &platform, const ImageLayout &layout, PaRange tree, std::uint64_t bytes)
    -> Booted<PaRange> {
    const std::array loaded{layout.whole (), tree, platform.initrd.value_or (tree)};
    const std::array<std::span<const PaRange>, 3> taken{loaded, platform.reserved, platform.board->reserved};
    const std::uint64_t whole = Pa{bytes}.align_up (block_size).value ();
    for (const PaRange &bank : platform.ram | std::views::reverse) {
        if (const auto found = find_in (bank, taken, whole)) { return *found; }
    }
    return give_up ("too little memory: no bank has room for Ravelin's own, which needs bytes:", whole);
}

}  // namespace ravelin
