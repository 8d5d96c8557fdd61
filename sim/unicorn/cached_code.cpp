// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/cached_code.hpp"

#include <algorithm>
#include <cstring>

namespace ravelin::sim {

auto CachedCode::fetch (std::uint64_t va, std::uint64_t size) -> bool {
    va_ = va;
    bytes_.clear ();
    parts_.clear ();
    while (bytes_.size () != size) {
        const auto where = pages_.find (AccessKind::fetch, Va{va + bytes_.size ()});
        if (!where) { return false; }
        const auto *ram = bus_.find_ram ({where->pa, 1});
        if (ram == nullptr) { return false; }
        const auto inside = where->pa.value () % cache_line_size;
        const auto length = std::min (cache_line_size - inside, size - bytes_.size ());
        const auto &line  = caches_.fetch_line (cpu_, line_of (where->pa), where->cacheable);
        const auto part   = std::span{line}.subspan (inside, length);
        if (bytes_.empty ()) { pa_ = where->pa; }
        parts_.push_back ({bytes_.size (), {ram->at (where->pa), length}});
        bytes_.insert (bytes_.end (), part.begin (), part.end ());
    }
    return true;
}

auto CachedCode::ram_has_it () const -> bool {
    return std::ranges::all_of (parts_, [this] (const Part &part) {
        return std::memcmp (part.ram.data (), &bytes_[part.offset], part.ram.size ()) == 0;
    });
}

auto CachedCode::begin (std::uint64_t va, std::uint64_t size) -> bool {
    if (shown_.any () && shown_va_ != va) { settle (); }
    if (!fetch (va, size)) {
        settle ();
        return true;
    }
    const bool same = ram_has_it ();
    if (shown_.any () && same) {
        // It has just been translated, from what RAM shows.
        settle ();
        if (ram_has_it ()) { translated_[va] = {pa_, bytes_}; }
        return true;
    }
    const auto known = translated_.find (va);
    // If Unicorn has translated it again by itself, that was from RAM, which is the same.
    return same && known != translated_.end () && known->second.pa == pa_ && known->second.bytes == bytes_;
}

void CachedCode::replace () {
    settle ();
    for (const Part &part : parts_) {
        shown_.show (part.ram, std::span{bytes_}.subspan (part.offset, part.ram.size ()));
    }
    shown_va_ = va_;
    translated_.erase (va_);
    const auto first = std::min (bytes_.size (), page_size - va_ % page_size);
    emulator_.forget_code (va_, first);
    if (first != bytes_.size ()) { emulator_.forget_code (va_ + first, bytes_.size () - first); }
}

void CachedCode::settle () {
    if (shown_.any ()) { shown_.put_back (); }
}

auto CachedCode::instruction (std::uint64_t va) const -> std::optional<std::uint32_t> {
    std::uint32_t word = 0;
    if (va < va_ || va - va_ + sizeof word > bytes_.size ()) { return std::nullopt; }
    std::memcpy (&word, &bytes_[va - va_], sizeof word);
    return word;
}

}  // namespace ravelin::sim
