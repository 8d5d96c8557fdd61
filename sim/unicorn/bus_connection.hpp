// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
#include "sim/machine/bus.hpp"
#include "sim/unicorn/emulator.hpp"
#include "sim/unicorn/hook_guard.hpp"

#include <cstdint>
#include <memory>
#include <unicorn/unicorn.h>
#include <vector>

namespace ravelin::sim {

/// Puts a CPU on the machine's bus: RAM as it is, devices by calls, and an external abort where nobody
/// answers.
class BusConnection {
  public:
    /// All of it outlives the connection.
    BusConnection (Emulator &emulator, HookGuard &guard, Bus &bus, CpuIndex cpu);
    BusConnection (const BusConnection &)                     = delete;
    auto operator= (const BusConnection &) -> BusConnection & = delete;

    /// Whether the stage 2 abort that Unicorn has stopped at stands for a bus that didn't answer. Says so
    /// once.
    [[nodiscard]] auto take_unanswered () -> bool;

  private:
    /// A device's window, as its callbacks get to know it.
    struct Window {
        BusConnection &connection;
        Device &device;
    };

    [[nodiscard]] static auto on_read (uc_engine *engine, std::uint64_t offset, unsigned size, void *user)
        -> std::uint64_t;
    static void on_write (uc_engine *engine, std::uint64_t offset, unsigned size, std::uint64_t value, void *user);
    [[nodiscard]] static auto on_unmapped (uc_engine *engine, uc_mem_type type, std::uint64_t address, int size,
                                           std::int64_t value, void *user) -> bool;
    void fail_translation ();

    Emulator &emulator_;
    HookGuard &guard_;
    CpuIndex cpu_;
    std::vector<std::unique_ptr<Window>> windows_;
    bool unanswered_{};
    std::uint64_t translation_control_{};  // VTCR_EL2 and HCR_EL2 as they were before
    std::uint64_t configuration_{};
};

}  // namespace ravelin::sim
