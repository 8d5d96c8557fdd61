// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/vm_calls.h"
#include "sim/spec/guest.hpp"

namespace ravelin::spec {
namespace {

/// A load or store outside RAM, for the host to make.
auto mmio (const Guest &guest, const GuestFault &fault, const GuestFault::Transfer &transfer) -> Outcome {
    const unsigned size = transfer.load.size;
    if (fault.kind == GuestFault::Kind::read) {
        guest.vcpu ().load = transfer.load;
        return guest.exits (RAVELIN_EXIT_MMIO, fault.ipa, size);
    }
    const PendingLoad zero_extended{.size = size, .sign_extends = false, .wide = true};
    return guest.exits (RAVELIN_EXIT_MMIO, fault.ipa, size | RAVELIN_MMIO_WRITE,
                        zero_extended.delivers (transfer.value));
}

}  // namespace

auto guest_fault (const Guest &guest, const GuestFault &fault, const Choice &choice) -> Outcome {
    const Vm &vm             = guest.vm ();
    const std::uint64_t page = fault.ipa / RAVELIN_PAGE_SIZE;
    const bool writes        = fault.kind == GuestFault::Kind::write;

    if (!vm.has_ram (fault.ipa, 1)) {
        if (const std::optional<Outcome> answer = gic_fault (guest, fault, choice)) { return *answer; }
        const bool described = fault.transfer && !fault.on_walk && fault.kind != GuestFault::Kind::fetch;
        return described ? mmio (guest, fault, *fault.transfer) : Outcome{.next = Next::guest_abort};
    }
    const Mapping *const mapping = vm.space.find (page);
    if (mapping != nullptr && (mapping->writable || !writes)) {
        return Outcome{.next = Next::guest_again};  // somebody was faster
    }
    // Which accesses a protected VM makes is nobody's business.
    return guest.exits (RAVELIN_EXIT_PAGE, page * RAVELIN_PAGE_SIZE, !vm.is_protected && writes ? 1 : 0);
}

}  // namespace ravelin::spec
