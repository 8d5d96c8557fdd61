// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/device.hpp"
#include "sim/models/gic400_virtual_state.hpp"

#include <cstdint>
#include <string_view>

namespace ravelin::sim {

/// GICV: how a guest takes the interrupts in the list registers and ends them, with the registers of a GICC.
/// Nothing that it writes is more than its own mistake.  [IHI 0048B, 5.5]
class GicVirtualInterface : public Device {
  public:
    /// @param state  outlives the interface
    explicit GicVirtualInterface (GicVirtualState &state) : state_{state} {}

    [[nodiscard]] auto name () const -> std::string_view override { return "GICV"; }
    [[nodiscard]] auto read (const DeviceAccess &access) -> std::uint64_t override;
    void write (const DeviceAccess &access, std::uint64_t value) override;

  private:
    [[nodiscard]] auto peek (CpuIndex cpu, GicRegisterSet set) -> std::uint32_t;
    [[nodiscard]] auto acknowledge (CpuIndex cpu, GicRegisterSet set) -> std::uint32_t;

    GicVirtualState &state_;
};

}  // namespace ravelin::sim
