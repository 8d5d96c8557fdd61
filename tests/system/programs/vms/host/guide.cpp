// SPDX-License-Identifier: BSD-2-Clause
#include "guide.hpp"

#include "guests/questions.hpp"
#include "hyp/abi/status.h"
#include "reach.hpp"

using guest::Question;

namespace vms {

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
    case Question::read:      return try_load (page).value_or (0);
    case Question::write:     static_cast<void> (try_store (page, guest::hosts_word)); break;
    case Question::protect:   vm_.protect (ipa); break;
    case Question::unmap:     vm_.unmap (ipa); break;
    case Question::writes:    return vm_.writes_permitted ();
    case Question::absences:  return vm_.pages_given_back ();
    case Question::registers: negate_x20 (); break;
    }
    return 0;
}

}  // namespace vms
