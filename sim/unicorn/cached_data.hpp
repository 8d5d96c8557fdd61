// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/models/cache_system.hpp"
#include "sim/unicorn/cached_code.hpp"
#include "sim/unicorn/emulator.hpp"
#include "sim/unicorn/hook_guard.hpp"
#include "sim/unicorn/page_attributes.hpp"
#include "sim/unicorn/shown_bytes.hpp"

#include <cstdint>
#include <unicorn/unicorn.h>

namespace ravelin::sim {

/// Lets what Unicorn loads and stores go through caches or past them. RAM is what is seen through them; for an access
/// past them it shows, for that moment, what memory holds.
class CachedData {
  public:
    /// All outlive this.
    CachedData (Emulator &emulator, HookGuard &guard, const Bus &bus, CacheSystem &caches, PageAttributes &pages,
                const CachedCode &code);
    CachedData (const CachedData &)                     = delete;
    auto operator= (const CachedData &) -> CachedData & = delete;

    /// RAM is as it was: the access is over.
    void settle () {
        if (shown_.any ()) { shown_.put_back (); }
    }

  private:
    static void on_access (uc_engine *engine, uc_mem_type type, std::uint64_t pa, int size, std::int64_t value,
                           void *user);

    void load (PaRange range);
    void store (PaRange range, std::uint64_t value);
    [[nodiscard]] auto is_cacheable (Pa pa) -> bool;

    Emulator &emulator_;
    HookGuard &guard_;
    const Bus &bus_;
    CacheSystem &caches_;
    PageAttributes &pages_;
    const CachedCode &code_;
    ShownBytes shown_;
};

}  // namespace ravelin::sim
