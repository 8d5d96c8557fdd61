// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/device.hpp"
#include "sim/models/gic400_state.hpp"

#include <cstdint>
#include <string_view>

namespace ravelin::sim {

/// GICD: which interrupts there are, and where they go.  [IHI 0048B, 4.3]
class GicDistributor : public Device {
  public:
    /// @param state  outlives the distributor
    explicit GicDistributor (GicState &state) : state_{state} {}

    [[nodiscard]] auto name () const -> std::string_view override { return "GICD"; }
    [[nodiscard]] auto read (const DeviceAccess &access) -> std::uint64_t override;
    void write (const DeviceAccess &access, std::uint64_t value) override;

  private:
    [[nodiscard]] auto read_word (CpuIndex cpu, std::uint64_t offset) -> std::uint32_t;
    [[nodiscard]] auto read_bit (CpuIndex cpu, std::uint64_t group, std::uint32_t intid) -> bool;
    [[nodiscard]] auto read_byte (CpuIndex cpu, std::uint64_t offset) -> std::uint8_t;
    void write_word (CpuIndex cpu, std::uint64_t offset, std::uint32_t value);
    void write_bit (CpuIndex cpu, std::uint64_t group, std::uint32_t intid, bool set);
    void write_byte (CpuIndex cpu, std::uint64_t offset, std::uint8_t value);
    void write_config (CpuIndex cpu, std::uint64_t offset, std::uint32_t value);
    [[nodiscard]] auto read_config (CpuIndex cpu, std::uint64_t offset) -> std::uint32_t;
    void send_sgi (CpuIndex cpu, std::uint32_t value);

    GicState &state_;
};

}  // namespace ravelin::sim
