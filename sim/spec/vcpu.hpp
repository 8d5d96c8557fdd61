// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/cpu_interface.hpp"
#include "sim/spec/timer.hpp"

#include <cstdint>
#include <map>
#include <optional>

namespace ravelin::spec {

/// A load outside RAM that a vCPU has been stopped at, and how its register takes what the host answers.
struct PendingLoad {
    unsigned size{};  // bytes: 1, 2, 4 or 8
    bool sign_extends{};
    bool wide{};        // the register is an X, not a W
    unsigned number{};  // of the register

    /// What the register holds after the host answered @p value.
    [[nodiscard]] auto delivers (std::uint64_t value) const -> std::uint64_t;

    auto operator== (const PendingLoad &) const -> bool = default;
};

/// An access to a plain VM's RAM that the host may make as if a device were there.
struct UndecidedAccess {
    std::optional<PendingLoad> load{};  // nothing: it's a store
    std::uint64_t bytes{};              // of the instruction

    auto operator== (const UndecidedAccess &) const -> bool = default;
};

/// What PSCI says of a vCPU.
enum class Power : std::uint8_t {
    off,
    pending,  // turned on, and hasn't run since
    on,
};

/// A virtual CPU.
struct Vcpu {
    bool running{};  // on some CPU, which knows that
    Power power{Power::on};
    std::uint64_t entry{};  // where it begins, and with what in X0, if it's pending
    std::uint64_t context{};
    std::optional<PendingLoad> load{};
    std::optional<UndecidedAccess> undecided{};

    /// Values that VCPU_SET has set since it last ran, by RAVELIN_REGISTER_*.
    std::map<std::uint64_t, std::uint64_t> set{};
    bool has_run{};  // since it was made or turned on

    Timer virtual_timer{};
    Timer physical_timer{};

    CpuInterface interface{};    // as the guest has it now; its list registers are empty if it doesn't run
    CpuInterface offered{};      // as it was when it went on after its interrupts were looked at last
    bool interface_known{true};  // nothing says what its registers are after it was turned on

    /// What VCPU_GET must return; nothing: a guest may have changed it, or the headers don't name one value.
    [[nodiscard]] auto value_of (std::uint64_t number) const -> std::optional<std::uint64_t>;

    /// VCPU_SET: a value that the register takes.
    void put (std::uint64_t number, std::uint64_t value);

    auto operator== (const Vcpu &) const -> bool = default;
};

/// Whether there is a register of that number for VCPU_GET and VCPU_SET.
[[nodiscard]] auto is_register (std::uint64_t number) -> bool;

/// Whether VCPU_SET may put @p value into register @p number.
[[nodiscard]] auto register_takes (std::uint64_t number, std::uint64_t value) -> bool;

/// A vCPU that VCPU_CREATE has just made, or that begins where another vCPU said.
[[nodiscard]] auto new_vcpu (std::uint64_t pc, std::uint64_t x0) -> Vcpu;

}  // namespace ravelin::spec
