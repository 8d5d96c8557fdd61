// SPDX-License-Identifier: BSD-2-Clause
// Accesses of guests to their GIC, where it isn't hardware.
#include "hyp/abi/vm_calls.h"
#include "sim/spec/distributor.hpp"
#include "sim/spec/distributor_map.hpp"
#include "sim/spec/guest.hpp"
#include "sim/spec/waking.hpp"

#include <algorithm>

namespace ravelin::spec {
namespace {

constexpr std::uint64_t dir = 0x1000;  // GICC_DIR, in the second page of the CPU interface

/// What a store does, and who is woken by it.
auto store (const Guest &guest, std::uint64_t offset, bool to_distributor, const GuestFault::Transfer &transfer,
            const Choice &choice) -> Outcome {
    Vm &vm             = guest.vm ();
    const Known before = known (vm);
    const Distributor distributor{vm, guest.name ().number};
    if (to_distributor) {
        distributor.write (offset, transfer.load.size, transfer.value);
        guest.world.touched.gic = guest.name ().vm;
        // One that sends others SGIs isn't looked at for that.
        const auto value           = static_cast<std::uint32_t> (transfer.value);
        const bool sends_itself    = (distributor.sgi_targets (value) >> guest.name ().number & 1) != 0;
        guest.world.touched.looked = offset != gicd::sgir || (transfer.load.size == 4 && sends_itself);
    } else if (offset == dir && transfer.load.size == 4) {
        distributor.deactivate (static_cast<std::uint32_t> (transfer.value));
        guest.world.touched.gic    = guest.name ().vm;
        guest.world.touched.looked = true;
    }
    const VcpuMask woken = choice.goes_on ? 0 : choice.woken;
    if (const auto why = objection_to_waking (vm, woken, before); !why.empty ()) { return objects (why); }
    if (!choice.goes_on && woken == 0) { return objects ("a vCPU leaves for nobody"); }
    return choice.goes_on ? Outcome{.next = Next::guest} : guest.exits (RAVELIN_EXIT_WAKE, woken);
}

}  // namespace

auto gic_fault (const Guest &guest, const GuestFault &fault, const Choice &choice) -> std::optional<Outcome> {
    Vm &vm = guest.vm ();
    if (!vm.overlaps_gic (fault.ipa, 1)) { return std::nullopt; }
    const bool to_distributor = fault.ipa / RAVELIN_PAGE_SIZE == vm.controller ().distributor / RAVELIN_PAGE_SIZE;
    const std::uint64_t offset =
        fault.ipa - (to_distributor ? vm.controller ().distributor : vm.controller ().cpu_interface);
    if (!to_distributor && offset < RAVELIN_PAGE_SIZE && fault.kind != GuestFault::Kind::fetch && !fault.on_walk) {
        return Outcome{.next = Next::guest_again};  // that page is there
    }
    if (!fault.transfer || fault.on_walk || fault.kind == GuestFault::Kind::fetch) {
        return Outcome{.next = Next::guest_abort};
    }
    if (fault.kind == GuestFault::Kind::read && !choice.goes_on) {
        // It has let go of an interrupt that is another's, who is woken first.
        const std::string_view why =
            choice.woken == 0 ? "a vCPU leaves for nobody" : objection_to_waking (vm, choice.woken);
        return why.empty () ? guest.exits (RAVELIN_EXIT_WAKE, choice.woken) : objects (why);
    }
    if (choice.again) {
        // What only list registers of other CPUs tell has to come from there first.
        const bool others =
            std::ranges::count_if (vm.vcpus, [] (const auto &vcpu) { return vcpu && vcpu->running; }) > 1;
        return others ? Outcome{.next = Next::guest_again} : objects ("nobody else knows more of a GIC");
    }
    const GuestFault::Transfer &transfer = *fault.transfer;
    if (fault.kind == GuestFault::Kind::write) { return store (guest, offset, to_distributor, transfer, choice); }
    Bits bits{};
    if (to_distributor) { bits = Distributor{vm, guest.name ().number}.read (offset, transfer.load.size); }
    // What is not known of a signed byte's top bit isn't of its copies.
    return Outcome{
        .next  = Next::guest,
        .loads = ExpectedRegister{.kind  = ExpectedRegister::Kind::value,
                                  .value = transfer.load.delivers (bits.value),
                                  .known = transfer.load.delivers (bits.known) | ~transfer.load.delivers (~0ULL)}};
}

}  // namespace ravelin::spec
