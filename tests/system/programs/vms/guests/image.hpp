// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <span>

// What an images.S holds.
#define VMS_IMAGE(name)                                                                                                \
    extern "C" const std::byte image_##name[];                                                                         \
    extern "C" const std::byte image_##name##_end[];                                                                   \
    namespace vms::images {                                                                                            \
    /* The guest's flat image. */                                                                                      \
    [[nodiscard]] inline auto name () -> std::span<const std::byte> {                                                  \
        return {image_##name, image_##name##_end};                                                                     \
    }                                                                                                                  \
    }
