// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <span>

namespace vms {

/// Bytes of a file that is part of the program.
using File = std::span<const std::byte>;

/// A guest: of the file that tools/sign-image makes what isn't room.
struct Image {
    File manifest;
    File kernel;  // up to the end of the file
};

}  // namespace vms

// What an images.S holds; see image.inc.
#define VMS_FILE(name)                                                                                                 \
    extern "C" const std::byte file_##name[];                                                                          \
    extern "C" const std::byte file_##name##_end[];                                                                    \
    namespace vms::images {                                                                                            \
    [[nodiscard]] inline auto name () -> File {                                                                        \
        return {file_##name, file_##name##_end};                                                                       \
    }                                                                                                                  \
    }

#define VMS_IMAGE(name)                                                                                                \
    extern "C" const std::byte manifest_##name[];                                                                      \
    extern "C" const std::byte kernel_##name[];                                                                        \
    extern "C" const std::byte kernel_##name##_end[];                                                                  \
    namespace vms::images {                                                                                            \
    [[nodiscard]] inline auto name () -> Image {                                                                       \
        return {{manifest_##name, kernel_##name}, {kernel_##name, kernel_##name##_end}};                               \
    }                                                                                                                  \
    }
