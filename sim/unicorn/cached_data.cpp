// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/cached_data.hpp"

#include "sim/unicorn/access_address.hpp"

#include <cstring>

namespace ravelin::sim {

CachedData::CachedData (Emulator &emulator, HookGuard &guard, const Bus &bus, CacheSystem &caches,
                        PageAttributes &pages, const CachedCode &code)
    : emulator_{emulator}, guard_{guard}, bus_{bus}, caches_{caches}, pages_{pages}, code_{code} {
    emulator_.add_hook (UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE | UC_HOOK_MEM_READ_AFTER, &on_access, this);
}

void CachedData::on_access (uc_engine * /*engine*/, uc_mem_type type, std::uint64_t pa, int size, std::int64_t value,
                            void *user) {
    auto &self = *static_cast<CachedData *> (user);
    self.settle ();
    const PaRange range{Pa{pa}, static_cast<std::uint64_t> (size)};
    if (type == UC_MEM_READ_AFTER || self.bus_.find_ram (range) == nullptr) { return; }
    static_cast<void> (self.guard_.call ([&] {
        if (type == UC_MEM_READ) {
            self.load (range);
        } else {
            self.store (range, static_cast<std::uint64_t> (value));
        }
    }));
}

void CachedData::load (PaRange range) {
    const auto size = static_cast<unsigned> (range.size);
    if (is_cacheable (range.start)) {
        caches_.data ().read (range);
        return;
    }
    const std::span ram{bus_.find_ram (range)->at (range.start), range.size};
    const std::uint64_t value = caches_.load ({range.start, size, false});
    const auto bytes          = std::as_bytes (std::span{&value, 1}).first (range.size);
    if (std::memcmp (ram.data (), bytes.data (), ram.size ()) != 0) { shown_.show (ram, bytes); }
}

void CachedData::store (PaRange range, std::uint64_t value) {
    if (is_cacheable (range.start)) {
        caches_.data ().write (range);
        return;
    }
    bool held = false;
    for_each_line (range, [&] (Pa line) { held = held || caches_.data ().has (line); });
    if (!held) { return; }
    // Unicorn stores to RAM, but it's memory that has changed.
    shown_.remember ({bus_.find_ram (range)->at (range.start), range.size});
    caches_.store ({range.start, static_cast<unsigned> (range.size), false}, value);
}

auto CachedData::is_cacheable (Pa pa) -> bool {
    // Unicorn tells where in memory the access is, which says nothing of how.
    const auto pc          = emulator_.pc ();
    const auto instruction = code_.instruction (pc);
    const auto first       = instruction ? access_address (emulator_, *instruction, pc) : std::nullopt;
    if (!first) { return true; }
    // It may be a later one of several: not a page away.
    const Va va      = *first + ((pa.value () - first->value ()) % page_size);
    const auto found = pages_.find (AccessKind::read, va);
    return !found || found->cacheable;
}

}  // namespace ravelin::sim
