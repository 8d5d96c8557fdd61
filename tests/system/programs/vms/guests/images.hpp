// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <span>

// images.S.
#define VMS_IMAGE(name)                                                                                                \
    extern "C" const std::byte image_##name[];                                                                         \
    extern "C" const std::byte image_##name##_end[];                                                                   \
    namespace vms::images {                                                                                            \
    /* The flat image of guests/ name .cpp. */                                                                         \
    [[nodiscard]] inline auto name () -> std::span<const std::byte> {                                                  \
        return {image_##name, image_##name##_end};                                                                     \
    }                                                                                                                  \
    }

VMS_IMAGE (calls)
VMS_IMAGE (fp)
VMS_IMAGE (hidden)
VMS_IMAGE (memory)
VMS_IMAGE (mmio)
VMS_IMAGE (plain)
VMS_IMAGE (registers)
VMS_IMAGE (secret)
VMS_IMAGE (sharing)
VMS_IMAGE (smp)
VMS_IMAGE (spin)
VMS_IMAGE (stage1)
VMS_IMAGE (trips)

#undef VMS_IMAGE
