// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/memory.hpp"

#include "hyp/abi/vm_calls.h"

#include <stdexcept>
#include <utility>

namespace ravelin::spec {

Memory::Memory (const std::vector<AddressRange> &ram, const std::vector<AddressRange> &ravelin) {
    for (const AddressRange &range : ram) {
        const Span span{range.base / RAVELIN_PAGE_SIZE, range.bytes / RAVELIN_PAGE_SIZE, pages_.size ()};
        pages_.resize (pages_.size () + span.pages);
        spans_.push_back (span);
    }
    for (const AddressRange &range : ravelin) {
        const PageNumber first = range.base / RAVELIN_PAGE_SIZE;
        for (PageNumber i = 0; i < range.bytes / RAVELIN_PAGE_SIZE; ++i) {
            Page *const page = find (first + i);
            if (page == nullptr) { throw std::invalid_argument ("Ravelin has a page where there is no RAM"); }
            *page = Page{.owner = Owner::ravelin, .contents = Contents::secret};
        }
    }
}

auto Memory::find (PageNumber number) const -> const Page * {
    for (const Span &span : spans_) {
        if (number >= span.first && number - span.first < span.pages) {
            return &pages_[span.index + (number - span.first)];
        }
    }
    return nullptr;
}

auto Memory::find (PageNumber number) -> Page * {
    return const_cast<Page *> (std::as_const (*this).find (number));
}

}  // namespace ravelin::spec
