// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/vm_calls.h"
#include "sim/spec/guest.hpp"

namespace ravelin::spec {
namespace {

/// What is known of the register that a load or store moves; nullptr: nothing is.
auto described (const GuestFault &fault) -> const GuestFault::Transfer * {
    return fault.transfer && !fault.on_walk && fault.kind != GuestFault::Kind::fetch ? &*fault.transfer : nullptr;
}

/// Tells the host of a load or store, for it to make.
auto tells (const Guest &guest, std::uint64_t exit, const GuestFault &fault, const GuestFault::Transfer &transfer)
    -> Outcome {
    const unsigned size = transfer.load.size;
    if (fault.kind == GuestFault::Kind::read) { return guest.exits (exit, fault.ipa, size); }
    const PendingLoad zero_extended{.size = size, .sign_extends = false, .wide = true};
    return guest.exits (exit, fault.ipa, size | RAVELIN_MMIO_WRITE, zero_extended.delivers (transfer.value));
}

/// One outside RAM.
auto mmio (const Guest &guest, const GuestFault &fault, const GuestFault::Transfer &transfer) -> Outcome {
    if (fault.kind == GuestFault::Kind::read) { guest.vcpu ().load = transfer.load; }
    return tells (guest, RAVELIN_EXIT_MMIO, fault, transfer);
}

/// An access to a plain VM's RAM, of which its host may know everything.
auto plain_page (const Guest &guest, const GuestFault &fault) -> Outcome {
    const bool reads           = fault.kind == GuestFault::Kind::read;
    const auto *const transfer = described (fault);
    if (transfer == nullptr) {
        const std::uint64_t how = (fault.kind == GuestFault::Kind::write ? RAVELIN_MMIO_WRITE : 0) |
                                  (fault.kind == GuestFault::Kind::fetch ? RAVELIN_MMIO_FETCH : 0);
        return guest.exits (RAVELIN_EXIT_PAGE, fault.ipa, how, fault.va);
    }
    guest.vcpu ().undecided =
        UndecidedAccess{.load = reads ? std::optional{transfer->load} : std::nullopt, .bytes = transfer->bytes};
    return tells (guest, RAVELIN_EXIT_PAGE, fault, *transfer);
}

}  // namespace

auto guest_fault (const Guest &guest, const GuestFault &fault, const Choice &choice) -> Outcome {
    const Vm &vm             = guest.vm ();
    const std::uint64_t page = fault.ipa / RAVELIN_PAGE_SIZE;
    const bool writes        = fault.kind == GuestFault::Kind::write;

    if (!vm.has_ram (fault.ipa, 1)) {
        if (const std::optional<Outcome> answer = gic_fault (guest, fault, choice)) { return *answer; }
        const auto *const transfer = described (fault);
        return transfer != nullptr ? mmio (guest, fault, *transfer) : Outcome{.next = Next::guest_abort};
    }
    const Mapping *const mapping = vm.space.find (page);
    if (mapping != nullptr && (mapping->writable || !writes)) {
        return Outcome{.next = Next::guest_again};  // somebody was faster
    }
    // Which accesses a protected VM makes is nobody's business.
    return vm.is_protected ? guest.exits (RAVELIN_EXIT_PAGE, page * RAVELIN_PAGE_SIZE) : plain_page (guest, fault);
}

}  // namespace ravelin::spec
