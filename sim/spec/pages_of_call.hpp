// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/vm_calls.h"

#include <cstdint>

namespace ravelin::spec {

/// Whether @p address is a multiple of a page.
[[nodiscard]] constexpr auto is_page (std::uint64_t address) -> bool {
    return address % RAVELIN_PAGE_SIZE == 0;
}

/// Whether a call may be about that many pages.
[[nodiscard]] constexpr auto is_batch (std::uint64_t pages) -> bool {
    return pages >= 1 && pages <= RAVELIN_BATCH_PAGES;
}

/// Whether a call that takes "pages, or a block" may be about @p pages pages from @p address on.
[[nodiscard]] constexpr auto is_batch_or_block (std::uint64_t address, std::uint64_t pages) -> bool {
    constexpr std::uint64_t block = RAVELIN_BLOCK_PAGES;
    return is_page (address) && (is_batch (pages) || (pages == block && address % (block * RAVELIN_PAGE_SIZE) == 0));
}

/// Whether @p value is RAVELIN_WRITABLE or 0.
[[nodiscard]] constexpr auto is_permission (std::uint64_t value) -> bool {
    return value == 0 || value == RAVELIN_WRITABLE;
}

}  // namespace ravelin::spec
