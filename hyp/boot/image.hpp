// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/boot/boot_error.hpp"
#include "hyp/core/range.hpp"
#include "hyp/hal/hal.hpp"

namespace ravelin {

/// What lies where in a loaded image: Ravelin, room for the host's device tree, the host's kernel.
///
///     +0      Ravelin's own memory: code, data, stacks, tables
///     +2 MiB  slot for the device tree that Ravelin writes for the host
///     +4 MiB  the host's kernel, and behind it what it clears for itself
struct ImageLayout {
    PaRange own;
    PaRange tree_slot;
    PaRange kernel;

    /// Bytes of Ravelin's own memory, and of the slot: a device tree has at most as many, and they lie in one
    /// 2 MiB block, as the kernel wants it.  [Linux, arm64 boot protocol]
    static constexpr std::uint64_t own_size  = block_size;
    static constexpr std::uint64_t slot_size = block_size;

    /// Only what the load address alone says; there's no kernel yet.
    [[nodiscard]] static constexpr auto at (Pa image) -> ImageLayout {
        const PaRange own{image, own_size};
        const PaRange slot{own.end (), slot_size};
        return {own, slot, PaRange{slot.end (), 0}};
    }

    /// All of it.
    [[nodiscard]] constexpr auto whole () const -> PaRange { return {own.start, kernel.end () - own.start}; }
};

/// Finds the kernel that was joined to the image loaded at @p image, and checks its header. EL2 reaches
/// Ravelin's own memory already, and nothing else.
[[nodiscard]] auto read_image (hal::Cpu &cpu, Pa image) -> Booted<ImageLayout>;

/// Whether there's a host kernel's header at its place. EL2 reaches the kernel by now.
[[nodiscard]] auto check_kernel (hal::Cpu &cpu, const ImageLayout &layout) -> Booted<void>;

}  // namespace ravelin
