// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
#include "sim/machine/bus.hpp"
#include "sim/models/cache_system.hpp"
#include "sim/unicorn/cached_code.hpp"
#include "sim/unicorn/cached_data.hpp"
#include "sim/unicorn/page_attributes.hpp"

#include <cstdint>

namespace ravelin::sim {

/// All that a Unicorn CPU needs so that it executes and accesses what caches have.
class CachedExecution {
  public:
    /// All outlive this.
    CachedExecution (Emulator &emulator, HookGuard &guard, const Bus &bus, CacheSystem &caches, CpuIndex cpu)
        : caches_{caches}, cpu_{cpu}, pages_{emulator, bus}, code_{emulator, bus, caches, cpu, pages_},
          data_{emulator, guard, bus, caches, pages_, code_} {}

    [[nodiscard]] auto code () -> CachedCode & { return code_; }

    /// Translation may have changed.
    void forget_translations () { pages_.forget (); }

    /// Unicorn has come back: RAM is as it was.
    void settle () {
        data_.settle ();
        code_.settle ();
    }

    /// The CPU executes a system instruction, which may be about caches.
    /// @param which          named as MRS names a register, with op0 = 1
    /// @param configuration  HCR_EL2
    /// @param operand        its register
    void execute (hal::SystemRegister which, std::uint64_t configuration, std::uint64_t operand);

  private:
    CacheSystem &caches_;
    CpuIndex cpu_;
    PageAttributes pages_;
    CachedCode code_;
    CachedData data_;
};

}  // namespace ravelin::sim
