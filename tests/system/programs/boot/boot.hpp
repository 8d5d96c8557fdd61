// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/boot.h"
#include "signed_vm.hpp"
#include "vms/guests/image.hpp"

#include <cstddef>
#include <cstdint>

namespace boot {

/// What a VMM has put where, before the VM is made, and all that a host may change of it.
struct Boot {
    static constexpr std::uint64_t kernel_at = GUEST_FILE + RAVELIN_IMAGE_KERNEL;

    Place place;
    SignedVm::Shape shape{};

    /// @p image is in RAM of @p ram_size bytes that is zero elsewhere. There's no device tree yet.
    Boot (const vms::Image &image, std::uint64_t ram_size);

    void put_tree (vms::File tree) const { place.put (GUEST_TREE, tree); }

    [[nodiscard]] auto manifest () const -> ravelin_manifest &;
    [[nodiscard]] auto kernel () const -> std::byte * { return place.at (kernel_at); }
    [[nodiscard]] auto initramfs () const -> std::byte *;
    [[nodiscard]] auto firmware () const -> std::byte * { return place.at (GUEST_FILE + RAVELIN_IMAGE_FIRMWARE); }

    /// The file's last 16 bytes.
    [[nodiscard]] auto end () const -> std::byte *;
};

}  // namespace boot
