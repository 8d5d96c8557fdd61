// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "sim/machine/device.hpp"

#include <functional>

namespace ravelin::sim::replay {

/// Stands where a device is: what it's asked and told, somebody else answers and hears, by physical address.
class RecordedDevice : public Device {
  public:
    using Read  = std::function<std::uint64_t (CpuIndex, Pa)>;
    using Write = std::function<void (CpuIndex, Pa, std::uint64_t)>;

    RecordedDevice (Pa start, Read read, Write write)
        : start_{start}, read_{std::move (read)}, write_{std::move (write)} {}

    [[nodiscard]] auto name () const -> std::string_view override { return "recorded"; }
    [[nodiscard]] auto read (const DeviceAccess &access) -> std::uint64_t override {
        return read_ (access.cpu, start_ + access.offset);
    }
    void write (const DeviceAccess &access, std::uint64_t value) override {
        write_ (access.cpu, start_ + access.offset, value);
    }

  private:
    Pa start_;
    Read read_;
    Write write_;
};

}  // namespace ravelin::sim::replay
