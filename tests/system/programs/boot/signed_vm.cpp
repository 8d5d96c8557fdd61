// SPDX-License-Identifier: BSD-2-Clause
#include "signed_vm.hpp"

#include "machine.hpp"
#include "report.hpp"
#include "synchronize.hpp"

#include <algorithm>
#include <cstring>

namespace boot {

using vms::must;
using vms::vm_call;

namespace {
constexpr std::uint64_t intids   = 64;
constexpr std::uint64_t ipa_bits = 39;

[[nodiscard]] auto find_place (std::uint64_t size) -> PaRange {
    const auto &machine = el1::machine ();
    const auto behind   = std::max (machine.initrd.end (), vms::end_of_program ());
    for (const PaRange &bank : machine.ram) {
        const PaRange place{std::max (bank.start, behind).align_up (ravelin::block_size), size};
        if (bank.contains (place) && !place.overlaps (machine.ravelin) && !place.overlaps (machine.reserve)) {
            return place;
        }
    }
    el1::give_up ("there's too little memory for the virtual machine");
}
}  // namespace

Place::Place (std::uint64_t ram_size)
    : range_{find_place (ram_size + ravelin::block_size)}, next_{(range_.start + ram_size).value ()} {}

void Place::put (std::uint64_t ipa, std::span<const std::byte> bytes) const {
    std::memcpy (at (ipa), bytes.data (), bytes.size ());
}

auto Place::take (std::uint64_t pages) -> std::uint64_t {
    const auto result = next_;
    next_ += pages * ravelin::page_size;
    if (next_ > range_.end ().value ()) { el1::give_up ("a VM's control blocks need more room"); }
    return result;
}

SignedVm::SignedVm (Place &place, const Shape &shape) {
    const auto created   = vm_call (RAVELIN_VM_CREATE, place.take (RAVELIN_VM_PAGES), ipa_bits | RAVELIN_VM_PROTECTED,
                                    shape.vcpus + shape.spare_vcpus);
    const auto ram       = shape.ram != 0 ? shape.ram : place.ram_size ();
    constexpr auto batch = std::uint64_t{RAVELIN_BATCH_PAGES};
    must ("VM_CREATE", created.status);
    handle_ = created.value;
    must ("VM_ADD_RAM", vm_call (RAVELIN_VM_ADD_RAM, handle_, Place::ram, ram).status);
    must ("VM_TOP_UP", vm_call (RAVELIN_VM_TOP_UP, handle_, place.take (batch), batch).status);
    must ("VM_SET_GIC", vm_call (RAVELIN_VM_SET_GIC, handle_, GUEST_GICD, GUEST_GICC, intids).status);
    for (std::uint64_t ipa = Place::ram; ipa < Place::ram + ram; ipa += ravelin::block_size) {
        el1::clean_and_invalidate (place.at (ipa), ravelin::block_size);
        const auto pa = place.pa (ipa).value ();
        must ("VM_DONATE", vm_call (RAVELIN_VM_DONATE, handle_, ipa, pa, RAVELIN_BLOCK_PAGES).status);
    }
    for (std::uint64_t i = 0; i < shape.vcpus; ++i) {
        const auto page  = place.take (RAVELIN_VCPU_PAGES);
        const auto flags = i == 0 ? 0 : RAVELIN_VCPU_OFF;
        must ("VCPU_CREATE", vm_call (RAVELIN_VCPU_CREATE, handle_, i, page, shape.firmware, shape.tree, flags).status);
    }
}

SignedVm::~SignedVm () {
    vms::tear_down (handle_);
}

void SignedVm::feed (Ipa ipa, bool /*is_write*/) {
    el1::print ("IPA ", el1::Hex{ipa.value ()}, "\n");
    el1::give_up ("a guest wants a page that it has");
}

}  // namespace boot
