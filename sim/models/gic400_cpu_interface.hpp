// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/device.hpp"
#include "sim/models/gic400_state.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace ravelin::sim {

/// GICC: how a CPU takes interrupts and ends them.  [IHI 0048B, 4.4]
class GicCpuInterface : public Device {
  public:
    /// @param state  outlives the interface
    explicit GicCpuInterface (GicState &state) : state_{state} {}

    [[nodiscard]] auto name () const -> std::string_view override { return "GICC"; }
    [[nodiscard]] auto read (const DeviceAccess &access) -> std::uint64_t override;
    void write (const DeviceAccess &access, std::uint64_t value) override;

  private:
    /// What registers of @p set return instead of @p interrupt; nothing if they return it.
    [[nodiscard]] auto instead_of (CpuIndex cpu, const GicInterrupt &interrupt, GicRegisterSet set) const
        -> std::optional<std::uint32_t>;
    [[nodiscard]] auto peek (CpuIndex cpu, GicRegisterSet set) -> std::uint32_t;
    [[nodiscard]] auto acknowledge (CpuIndex cpu, GicRegisterSet set) -> std::uint32_t;
    void end (CpuIndex cpu, std::uint32_t intid);
    [[nodiscard]] auto read_control (CpuIndex cpu) -> std::uint32_t;
    void write_control (CpuIndex cpu, std::uint32_t value);
    [[nodiscard]] auto read_priority (std::uint8_t priority) const -> std::uint32_t;
    void write_priority_mask (CpuIndex cpu, std::uint8_t value);

    GicState &state_;
};

}  // namespace ravelin::sim
