// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/device.hpp"

namespace ravelin::sim {

/// Reads a register of @p device as CPU @p cpu does.
[[nodiscard]] inline auto read_register (Device &device, std::uint64_t offset, std::uint32_t cpu = 0, unsigned size = 4)
    -> std::uint64_t {
    return device.read ({CpuIndex{cpu}, offset, size});
}

/// Writes a register of @p device as CPU @p cpu does.
inline void write_register (Device &device, std::uint64_t offset, std::uint64_t value, std::uint32_t cpu = 0,
                            unsigned size = 4) {
    device.write ({CpuIndex{cpu}, offset, size}, value);
}

}  // namespace ravelin::sim
