// SPDX-License-Identifier: BSD-2-Clause
#include "signed_vm.hpp"

#include "report.hpp"
#include "synchronize.hpp"

#include <cstring>

namespace linux_host {

using vms::must;
using vms::vm_call;

namespace {
constexpr std::uint64_t gicd     = 0x0800'0000;  // IPA
constexpr std::uint64_t gicc     = 0x0801'0000;
constexpr std::uint64_t intids   = 64;
constexpr std::uint64_t ipa_bits = 39;
}  // namespace

SignedVm::SignedVm (PaRange place, std::span<const std::byte> file, std::span<const std::byte> tree,
                    std::uint64_t vcpus)
    : place_{place}, next_{(place.start + ram_size).value ()} {
    auto *const bytes = reinterpret_cast<std::byte *> (place.start.value ());
    std::memcpy (bytes + (file_at - ram), file.data (), file.size ());
    std::memcpy (bytes + (tree_at - ram), tree.data (), tree.size ());

    const auto control   = take (RAVELIN_VM_PAGES);
    const auto created   = vm_call (RAVELIN_VM_CREATE, control, ipa_bits | RAVELIN_VM_PROTECTED, vcpus);
    constexpr auto batch = std::uint64_t{RAVELIN_BATCH_PAGES};
    must ("VM_CREATE", created.status);
    handle_ = created.value;
    must ("VM_ADD_RAM", vm_call (RAVELIN_VM_ADD_RAM, handle_, ram, ram_size).status);
    must ("VM_TOP_UP", vm_call (RAVELIN_VM_TOP_UP, handle_, take (batch), batch).status);
    must ("VM_SET_GIC", vm_call (RAVELIN_VM_SET_GIC, handle_, gicd, gicc, intids).status);
    for (std::uint64_t offset = 0; offset < ram_size; offset += ravelin::block_size) {
        const auto pa = (place.start + offset).value ();
        must ("VM_DONATE", vm_call (RAVELIN_VM_DONATE, handle_, ram + offset, pa, RAVELIN_BLOCK_PAGES).status);
    }
    for (std::uint64_t i = 0; i < vcpus; ++i) {
        const auto flags = i == 0 ? 0 : RAVELIN_VCPU_OFF;
        must ("VCPU_CREATE", vm_call (RAVELIN_VCPU_CREATE, handle_, i, take (RAVELIN_VCPU_PAGES),
                                      file_at + RAVELIN_IMAGE_FIRMWARE, tree_at, flags)
                                 .status);
    }
}

SignedVm::~SignedVm () {
    vms::tear_down (handle_);
}

void SignedVm::feed (Ipa ipa, bool /*is_write*/) {
    el1::print ("IPA ", el1::Hex{ipa.value ()}, "\n");
    el1::give_up ("a guest wants a page that it has");
}

auto SignedVm::take (std::uint64_t pages) -> std::uint64_t {
    const auto result = next_;
    next_ += pages * ravelin::page_size;
    if (next_ > place_.end ().value ()) { el1::give_up ("a VM's control blocks need more room"); }
    return result;
}

}  // namespace linux_host
