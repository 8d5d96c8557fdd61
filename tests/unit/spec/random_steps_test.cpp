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
        switch (random () % 32) {
        case 0:  return {RAVELIN_VM_CREATE, any_pa (), one_of ({plain, protected_one}), 2};
        case 1:
        case 2:  return {RAVELIN_VM_ADD_RAM, vm, vm_ram, gigabyte};
        case 3:
        case 4:  return {RAVELIN_VM_TOP_UP, vm, any_pa (), random () % 3};
        case 5:  return {RAVELIN_VCPU_CREATE, vm, number, any_pa (), vm_ram, 0};
        case 6:
        case 7:  return {RAVELIN_VCPU_RUN, vm, number, random (), flag};
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
        case 20: return {RAVELIN_VM_SET_GIC, vm, vm_device, vm_device + page_bytes, one_of ({32ULL, 64ULL, 1024ULL})};
        case 21: return {RAVELIN_VM_SET_TIME, vm, random ()};
        case 22:
        case 23: return {RAVELIN_VM_SET_LINE, vm, 32 + random () % 36, flag};
        case 24: return {RAVELIN_GIC_GET, vm, number, random () % 0x500 * 4};
        case 25: return {RAVELIN_GIC_SET, vm, number, random () % 0x500 * 4, random () & 0xffff'ffff};
        case 26: return {RAVELIN_VM_FIND, random () % 4};
        case 27: return {RAVELIN_ID_REGISTER, random () % 80, 31 + random () % 11};
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

    auto any_guest_call () -> GuestRegisters {
        const std::uint64_t number = random () % 3;
        switch (random () % 40) {
        case 0:  return {PSCI_SYSTEM_OFF};
        case 1:  return {PSCI_CPU_OFF};
        case 2:
        case 3:  return {PSCI_CPU_ON_64, number, any_ipa (), random ()};
        case 4:  return {PSCI_CPU_SUSPEND_64, random () & 0x1'ffff};
        case 5:  return {PSCI_AFFINITY_INFO_64, number, 0};
        default: return {one_of ({RAVELIN_GUEST_SHARE, RAVELIN_GUEST_UNSHARE, RAVELIN_GUEST_MMIO_GUARD}), any_ipa ()};
        }
    }

    auto any_gic_access () -> GuestFault {
        return {.kind     = random () % 2 == 0 ? GuestFault::Kind::read : GuestFault::Kind::write,
                .ipa      = vm_device + random () % 0x800 * 4,
                .transfer = GuestFault::Transfer{.load = {.size = 4}, .value = random ()}};
    }

    /// What the real side chooses may be wrong: no theorem breaks then either.
    void guest_step (std::size_t cpu) {
        using Register = TimerAccess::Register;
        const Choice choice{.goes_on = random () % 4 != 0, .woken = random () % 4};
        switch (random () % 8) {
        case 0:  last = spec.interrupt (cpu, choice); break;
        case 1:  last = spec.guest_fault (cpu, {.kind = GuestFault::Kind::write, .ipa = any_ipa ()}); break;
        case 2:  last = spec.guest_fault (cpu, any_gic_access (), choice); break;
        case 3:  last = spec.guest_timer (cpu, {Register::compare_value, true, random () % 1000}, {}); break;
        case 4:  last = spec.guest_timer (cpu, {Register::control, true, random () % 4}, {}); break;
        case 5:  last = spec.guest_waits (cpu, choice); break;
        default: last = spec.guest_call (cpu, any_guest_call (), choice); break;
        }
    }

    /// Of the next VM: never used, and in a place that is free.
    void choose_handle () {
        const auto is_there = [&] (const auto &vm) {
            return (vm.first & RAVELIN_VM_PLACE) == (next_handle & RAVELIN_VM_PLACE);
        };
        do {
            ++next_handle;
        } while ((next_handle & RAVELIN_VM_PLACE) >= RAVELIN_MAX_VMS ||
                 std::ranges::any_of (spec.state ().vms, is_there));
    }

    void host_step (std::size_t cpu) {
        const CallRegisters x = any_call ();
        last                  = spec.host_call (cpu, x, some_of (x[1]));
        EXPECT_TRUE (last.objection.empty () || x[0] == RAVELIN_VM_SET_LINE) << last.objection;
        const bool done = last.next == Next::host && last.x[0].value == RAVELIN_SUCCESS;
        if (done && x[0] == RAVELIN_VM_CREATE) { choose_handle (); }
        succeeded[x[0]] += done || last.enters ? 1 : 0;
    }

    std::mt19937_64 random{7};
    std::map<std::uint64_t, unsigned> succeeded;
};

TEST_F (SpecRandomSteps, break_no_theorem) {
    for (unsigned step = 0; step < 60'000; ++step) {
        const std::size_t cpu = random () % 2;
        spec.time_is (step / 60);
        spec.state ().cpus[cpu] ? guest_step (cpu) : host_step (cpu);
        if (step % 100 == 0) { ASSERT_EQ (broken_theorem (spec.state ()), "") << step; }
    }
    for (std::uint64_t id = RAVELIN_VM_CREATE; id <= RAVELIN_ID_REGISTER; ++id) {
        EXPECT_GT (succeeded[id], 10U) << std::hex << id << " hardly ever succeeds";
    }
}

}  // namespace
}  // namespace ravelin::spec::test
