// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/replay/recorder/plugin_api.hpp"

#include <cstring>
#include <string_view>

/// The register that QEMU knows by this name, or nullptr; to be asked when a CPU begins to exist.
[[nodiscard]] inline auto find_register (std::string_view name) -> qemu_plugin_register * {
    qemu_plugin_register *found = nullptr;
    GArray *const registers     = qemu_plugin_get_registers ();
    for (unsigned i = 0; i < registers->len; ++i) {
        qemu_plugin_reg_descriptor descriptor{};
        std::memcpy (&descriptor, registers->data + i * sizeof descriptor, sizeof descriptor);
        if (descriptor.name == name) { found = descriptor.handle; }
    }
    g_array_free (registers, 1);
    return found;
}
