// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"

#include <cstdint>
#include <string_view>

namespace ravelin::sim {

/// One access to a device's registers, as it arrives over the bus.
struct DeviceAccess {
    CpuIndex cpu;          // whose access it is: some registers exist once per CPU
    std::uint64_t offset;  // from the start of the device's window, a multiple of size
    unsigned size;         // bytes: 1, 2, 4 or 8
};

/// Something with registers on the bus. A register that isn't there reads as zero and ignores writes.
class Device {
  public:
    Device ()                                   = default;
    Device (const Device &)                     = delete;
    auto operator= (const Device &) -> Device & = delete;
    virtual ~Device ()                          = default;

    /// What a person calls it.
    [[nodiscard]] virtual auto name () const -> std::string_view = 0;

    /// The register's value, zero-extended.
    [[nodiscard]] virtual auto read (const DeviceAccess &access) -> std::uint64_t = 0;

    /// @param value  its low access.size bytes count
    virtual void write (const DeviceAccess &access, std::uint64_t value) = 0;
};

}  // namespace ravelin::sim
