// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/record/sparse_memory.hpp"

#include <algorithm>
#include <cstring>

namespace ravelin::sim::replay {

namespace {
// Pages that are kept for the next time; more are given back.
constexpr std::size_t kept_pages = 64;
}  // namespace

auto SparseMemory::put (std::uint64_t pa, std::span<const std::byte> bytes) -> bool {
    bool same = true;
    while (!bytes.empty ()) {
        const auto offset = pa % page_size;
        const auto here   = bytes.first (std::min (bytes.size (), page_size - offset));
        auto &page        = pages_[pa / page_size];
        if (!page) { page = std::make_unique<Page> (); }
        if (page->known.none ()) { touched_.push_back (pa / page_size); }
        std::byte *const there = page->bytes.data () + offset;
        for (std::size_t i = 0; i < here.size (); ++i) {
            same                    = same && page->known[offset + i];
            page->known[offset + i] = true;
        }
        same = same && std::memcmp (there, here.data (), here.size ()) == 0;
        std::memcpy (there, here.data (), here.size ());
        bytes = bytes.subspan (here.size ());
        pa += here.size ();
    }
    return same;
}

auto SparseMemory::at (std::uint64_t pa) const -> std::optional<std::byte> {
    const auto page = pages_.find (pa / page_size);
    if (page == pages_.end () || !page->second->known[pa % page_size]) { return std::nullopt; }
    return page->second->bytes[pa % page_size];
}

void SparseMemory::clear () {
    for (const auto number : touched_) {
        pages_.at (number)->known.reset ();
    }
    touched_.clear ();
    if (pages_.size () > kept_pages) { pages_.clear (); }
}

}  // namespace ravelin::sim::replay
