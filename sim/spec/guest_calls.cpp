// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/guest_calls.h"

#include "hyp/abi/smccc.h"
#include "hyp/abi/vm_calls.h"
#include "sim/spec/guest.hpp"

namespace ravelin::spec {
namespace {

auto returns_code (std::int64_t code) -> Outcome {
    return returns (Next::guest, {static_cast<std::uint64_t> (code)});
}

/// The bit of a call in what GUEST_FEATURES returns.
constexpr auto feature (std::uint32_t function) -> std::uint64_t {
    return 1ULL << (function & 0xffff);
}

auto features (const Vm &vm) -> Outcome {
    constexpr std::uint64_t all = feature (RAVELIN_GUEST_FEATURES) | feature (RAVELIN_GUEST_MEMINFO) |
                                  feature (RAVELIN_GUEST_SHARE) | feature (RAVELIN_GUEST_UNSHARE) |
                                  feature (RAVELIN_GUEST_MMIO_GUARD);
    return returns (Next::guest, {vm.is_protected ? all : feature (RAVELIN_GUEST_FEATURES), 0, 0, 0});
}

/// Whether X1 is a page of the VM's RAM, and nothing else was passed.
auto names_page_of_ram (const Vm &vm, const GuestRegisters &x) -> bool {
    return x[1] % RAVELIN_PAGE_SIZE == 0 && vm.has_ram (x[1], RAVELIN_PAGE_SIZE) && x[2] == 0 && x[3] == 0;
}

auto share (const Guest &guest, const GuestRegisters &x) -> Outcome {
    if (!names_page_of_ram (guest.vm (), x)) { return returns_code (SMCCC_INVALID_PARAMETER); }
    const PageNumber ipa         = x[1] / RAVELIN_PAGE_SIZE;
    const Mapping *const mapping = guest.vm ().space.find (ipa);
    if (mapping == nullptr) {
        return guest.exits (RAVELIN_EXIT_PAGE, x[1]);  // the call is made again when the guest runs again
    }
    if (guest.world.state.memory.find (mapping->pa)->shared) { return returns_code (SMCCC_INVALID_PARAMETER); }
    guest.world.share (guest.name ().vm, ipa, true);
    return returns_code (SMCCC_SUCCESS);
}

auto unshare (const Guest &guest, const GuestRegisters &x) -> Outcome {
    const PageNumber ipa         = x[1] / RAVELIN_PAGE_SIZE;
    const Mapping *const mapping = guest.vm ().space.find (ipa);
    if (!names_page_of_ram (guest.vm (), x) || mapping == nullptr ||
        !guest.world.state.memory.find (mapping->pa)->shared) {
        return returns_code (SMCCC_INVALID_PARAMETER);
    }
    guest.world.share (guest.name ().vm, ipa, false);
    return returns_code (SMCCC_SUCCESS);
}

auto mmio_guard (const Vm &vm, const GuestRegisters &x) -> Outcome {
    const bool outside = vm.has_addresses (x[1], RAVELIN_PAGE_SIZE) && !vm.overlaps_ram (x[1], RAVELIN_PAGE_SIZE);
    const bool valid   = x[1] % RAVELIN_PAGE_SIZE == 0 && outside && x[2] == 0 && x[3] == 0;
    return returns_code (valid ? SMCCC_SUCCESS : SMCCC_INVALID_PARAMETER);
}

auto meminfo (const GuestRegisters &x) -> Outcome {
    const bool valid = x[1] == 0 && x[2] == 0 && x[3] == 0;
    return returns_code (valid ? std::int64_t{RAVELIN_PAGE_SIZE} : SMCCC_INVALID_PARAMETER);
}

auto refuse (const Guest &guest, const GuestRegisters &x) -> Outcome {
    if (x[1] > 0xffff'ffff || x[2] != 0 || x[3] != 0) { return returns_code (SMCCC_INVALID_PARAMETER); }
    return vm_ends (guest, RAVELIN_EXIT_REFUSED, x[1]);
}

/// The calls that only a protected VM has.
auto protected_call (const Guest &guest, const GuestRegisters &x) -> Outcome {
    switch (static_cast<std::uint32_t> (x[0])) {
    case RAVELIN_GUEST_MEMINFO:    return meminfo (x);
    case RAVELIN_GUEST_SHARE:      return share (guest, x);
    case RAVELIN_GUEST_UNSHARE:    return unshare (guest, x);
    case RAVELIN_GUEST_MMIO_GUARD: return mmio_guard (guest.vm (), x);
    case RAVELIN_GUEST_REFUSE:     return refuse (guest, x);
    default:                       return returns_code (SMCCC_NOT_SUPPORTED);
    }
}

}  // namespace

auto guest_call (const Guest &guest, const GuestRegisters &x, const Choice &choice) -> Outcome {
    const Vm &vm  = guest.vm ();
    const auto w1 = static_cast<std::uint32_t> (x[1]);
    if (const std::optional<Outcome> answer = psci_call (guest, x, choice)) { return *answer; }

    switch (static_cast<std::uint32_t> (x[0])) {
    case SMCCC_VERSION: return returns_code (SMCCC_VERSION_1_1);
    case SMCCC_ARCH_FEATURES:
        return returns_code (w1 == SMCCC_VERSION || w1 == SMCCC_ARCH_FEATURES ? SMCCC_SUCCESS : SMCCC_NOT_SUPPORTED);
    case RAVELIN_GUEST_FEATURES: return features (vm);
    case RAVELIN_GUEST_CALL_UID:
        return returns (Next::guest,
                        {RAVELIN_GUEST_UID_0, RAVELIN_GUEST_UID_1, RAVELIN_GUEST_UID_2, RAVELIN_GUEST_UID_3});
    default: return vm.is_protected ? protected_call (guest, x) : returns_code (SMCCC_NOT_SUPPORTED);
    }
}

}  // namespace ravelin::spec
