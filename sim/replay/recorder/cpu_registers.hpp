// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/replay/record/registers.hpp"
#include "sim/replay/recorder/plugin_api.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ravelin::sim::replay {

/// Registers as QEMU shows them, of the CPU that it's executing for.
class CpuRegisters {
  public:
    using Values = std::array<std::uint64_t, all_registers>;

    /// Asks QEMU for all that are recorded; once a CPU exists. False if it lacks one, which it prints.
    [[nodiscard]] auto find () -> bool;

    [[nodiscard]] auto x (unsigned number) -> std::uint64_t {
        return number < x_registers ? read (handles_[number]) : 0;
    }
    [[nodiscard]] auto par_el1 () -> std::uint64_t { return read (par_); }

    /// What Ravelin has there is its own: which CPU this is.
    [[nodiscard]] auto tpidr_el2 () -> std::uint64_t { return read (tpidr_); }

    /// CurrentEL.
    [[nodiscard]] auto level () -> unsigned;

    [[nodiscard]] auto all () -> Values;

    /// V0-V31.
    [[nodiscard]] auto fp () -> std::vector<std::byte>;

  private:
    [[nodiscard]] auto read (qemu_plugin_register *which) -> std::uint64_t;

    std::array<qemu_plugin_register *, all_registers> handles_{};
    std::array<qemu_plugin_register *, 32> vectors_{};
    qemu_plugin_register *par_{};
    qemu_plugin_register *tpidr_{};
    qemu_plugin_register *pstate_{};
    GByteArray *value_{g_byte_array_new ()};
};

}  // namespace ravelin::sim::replay
