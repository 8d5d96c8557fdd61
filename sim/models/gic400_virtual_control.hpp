// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/device.hpp"
#include "sim/models/gic400_virtual_state.hpp"

#include <cstdint>
#include <string_view>

namespace ravelin::sim {

/// GICH: by which EL2 gives a guest its interrupts. Only EL2 reaches it, so that what the manual calls
/// UNPREDICTABLE, and an access to what isn't a register, is a Violation.  [IHI 0048B, 5.3]
class GicVirtualControl : public Device {
  public:
    /// @param state  outlives this
    explicit GicVirtualControl (GicVirtualState &state) : state_{state} {}

    [[nodiscard]] auto name () const -> std::string_view override { return "GICH"; }
    [[nodiscard]] auto read (const DeviceAccess &access) -> std::uint64_t override;
    void write (const DeviceAccess &access, std::uint64_t value) override;

  private:
    /// Which CPU's register an access is to: the block comes once for the CPU that asks, then once for each CPU.
    struct Target {
        CpuIndex cpu;
        std::uint64_t offset;
    };

    [[nodiscard]] auto target_of (const DeviceAccess &access) const -> Target;
    [[nodiscard]] auto machine_control (CpuIndex cpu) const -> std::uint32_t;
    void set_machine_control (CpuIndex cpu, std::uint32_t value);
    void set_list_register (CpuIndex cpu, std::size_t number, GicListRegister value);

    GicVirtualState &state_;
};

}  // namespace ravelin::sim
