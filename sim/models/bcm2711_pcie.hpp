// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/device.hpp"
#include "sim/models/system_errors.hpp"

#include <cstdint>
#include <string_view>

namespace ravelin::sim {

/// The Pi's PCIe controller, with nothing behind it: the window by which software looks for devices. What isn't there
/// doesn't answer, and the CPU gets an SError for having asked.  [Linux, drivers/pci/controller/pcie-brcmstb.c]
class Bcm2711Pcie : public Device {
  public:
    static constexpr std::uint64_t config_data  = 0x8000;  // 4 KiB: the configuration space of what the index names
    static constexpr std::uint64_t config_index = 0x9000;  // bus, device and function

    /// @param errors  outlives the controller
    explicit Bcm2711Pcie (SystemErrors &errors) : errors_{errors} {}

    [[nodiscard]] auto name () const -> std::string_view override { return "PCIe"; }
    [[nodiscard]] auto read (const DeviceAccess &access) -> std::uint64_t override;
    void write (const DeviceAccess &access, std::uint64_t value) override;

  private:
    SystemErrors &errors_;
    std::uint32_t index_{};
};

}  // namespace ravelin::sim
