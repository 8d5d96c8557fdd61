// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace ravelin::spec {

/// A timer of a vCPU.  [ARM DDI 0487, D11.2]
struct Timer {
    static constexpr std::uint64_t enable = 1;  // CNTx_CTL_EL0.ENABLE
    static constexpr std::uint64_t masked = 2;  // IMASK
    static constexpr std::uint64_t status = 4;  // ISTATUS

    std::uint64_t control{};  // ENABLE and IMASK
    std::uint64_t compare_value{};

    /// Whether its interrupt can come.
    [[nodiscard]] auto runs () const -> bool { return (control & (enable | masked)) == enable; }

    /// Whether it raises its wire, when its count is @p count.
    [[nodiscard]] auto raises (std::uint64_t count) const -> bool { return runs () && count >= compare_value; }

    auto operator== (const Timer &) const -> bool = default;
};

/// A trapped access of a guest to a register of its physical timer.
struct TimerAccess {
    enum class Register : std::uint8_t {
        control,        // CNTP_CTL_EL0
        compare_value,  // CNTP_CVAL_EL0
        timer_value,    // CNTP_TVAL_EL0
    };

    Register which{Register::control};
    bool write{};
    std::uint64_t value{};  // what it writes
};

}  // namespace ravelin::spec
