// SPDX-License-Identifier: BSD-2-Clause
#include "vm.hpp"

#include "guest_tree.hpp"
#include "helper.hpp"
#include "hyp/abi/boot.h"
#include "hyp/abi/status.h"
#include "report.hpp"
#include "synchronize.hpp"

#include <algorithm>
#include <cstring>

namespace vms {

namespace {
constexpr std::uint64_t rubbish = 0xdead'beef'dead'beef;

[[nodiscard]] auto ram_at (Ipa ipa) -> const Ram & {
    for (const Ram &ram : guest_ram) {
        if (ram.range.contains (ipa)) { return ram; }
    }
    el1::give_up ("the guest wants a page outside its RAM");
}
}  // namespace

void must (std::string_view what, std::int64_t status) {
    if (status != RAVELIN_SUCCESS) {
        el1::print (what, ": status ", el1::Hex{static_cast<std::uint64_t> (status)}, "\n");
        el1::give_up (what);
    }
}

Vm::Vm (Arena &arena, const Shape &shape, const Image &image) : arena_{arena}, shape_{shape} {
    const auto properties = shape.ipa_bits | (shape.is_plain ? 0 : RAVELIN_VM_PROTECTED);
    const Pa control      = arena.take (RAVELIN_VM_PAGES * ravelin::page_size);
    const Result created  = vm_call (RAVELIN_VM_CREATE, control.value (), properties, shape.vcpus + shape.spare_vcpus);
    must ("VM_CREATE", created.status);
    handle_ = created.value;
    for (const Ram &ram : guest_ram) {
        if (shape.all_ram || &ram == &guest_ram.front ()) {
            const auto start = ram.range.start.value ();
            must ("VM_ADD_RAM", vm_call (RAVELIN_VM_ADD_RAM, handle_, start, ram.range.size).status);
        }
    }
    top_up ();
    if (shape.intids != 0) { add_gic (); }
    std::array<std::byte, ravelin::page_size> tree{};
    place (Ipa{GUEST_TREE}, write_guest_tree (tree, shape.vcpus));
    place (Ipa{GUEST_IMAGE}, image.kernel);
    if (!shape.is_plain) {
        place (Ipa{GUEST_FILE}, image.manifest);
        give (Ipa{GUEST_FILE + RAVELIN_IMAGE_FIRMWARE}, page_for (Ipa{GUEST_FILE + RAVELIN_IMAGE_FIRMWARE}),
              RAVELIN_FIRMWARE_PAGES);
    }
    fill ({page_for (Ipa{GUEST_ARGUMENTS}), ravelin::page_size}, 0);
}

Vm::~Vm () {
    destroy ();
}

void Vm::destroy () {
    if (handle_ != 0) {
        tear_down (handle_);
        forget ();
    }
}

void Vm::forget () {
    handle_ = 0;
    arena_.take_back ();
}

void Vm::add_gic () {
    must ("VM_SET_GIC", vm_call (RAVELIN_VM_SET_GIC, handle_, GUEST_GICD, GUEST_GICC, shape_.intids).status);
}

void Vm::place (Ipa start, File contents) {
    const auto size = (contents.size () + ravelin::page_size - 1) / ravelin::page_size * ravelin::page_size;
    const Pa pa     = arena_.page_for (start);
    fill ({pa, size}, 0);
    auto *const bytes = reinterpret_cast<std::byte *> (pa.value ());
    std::memcpy (bytes, contents.data (), contents.size ());
    el1::clean_and_invalidate (bytes, size);
    for (std::uint64_t done = 0; done < size / ravelin::page_size; done += RAVELIN_BATCH_PAGES) {
        const auto pages = std::min<std::uint64_t> (size / ravelin::page_size - done, RAVELIN_BATCH_PAGES);
        give (start + done * ravelin::page_size, pa + done * ravelin::page_size, pages);
    }
}

auto Vm::argument (std::uint64_t offset) const -> std::uint64_t & {
    return *reinterpret_cast<std::uint64_t *> ((page_for (Ipa{GUEST_ARGUMENTS}) + offset).value ());
}

void Vm::add_vcpu (std::uint64_t number, std::uint64_t variant) {
    argument (number * sizeof number) = number | (shape_.is_plain ? GUEST_IS_PLAIN : 0) | variant << GUEST_VARIANT_BIT;
    if (number != 0) { argument (GUEST_TO_TURN_ON) |= 1U << number; }
    create_vcpu (number, shape_.is_plain || number == 0 ? 0 : RAVELIN_VCPU_OFF);
    if (number + 1 != shape_.vcpus) { return; }
    const Pa arguments = page_for (Ipa{GUEST_ARGUMENTS});
    el1::clean_and_invalidate (reinterpret_cast<void *> (arguments.value ()), ravelin::page_size);
    give (Ipa{GUEST_ARGUMENTS}, arguments, 1);
    if (!shape_.is_plain) { boot (); }
}

void Vm::create_vcpu (std::uint64_t number) {
    create_vcpu (number, number == 0 ? 0 : RAVELIN_VCPU_OFF);
}

void Vm::create_vcpu (std::uint64_t number, std::uint64_t properties) {
    const auto control        = arena_.take (RAVELIN_VCPU_PAGES * ravelin::page_size).value ();
    const std::uint64_t start = shape_.is_plain ? GUEST_IMAGE : GUEST_FILE + RAVELIN_IMAGE_FIRMWARE;
    must ("VCPU_CREATE", vm_call (RAVELIN_VCPU_CREATE, handle_, number, control, start, GUEST_TREE, properties).status);
}

void Vm::boot () {
    for (;;) {
        const Exit exit = vcpu_run (handle_, 0);
        must ("VCPU_RUN", exit.status);
        switch (exit.cause) {
        case RAVELIN_EXIT_INTERRUPT: static_cast<void> (end_interrupt ()); break;
        case RAVELIN_EXIT_WAKE:      break;
        case RAVELIN_EXIT_PAGE:      feed (Ipa{exit.x2}, exit.is_write ()); break;
        case RAVELIN_EXIT_MMIO:
            if (exit.x2 == GUEST_BEGUN) { return; }
            [[fallthrough]];
        default:
            el1::print ("exit ", exit.cause, ", ", el1::Hex{exit.x2}, "\n");
            el1::give_up ("a protected VM doesn't boot");
        }
    }
}

void Vm::top_up () {
    constexpr std::uint64_t pages = 4;
    const auto place              = arena_.take (pages * ravelin::page_size).value ();
    must ("VM_TOP_UP", vm_call (RAVELIN_VM_TOP_UP, handle_, place, pages).status);
}

auto Vm::give_once (Ipa ipa, Pa pa, std::uint64_t pages) const -> std::int64_t {
    const auto function = shape_.is_plain ? RAVELIN_VM_LEND : RAVELIN_VM_DONATE;
    return vm_call (function, handle_, ipa.value (), pa.value (), pages, shape_.is_plain ? RAVELIN_WRITABLE : 0).status;
}

void Vm::give (Ipa ipa, Pa pa, std::uint64_t pages) {
    auto status = give_once (ipa, pa, pages);
    while (status == RAVELIN_NO_MEMORY) {
        top_up ();
        status = give_once (ipa, pa, pages);
    }
    must (shape_.is_plain ? "VM_LEND" : "VM_DONATE", status);
    for (std::uint64_t i = 0; i < pages; ++i) {
        given_.set (arena_.page_number (ipa) + i);
    }
}

void Vm::feed (Ipa where, bool is_write) {
    const SpinLock::Guard guard{feeding_};
    const Ipa ipa = where.align_down (ravelin::page_size);
    if (is_write && ipa == read_only_) {
        permit ();
        return;
    }
    if (ipa == unmapped_) {
        give_back ();
        return;
    }
    if (given_.test (arena_.page_number (ipa))) {
        return;  // another CPU was asked for it too, and was quicker
    }
    const auto unit = ram_at (ipa).unit;
    const Ipa start = ipa.align_down (unit);
    const Pa place  = page_for (start);
    // What a protected VM gets arrives as zeros, whatever was in it; for a plain one that is the host's to
    // do.
    fill ({place, unit}, shape_.is_plain ? 0 : rubbish);
    give (start, place, unit / ravelin::page_size);
}

void Vm::permit () {
    ++writes_;
    change ("VM_PROTECT", RAVELIN_VM_PROTECT, read_only_, RAVELIN_WRITABLE);
    read_only_ = none;
}

void Vm::give_back () {
    ++given_back_;
    give (unmapped_, page_for (unmapped_), 1);
    unmapped_ = none;
}

void Vm::protect (Ipa ipa) {
    read_only_ = ipa;
    change ("VM_PROTECT", RAVELIN_VM_PROTECT, ipa, 0);
}

void Vm::unmap (Ipa ipa) {
    unmapped_ = ipa;
    change ("VM_UNMAP", RAVELIN_VM_UNMAP, ipa, 0);
}

void Vm::change (std::string_view name, std::uint64_t call, Ipa ipa, std::uint64_t flags) {
    auto status = vm_call (call, handle_, ipa.value (), 1, flags).status;
    while (status == RAVELIN_NO_MEMORY) {
        top_up ();
        status = vm_call (call, handle_, ipa.value (), 1, flags).status;
    }
    must (name, status);
}

void tear_down (std::uint64_t handle) {
    must ("VM_DESTROY", vm_call (RAVELIN_VM_DESTROY, handle).status);
    std::int64_t status = RAVELIN_AGAIN;
    while (status == RAVELIN_AGAIN) {
        status = vm_call (RAVELIN_VM_RECLAIM, handle).status;
    }
    must ("VM_RECLAIM", status);
}

}  // namespace vms
