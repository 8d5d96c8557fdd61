// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/unicorn/emulator.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <unicorn/unicorn.h>

namespace ravelin::sim {

/// Hooks that Unicorn calls before instructions: those at certain addresses, or all. Others are as fast as without. To
/// be changed while it doesn't execute.
class InstructionHooks {
  public:
    using Callback = void (*) (uc_engine *, std::uint64_t, std::uint32_t, void *);

    /// @param emulator  outlives the hooks
    /// @param callback  is called with @p user
    InstructionHooks (Emulator &emulator, Callback callback, void *user)
        : emulator_{emulator}, callback_{callback}, user_{user} {}

    /// Calls before the instruction at virtual address @p address, or doesn't any more.
    void set (std::uint64_t address, bool on);

    /// Calls before each instruction, or doesn't any more.
    void set_all (bool on);

  private:
    [[nodiscard]] auto add (std::uint64_t first, std::uint64_t last) -> uc_hook;
    void remove (uc_hook hook);

    Emulator &emulator_;
    Callback callback_;
    void *user_;
    std::map<std::uint64_t, uc_hook> at_;  // in force while all_ isn't there
    std::optional<uc_hook> all_;
};

}  // namespace ravelin::sim
