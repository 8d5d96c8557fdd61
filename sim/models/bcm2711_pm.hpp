// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/clock.hpp"
#include "sim/machine/device.hpp"

#include <cstdint>
#include <string_view>

namespace ravelin::sim {

/// The power management block's watchdog, by which a Pi is reset and halted. Registers are written with a
/// password in the top byte.
class Bcm2711Pm : public Device {
  public:
    /// @param clock  outlives the block
    explicit Bcm2711Pm (Clock &clock) : clock_{clock} {}

    /// When the watchdog will reset the board, as things stand.
    [[nodiscard]] auto deadline () const -> Ticks;

    /// The reset will find the halt partition's number: the boot ROM then sleeps instead of booting.
    [[nodiscard]] auto halts () const -> bool { return (reset_status_ & halt_partition) == halt_partition; }

    [[nodiscard]] auto name () const -> std::string_view override { return "PM"; }
    [[nodiscard]] auto read (const DeviceAccess &access) -> std::uint64_t override;
    void write (const DeviceAccess &access, std::uint64_t value) override;

  private:
    static constexpr std::uint32_t halt_partition = 0x555;  // partition 63, in the status register's even bits

    Clock &clock_;
    std::uint32_t reset_control_{0x102};  // PM_RSTC
    std::uint32_t reset_status_{0x1000};  // PM_RSTS: power-on reset
    Ticks expiry_{};                      // when the count that was written to PM_WDOG reaches zero
};

}  // namespace ravelin::sim
