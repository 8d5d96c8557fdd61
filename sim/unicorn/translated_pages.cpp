// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/translated_pages.hpp"

#include <algorithm>

namespace ravelin::sim {

void TranslatedPages::obey () {
    if (by_caches_ || unchanged ()) { return; }
    emulator_.forget_code ();
    forget_addresses ();
    all_.clear ();
    pages_.clear ();
    more_ = false;
}

void TranslatedPages::note_page (std::uint64_t address) {
    last_       = address / page_size;
    auto &known = addresses_[last_ % addresses_.size ()];
    if (by_caches_ || known == last_) { return; }
    known           = last_;
    const auto page = code_.page (address);
    all_.insert (page.data ());
    if (!more_) { keep (page); }
}

void TranslatedPages::keep (std::span<const std::byte> page) {
    if (std::ranges::any_of (pages_, [&] (const Page &known) { return known.ram == page.data (); })) { return; }
    if (page.empty () || pages_.size () == most) {
        more_ = true;
        return;
    }
    std::ranges::copy (page, pages_.emplace_back (page.data ()).copy.begin ());
}

auto TranslatedPages::unchanged () const -> bool {
    return !more_ && std::ranges::all_of (pages_, [] (const Page &page) {
        return std::ranges::equal (page.copy, std::span{page.ram, page_size});
    });
}

}  // namespace ravelin::sim
