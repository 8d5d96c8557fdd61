// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/cached_code.hpp"

#include <algorithm>
#include <cstring>

namespace ravelin::sim {

auto CachedCode::fetch (std::uint64_t va, std::uint64_t size) -> bool {
    auto &[pa, bytes, parts, epoch, changes] = fetched_;
    va_                                      = va;
    at_hand_                                 = {};
    bytes.clear ();
    parts.clear ();
    // If lines come and go meanwhile, those of the block may.
    epoch   = pages_.epoch ();
    changes = caches_.code_changes (cpu_);
    while (bytes.size () != size) {
        const auto where = pages_.find (AccessKind::fetch, Va{va + bytes.size ()});
        if (!where) { return false; }
        const auto *ram = bus_.find_ram ({where->pa, 1});
        if (ram == nullptr) { return false; }
        const auto inside = where->pa.value () % cache_line_size;
        const auto length = std::min (cache_line_size - inside, size - bytes.size ());
        const auto &line  = caches_.fetch_line (cpu_, line_of (where->pa), where->cacheable);
        const auto part   = std::span{line}.subspan (inside, length);
        if (bytes.empty ()) { pa = where->pa; }
        parts.push_back ({bytes.size (), {ram->at (where->pa), length}});
        bytes.insert (bytes.end (), part.begin (), part.end ());
        at_hand_ = bytes;
    }
    return true;
}

auto CachedCode::is_current (const Block &block) const -> bool {
    return block.epoch == pages_.epoch () && block.changes == caches_.code_changes (cpu_);
}

auto CachedCode::ram_has (const Block &block) -> bool {
    return std::ranges::all_of (block.parts, [&block] (const Part &part) {
        return std::memcmp (part.ram.data (), &block.bytes[part.offset], part.ram.size ()) == 0;
    });
}

auto CachedCode::begin (std::uint64_t va, std::uint64_t size) -> bool {
    if (shown_.any () && shown_va_ != va) { settle (); }
    const auto known = translated_.find (va);
    if (known != translated_.end () && !shown_.any () && known->second.bytes.size () == size &&
        is_current (known->second) && ram_has (known->second)) {
        va_      = va;
        at_hand_ = known->second.bytes;
        return true;
    }
    if (!fetch (va, size)) {
        settle ();
        return true;
    }
    const bool same = ram_has (fetched_);
    if (shown_.any () && same) {
        // It has just been translated, from what RAM shows.
        settle ();
        if (ram_has (fetched_)) { translated_[va] = fetched_; }
        return true;
    }
    // If Unicorn has translated it again by itself, that was from RAM, which is the same.
    if (!same || known == translated_.end () || known->second.pa != fetched_.pa ||
        known->second.bytes != fetched_.bytes) {
        return false;
    }
    known->second = fetched_;
    return true;
}

void CachedCode::replace () {
    settle ();
    const auto &bytes = fetched_.bytes;
    for (const Part &part : fetched_.parts) {
        shown_.show (part.ram, std::span{bytes}.subspan (part.offset, part.ram.size ()));
    }
    shown_va_ = va_;
    translated_.erase (va_);
    const auto first = std::min (bytes.size (), page_size - va_ % page_size);
    emulator_.forget_code (va_, first);
    if (first != bytes.size ()) { emulator_.forget_code (va_ + first, bytes.size () - first); }
}

void CachedCode::settle () {
    if (shown_.any ()) { shown_.put_back (); }
}

auto CachedCode::instruction (std::uint64_t va) const -> std::optional<std::uint32_t> {
    std::uint32_t word = 0;
    if (va < va_ || va - va_ + sizeof word > at_hand_.size ()) { return std::nullopt; }
    std::memcpy (&word, &at_hand_[va - va_], sizeof word);
    return word;
}

}  // namespace ravelin::sim
