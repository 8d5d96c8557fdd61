// SPDX-License-Identifier: BSD-2-Clause
// Whatever host and guests do, no theorem breaks.
#include "tests/unit/spec/small_host.hpp"

#include <random>
#include <vector>

namespace ravelin::spec::test {
namespace {

class SpecRandomSteps : public SmallHost {
  protected:
    auto one_of (std::initializer_list<std::uint64_t> values) -> std::uint64_t {
        return values.begin ()[random () % values.size ()];
    }

    auto any_ipa () -> std::uint64_t {
        const std::uint64_t region = vm_ram + one_of ({0ULL, block_bytes, gigabyte - block_bytes});
        return one_of ({region, region + (random () % 520) * page_bytes, vm_device + random () % 9});
    }

    auto any_pa () -> std::uint64_t {
        const std::uint64_t start = one_of ({blocks, blocks + block_bytes, blocks + 2 * block_bytes});
        return one_of ({start, start + (random () % 512) * page_bytes, start + (random () % 128) * 4 * page_bytes});
    }

    auto any_vm () -> Handle {
        if (spec.state ().vms.empty ()) { return 0; }
        auto vm = spec.state ().vms.begin ();
        std::advance (vm, random () % spec.state ().vms.size ());
        return vm->first;
    }

    auto any_call () -> CallRegisters {
        const std::uint64_t pages  = one_of ({1, 1, 2, 64, 512, 512, 0});
        const std::uint64_t number = random () % 3;
        const std::uint64_t flag   = random () % 2;
        const Handle vm            = any_vm ();
        const std::uint64_t ipa    = any_ipa ();
        switch (random () % 24) {
        case 0:  return {RAVELIN_VM_CREATE, any_pa (), one_of ({plain, protected_one}), 2};
        case 1:
        case 2:  return {RAVELIN_VM_ADD_RAM, vm, vm_ram, gigabyte};
        case 3:
        case 4:  return {RAVELIN_VM_TOP_UP, vm, any_pa (), random () % 3};
        case 5:  return {RAVELIN_VCPU_CREATE, vm, number, any_pa (), vm_ram, 0};
        case 6:
        case 7:  return {RAVELIN_VCPU_RUN, vm, number, random ()};
        case 8:  return {RAVELIN_VM_PROTECT, vm, ipa, pages, flag};
        case 9:  return {RAVELIN_VM_UNMAP, vm, ipa, pages};
        case 10: return {RAVELIN_VCPU_GET, vm, number, random () % 130};
        case 11: return {RAVELIN_VCPU_SET, vm, number, random () % 130, random ()};
        case 12: return {random () % 8 == 0 ? RAVELIN_VM_DESTROY : RAVELIN_VCPU_RUN, vm, number};
        case 13:
        case 14: return {RAVELIN_VM_RECLAIM, vm};
        case 15:
        case 16:
        case 17:
        case 18:
        case 19: return {RAVELIN_VM_DONATE, vm, ipa, any_pa (), pages};
        default: return {RAVELIN_VM_LEND, vm, ipa, any_pa (), pages, flag};
        }
    }

    /// Something that VM_RECLAIM may give back.
    auto some_of (Handle handle) -> Choice {
        Choice choice{.handle = next_handle};
        const Vm *const vm = spec.state ().vm (handle);
        if (vm == nullptr) { return choice; }
        vm->space.for_each ([&] (PageNumber ipa, const Mapping &) {
            if (choice.unmapped.size () < RAVELIN_BATCH_PAGES) { choice.unmapped.push_back (ipa); }
        });
        for (const PageNumber page : vm->control) {
            if (choice.control.size () + choice.unmapped.size () < RAVELIN_BATCH_PAGES) {
                choice.control.push_back (page);
            }
        }
        return choice;
    }

    void guest_step (std::size_t cpu) {
        const std::uint64_t id =
            one_of ({RAVELIN_GUEST_SHARE, RAVELIN_GUEST_SHARE, RAVELIN_GUEST_UNSHARE, RAVELIN_GUEST_MMIO_GUARD});
        switch (random () % 4) {
        case 0:  last = spec.interrupt (cpu); break;
        case 1:  last = spec.guest_fault (cpu, {.kind = GuestFault::Kind::write, .ipa = any_ipa ()}); break;
        default: last = spec.guest_call (cpu, {id, any_ipa (), 0, 0}); break;
        }
    }

    void host_step (std::size_t cpu) {
        const CallRegisters x = any_call ();
        last                  = spec.host_call (cpu, x, some_of (x[1]));
        EXPECT_EQ (last.objection, "");
        const bool done = last.next == Next::host && last.x[0].value == RAVELIN_SUCCESS;
        next_handle += done && x[0] == RAVELIN_VM_CREATE ? 1 : 0;
        succeeded[x[0]] += done || last.enters ? 1 : 0;
    }

    std::mt19937_64 random{7};
    std::map<std::uint64_t, unsigned> succeeded;
};

TEST_F (SpecRandomSteps, break_no_theorem) {
    for (unsigned step = 0; step < 40'000; ++step) {
        const std::size_t cpu = random () % 2;
        spec.state ().cpus[cpu] ? guest_step (cpu) : host_step (cpu);
        if (step % 100 == 0) { ASSERT_EQ (broken_theorem (spec.state ()), "") << step; }
    }
    for (std::uint64_t id = RAVELIN_VM_CREATE; id <= RAVELIN_VM_RECLAIM; ++id) {
        EXPECT_GT (succeeded[id], 10U) << std::hex << id << " hardly ever succeeds";
    }
}

}  // namespace
}  // namespace ravelin::spec::test
