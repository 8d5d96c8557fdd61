// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/boot/layout.hpp"

#include <array>

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

}  // namespace ravelin
