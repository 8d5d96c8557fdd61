// SPDX-License-Identifier: BSD-2-Clause
#include "guide.hpp"

#include "guests/questions.hpp"
#include "hyp/abi/status.h"
#include "reach.hpp"
#include "synchronize.hpp"

using guest::Question;

namespace vms {

namespace {
[[nodiscard]] auto bytes_of (Pa page) -> const void * {
    return reinterpret_cast<const void *> (el1::normal_window (page));
}

/// What a guest whose caches are off has at the start of a page that the host reaches.
[[nodiscard]] auto read (Pa page) -> std::uint64_t {
    if (!try_load (page)) { return 0; }
    el1::clean_and_invalidate (bytes_of (page), sizeof (std::uint64_t));
    return try_load (page).value_or (0);
}

/// Writes something there that such a guest sees.
void write (Pa page) {
    if (try_store (page, guest::hosts_word)) { el1::clean_to_memory (bytes_of (page), sizeof guest::hosts_word); }
}
}  // namespace

auto MemoryGuide::reach (Pa page) const -> std::uint64_t {
    constexpr std::uint64_t offset = 2048;  // where the guest keeps nothing
    return (try_load (page + offset) ? guest::reach_load : 0) | (try_store (page + offset, 1) ? guest::reach_store : 0);
}

void MemoryGuide::negate_x20 () {
    constexpr auto x20 = RAVELIN_REGISTER_X0 + 20;
    const Result got   = vm_call (RAVELIN_VCPU_GET, vm_.handle (), 0, x20);
    must ("VCPU_GET", got.status);
    must ("VCPU_SET", vm_call (RAVELIN_VCPU_SET, vm_.handle (), 0, x20, ~got.value).status);
}

auto MemoryGuide::answer (std::uint64_t asked) -> std::uint64_t {
    const Ipa ipa{guest::page_of (asked)};
    const Pa page = vm_.page_for (ipa);
    switch (guest::question_of (asked)) {
    case Question::reach:     return reach (page);
    case Question::read:      return read (page);
    case Question::write:     write (page); break;
    case Question::protect:   vm_.protect (ipa); break;
    case Question::unmap:     vm_.unmap (ipa); break;
    case Question::writes:    return vm_.writes_permitted ();
    case Question::absences:  return vm_.pages_given_back ();
    case Question::registers: negate_x20 (); break;
    }
    return 0;
}

}  // namespace vms
