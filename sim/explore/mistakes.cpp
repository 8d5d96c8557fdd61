// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/mistakes.hpp"

#include "hyp/abi/vm_calls.h"

#include <array>
#include <cstdint>
#include <limits>
#include <span>

namespace ravelin::sim::explore {

namespace {
constexpr std::uint64_t unaligned  = 8;
constexpr std::uint64_t beyond     = 1ULL << RAVELIN_MAX_IPA_BITS;
constexpr std::uint64_t last_page  = 0 - std::uint64_t{RAVELIN_PAGE_SIZE};  // of 64 bits: what follows wraps
constexpr std::uint64_t truncated  = 1ULL << 32;                            // 0, if somebody takes 32 bits of it
constexpr std::uint64_t many       = RAVELIN_BATCH_PAGES + 1;
constexpr std::uint64_t huge       = std::numeric_limits<std::uint64_t>::max ();
constexpr std::uint64_t generation = 1ULL << 48;  // of a VM that there will not be for long

constexpr std::array all{
    Mistake{Action::vm_create, 1, true, RAVELIN_PAGE_SIZE, "X1 is no multiple of 16 KiB"},
    Mistake{Action::vm_create, 1, false, last_page, "X1 is the last page that there could be"},
    Mistake{Action::vm_create, 2, true, 1U << 9, "X2 has a property that there isn't"},
    Mistake{Action::vm_create, 2, true, 1, "X2 has too many bits of IPA"},
    Mistake{Action::vm_create, 2, false, RAVELIN_MIN_IPA_BITS - 1, "X2 has too few bits of IPA"},
    Mistake{Action::vm_create, 3, false, 0, "X3 is no vCPU"},
    Mistake{Action::vm_create, 3, false, RAVELIN_MAX_VCPUS + 1, "X3 is too many vCPUs"},
    Mistake{Action::vm_create, 3, true, truncated, "X3 is too many vCPUs by far"},
    Mistake{Action::vm_add_ram, 2, true, unaligned, "X2 isn't page aligned"},
    Mistake{Action::vm_add_ram, 2, false, beyond, "X2 is beyond all IPAs"},
    Mistake{Action::vm_add_ram, 2, false, last_page, "X2 is the last page that there could be"},
    Mistake{Action::vm_add_ram, 3, false, 0, "X3 is nothing"},
    Mistake{Action::vm_add_ram, 3, true, unaligned, "X3 isn't page aligned"},
    Mistake{Action::vm_add_ram, 3, false, last_page, "X3 is all that there could be"},
    Mistake{Action::vm_top_up, 2, true, unaligned, "X2 isn't page aligned"},
    Mistake{Action::vm_top_up, 2, false, last_page, "X2 is the last page that there could be"},
    Mistake{Action::vm_top_up, 3, false, 0, "X3 is no page"},
    Mistake{Action::vm_top_up, 3, false, many, "X3 is too many pages"},
    Mistake{Action::vm_top_up, 3, false, huge, "X3 is too many pages by far"},
    Mistake{Action::vm_donate, 1, false, 0, "X1 is no handle"},
    Mistake{Action::vm_donate, 1, true, generation, "X1 is another VM's, that isn't there"},
    Mistake{Action::vm_donate, 2, true, unaligned, "X2 isn't page aligned"},
    Mistake{Action::vm_donate, 2, false, beyond, "X2 is beyond all IPAs"},
    Mistake{Action::vm_donate, 3, true, unaligned, "X3 isn't page aligned"},
    Mistake{Action::vm_donate, 3, false, last_page, "X3 is the last page that there could be"},
    Mistake{Action::vm_donate, 4, false, 0, "X4 is no page"},
    Mistake{Action::vm_donate, 4, false, many, "X4 is too many pages"},
    Mistake{Action::vm_donate, 4, false, RAVELIN_BLOCK_PAGES, "X4 is a block, that isn't aligned"},
    Mistake{Action::vm_donate, 4, false, huge, "X4 is too many pages by far"},
    Mistake{Action::vm_lend, 1, false, 0, "X1 is no handle"},
    Mistake{Action::vm_lend, 2, true, unaligned, "X2 isn't page aligned"},
    Mistake{Action::vm_lend, 2, false, beyond, "X2 is beyond all IPAs"},
    Mistake{Action::vm_lend, 3, true, unaligned, "X3 isn't page aligned"},
    Mistake{Action::vm_lend, 3, false, last_page, "X3 is the last page that there could be"},
    Mistake{Action::vm_lend, 4, false, 0, "X4 is no page"},
    Mistake{Action::vm_lend, 4, false, many, "X4 is too many pages"},
    Mistake{Action::vm_lend, 4, false, RAVELIN_BLOCK_PAGES, "X4 is a block, that isn't aligned"},
    Mistake{Action::vm_lend, 5, false, 2, "X5 is a right that there isn't"},
    Mistake{Action::vm_protect, 2, true, unaligned, "X2 isn't page aligned"},
    Mistake{Action::vm_protect, 2, false, beyond, "X2 is beyond all IPAs"},
    Mistake{Action::vm_protect, 3, false, 0, "X3 is no page"},
    Mistake{Action::vm_protect, 3, false, many, "X3 is too many pages"},
    Mistake{Action::vm_protect, 3, false, RAVELIN_BLOCK_PAGES, "X3 is a block, that isn't aligned"},
    Mistake{Action::vm_protect, 4, false, 2, "X4 is a right that there isn't"},
    Mistake{Action::vm_unmap, 2, true, unaligned, "X2 isn't page aligned"},
    Mistake{Action::vm_unmap, 2, false, beyond, "X2 is beyond all IPAs"},
    Mistake{Action::vm_unmap, 3, false, 0, "X3 is no page"},
    Mistake{Action::vm_unmap, 3, false, many, "X3 is too many pages"},
    Mistake{Action::vcpu_create, 2, false, RAVELIN_MAX_VCPUS, "X2 is no vCPU"},
    Mistake{Action::vcpu_create, 2, true, truncated, "X2 is no vCPU by far"},
    Mistake{Action::vcpu_create, 3, true, unaligned, "X3 isn't page aligned"},
    Mistake{Action::vcpu_create, 3, false, last_page, "X3 is the last page that there could be"},
    Mistake{Action::vcpu_create, 4, true, 2, "X4 is no place of an instruction"},
    Mistake{Action::vcpu_create, 6, true, 2, "X6 has a bit that there isn't"},
    Mistake{Action::vcpu_run, 1, false, 0, "X1 is no handle"},
    Mistake{Action::vcpu_run, 1, true, generation, "X1 is another VM's, that isn't there"},
    Mistake{Action::vcpu_run, 2, false, RAVELIN_MAX_VCPUS, "X2 is no vCPU"},
    Mistake{Action::vcpu_run, 2, true, truncated, "X2 is no vCPU by far"},
    Mistake{Action::vcpu_get, 2, false, RAVELIN_MAX_VCPUS, "X2 is no vCPU"},
    Mistake{Action::vcpu_get, 3, false, RAVELIN_REGISTERS, "X3 is no register"},
    Mistake{Action::vcpu_set, 2, true, truncated, "X2 is no vCPU by far"},
    Mistake{Action::vcpu_set, 3, false, RAVELIN_REGISTERS, "X3 is no register"},
    Mistake{Action::vm_destroy, 1, false, RAVELIN_MAX_VMS, "X1 is no handle"},
    Mistake{Action::vm_destroy, 1, true, generation, "X1 is another VM's, that isn't there"},
    Mistake{Action::vm_reclaim, 1, false, RAVELIN_VM_PLACE, "X1 is no handle"},
    Mistake{Action::vm_reclaim, 1, true, truncated, "X1 is another VM's, that isn't there"},
    Mistake{Action::guest_share, 1, true, unaligned, "X1 isn't page aligned"},
    Mistake{Action::guest_share, 1, false, beyond, "X1 is beyond all IPAs"},
    Mistake{Action::guest_share, 2, false, 1, "X2 isn't 0"},
    Mistake{Action::guest_unshare, 1, true, unaligned, "X1 isn't page aligned"},
    Mistake{Action::guest_unshare, 3, false, 1, "X3 isn't 0"},
    Mistake{Action::guest_cpu_on, 1, true, truncated, "X1 is no vCPU by far"},
    Mistake{Action::guest_cpu_on, 2, true, 2, "X2 is no place of an instruction"},
    Mistake{Action::guest_affinity, 1, true, 1U << 8, "X1 is no vCPU"},
    Mistake{Action::guest_affinity, 2, false, 1, "X2 is a level that there isn't"},
};
static_assert (all.size () <= std::numeric_limits<std::uint8_t>::max ());
}  // namespace

auto mistakes () -> std::span<const Mistake> {
    return all;
}

void make_mistake (std::uint8_t mistake, Registers &registers) {
    if (mistake == 0) { return; }
    const Mistake &what = all.at (mistake - 1U);
    auto &x             = registers.x[what.argument];
    x                   = what.added ? x + what.value : what.value;
}

}  // namespace ravelin::sim::explore
