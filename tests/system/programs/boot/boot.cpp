// SPDX-License-Identifier: BSD-2-Clause
#include "boot.hpp"

#include <cstring>

namespace boot {

Boot::Boot (const vms::Image &image, std::uint64_t ram_size) : place{ram_size} {
    std::memset (place.at (Place::ram), 0, ram_size);
    place.put (GUEST_FILE, image.manifest);
    place.put (kernel_at, image.kernel);
}

auto Boot::manifest () const -> ravelin_manifest & {
    return *reinterpret_cast<ravelin_manifest *> (place.at (GUEST_FILE));
}

auto Boot::initramfs () const -> std::byte * {
    return place.at (kernel_at + manifest ().kernel_size);
}

auto Boot::end () const -> std::byte * {
    constexpr std::uint64_t alignment = 16;
    const auto behind                 = manifest ().kernel_size + manifest ().initramfs_size;
    return place.at (kernel_at + (behind + alignment - 1) / alignment * alignment);
}

}  // namespace boot
