// SPDX-License-Identifier: BSD-2-Clause

// The host's calls about a VM's GIC and time: what they do, and the statuses that hyp/abi/vm_calls.h promises.

#include "tests/unit/hyp/vgic_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace test;
using namespace sim;

constexpr std::uint64_t dist = PlayedCpu::distributor;
constexpr std::uint64_t inte = PlayedCpu::cpu_interface;
constexpr std::uint64_t gicc = RAVELIN_GICC;

class VgicCalls : public Vgic {
  protected:
    /// A VM without GIC, and with a page for tables beside the one that came with it, or without.
    [[nodiscard]] auto bare (std::uint64_t bits = 40, std::uint64_t pages = 8) -> std::uint64_t {
        EXPECT_EQ (
            host.call ({RAVELIN_VM_CREATE, machine.pages (RAVELIN_VM_PAGES, RAVELIN_VM_PAGES * page_size), bits, 3}),
            RAVELIN_SUCCESS);
        const auto handle = host.x (1);
        if (pages != 0) {
            EXPECT_EQ (host.call ({RAVELIN_VM_TOP_UP, handle, machine.pages (pages), pages}), RAVELIN_SUCCESS);
        }
        return handle;
    }
    auto set_gic (std::uint64_t handle, std::uint64_t where = dist, std::uint64_t interface = inte,
                  std::uint64_t intids = 96) -> std::int64_t {
        return host.call ({RAVELIN_VM_SET_GIC, handle, where, interface, intids});
    }

    auto get (std::uint64_t which, std::uint64_t vcpu = 0) -> std::uint64_t {
        EXPECT_EQ (host.call ({RAVELIN_GIC_GET, vm, vcpu, which}), RAVELIN_SUCCESS) << std::hex << which;
        return host.x (1);
    }
    void set (std::uint64_t which, std::uint64_t value, std::uint64_t vcpu = 0) {
        EXPECT_EQ (host.call ({RAVELIN_GIC_SET, vm, vcpu, which, value}), RAVELIN_SUCCESS) << std::hex << which;
    }

    void destroy (std::uint64_t handle) {
        EXPECT_EQ (host.call ({RAVELIN_VM_DESTROY, handle}), RAVELIN_SUCCESS);
        while (host.call ({RAVELIN_VM_RECLAIM, handle}) == RAVELIN_AGAIN) {}
        EXPECT_EQ (host.x (0), static_cast<std::uint64_t> (RAVELIN_SUCCESS));
    }

    PlayedCpu &host{cpu (2)};
};
}  // namespace

TEST_F (VgicCalls, gic_lies_where_it_may) {
    const auto other = bare (36);
    for (const auto &[where, interface] : std::initializer_list<std::pair<std::uint64_t, std::uint64_t>>{
             {dist + 8, inte},
             {dist, inte + 8},
             {1ULL << 36, inte},
             {dist, (1ULL << 36) - page_size},
             {~0ULL << 12, inte},
             {dist, ~0ULL << 12},
             {inte, inte},
             {inte + page_size, inte},
         }) {
        EXPECT_EQ (set_gic (other, where, interface), RAVELIN_INVALID) << std::hex << where << ' ' << interface;
    }
    EXPECT_EQ (set_gic (other, inte + 2 * page_size, inte), RAVELIN_SUCCESS);
    EXPECT_EQ (set_gic (bare (36), (1ULL << 36) - page_size, (1ULL << 36) - 3 * page_size), RAVELIN_SUCCESS);
    EXPECT_EQ (set_gic (bare (36), inte - page_size, inte), RAVELIN_SUCCESS);
}

TEST_F (VgicCalls, gic_has_whole_banks_of_intids) {
    const auto other = bare ();
    for (const std::uint64_t intids : {0ULL, 31ULL, 33ULL, 1056ULL, ~0ULL - 31, 1ULL << 32 | 32}) {
        EXPECT_EQ (set_gic (other, dist, inte, intids), RAVELIN_INVALID) << intids;
    }
    EXPECT_EQ (set_gic (other, dist, inte, 32), RAVELIN_SUCCESS);
    EXPECT_EQ (set_gic (bare (), dist, inte, 1024), RAVELIN_SUCCESS);
    EXPECT_EQ (set_gic (0, dist, inte, 32), RAVELIN_INVALID);
}

TEST_F (VgicCalls, gic_is_given_to_a_new_vm_once_and_not_over_its_ram) {
    const auto other = bare ();
    EXPECT_EQ (host.call ({RAVELIN_VM_ADD_RAM, other, dist, page_size}), RAVELIN_SUCCESS);
    EXPECT_EQ (set_gic (other), RAVELIN_EXISTS);
    EXPECT_EQ (set_gic (other, dist + page_size, dist - page_size), RAVELIN_EXISTS) << "its second page";
    EXPECT_EQ (set_gic (other, dist - page_size, inte), RAVELIN_SUCCESS);
    EXPECT_EQ (set_gic (other, dist - 2 * page_size, inte), RAVELIN_EXISTS);
    EXPECT_EQ (set_gic (other, dist + 8), RAVELIN_INVALID) << "checked in the order of the list";
    guest.enter (vm);
    guest.leave ();
    EXPECT_EQ (set_gic (vm), RAVELIN_DENIED);
    EXPECT_EQ (set_gic (vm, dist + 8), RAVELIN_INVALID);
}

TEST_F (VgicCalls, gic_takes_a_page_beside_those_for_its_tables) {
    // There is a page left of the VM's own. Mapping a page wants two tables, the GIC another.
    const auto other = bare (40, 0);
    EXPECT_EQ (set_gic (other), RAVELIN_NO_MEMORY);
    EXPECT_EQ (host.call ({RAVELIN_VM_TOP_UP, other, machine.pages (1), 1}), RAVELIN_SUCCESS);
    EXPECT_EQ (set_gic (other), RAVELIN_NO_MEMORY);
    EXPECT_EQ (host.call ({RAVELIN_VM_TOP_UP, other, machine.pages (1), 1}), RAVELIN_SUCCESS);
    EXPECT_EQ (set_gic (other), RAVELIN_SUCCESS);
}

TEST_F (VgicCalls, ram_is_not_declared_over_a_gic) {
    for (const auto ipa : {dist, inte, inte + page_size}) {
        EXPECT_EQ (host.call ({RAVELIN_VM_ADD_RAM, vm, ipa, page_size}), RAVELIN_EXISTS) << std::hex << ipa;
    }
    for (const auto ipa : {dist - page_size, dist + page_size, inte - page_size, inte + 2 * page_size}) {
        EXPECT_EQ (host.call ({RAVELIN_VM_ADD_RAM, vm, ipa, page_size}), RAVELIN_SUCCESS) << std::hex << ipa;
    }
}

TEST_F (VgicCalls, gic_is_no_memory_to_unmap_or_protect) {
    for (const auto ipa : {dist, inte, inte + page_size}) {
        EXPECT_EQ (host.call ({RAVELIN_VM_UNMAP, vm, ipa, 1}), RAVELIN_INVALID) << std::hex << ipa;
        EXPECT_EQ (host.call ({RAVELIN_VM_PROTECT, vm, ipa, 1, 0}), RAVELIN_INVALID) << std::hex << ipa;
    }
    EXPECT_EQ (host.call ({RAVELIN_VM_UNMAP, vm, inte - page_size, 2}), RAVELIN_INVALID);
    EXPECT_EQ (host.call ({RAVELIN_VM_UNMAP, vm, inte - page_size, 1}), RAVELIN_SUCCESS);
    EXPECT_EQ (host.call ({RAVELIN_VM_UNMAP, vm, inte + 2 * page_size, 1}), RAVELIN_SUCCESS);
}

TEST_F (VgicCalls, memory_of_a_gic_comes_back_with_the_rest) {
    const auto count_owned = [&] {
        std::uint64_t owned = 0;
        for (auto pa = VmMachine::free_memory; pa < machine.pages (0); pa += page_size) {
            owned += machine.host_reaches (pa) ? 0 : 1;
        }
        return owned;
    };
    enter (0);
    open (40);
    set_pending (40);
    EXPECT_EQ (guest.acknowledge (), 40U);
    guest.leave ();
    const auto before = count_owned ();
    EXPECT_GT (before, 0U);
    destroy (vm);
    EXPECT_EQ (count_owned (), 0U);
}

TEST_F (VgicCalls, gic_ends_with_its_vm_and_another_in_its_pages_begins_anew) {
    enter (0);
    open (40);
    guest.leave ();
    destroy (vm);
    EXPECT_EQ (host.call ({RAVELIN_GIC_GET, vm, 0, 0}), RAVELIN_INVALID);
    vm = machine.make ({});
    guest.enter (vm);
    EXPECT_EQ (guest.load (gicd::ctlr), 0U);
    EXPECT_EQ (guest.load (gicd::isenabler + 4), 0U);
}

TEST_F (VgicCalls, lines_are_those_of_spis_that_there_are) {
    for (const std::uint64_t intid : {0ULL, 31ULL, 96ULL, 1020ULL, 1ULL << 32 | 40, ~0ULL}) {
        EXPECT_EQ (host.call ({RAVELIN_VM_SET_LINE, vm, intid, 1}), RAVELIN_INVALID) << intid;
    }
    EXPECT_EQ (host.call ({RAVELIN_VM_SET_LINE, vm, 40, 2}), RAVELIN_INVALID);
    EXPECT_EQ (host.call ({RAVELIN_VM_SET_LINE, vm, 40, 1ULL << 32}), RAVELIN_INVALID);
    EXPECT_EQ (host.call ({RAVELIN_VM_SET_LINE, bare (), 40, 1}), RAVELIN_INVALID) << "no GIC";
    EXPECT_EQ (host.call ({RAVELIN_VM_SET_LINE, 0, 40, 1}), RAVELIN_INVALID);
    for (const std::uint64_t intid : {32U, 95U}) {
        EXPECT_EQ (host.call ({RAVELIN_VM_SET_LINE, vm, intid, 1}), RAVELIN_SUCCESS);
    }
    const auto largest = machine.make ({.vcpus = 1, .intids = 1024});
    EXPECT_EQ (host.call ({RAVELIN_VM_SET_LINE, largest, 1019, 1}), RAVELIN_SUCCESS);
    EXPECT_EQ (host.call ({RAVELIN_VM_SET_LINE, largest, 1020, 1}), RAVELIN_INVALID);
    EXPECT_EQ (host.call ({RAVELIN_VM_DESTROY, vm}), RAVELIN_SUCCESS);
    EXPECT_EQ (host.call ({RAVELIN_VM_SET_LINE, vm, 40, 1}), RAVELIN_DENIED);
    EXPECT_EQ (host.call ({RAVELIN_VM_SET_LINE, vm, 31, 1}), RAVELIN_INVALID);
}

TEST_F (VgicCalls, line_names_vcpus_to_run_that_do_not) {
    enter (0);
    open (40, 0x80, 0b110);
    EXPECT_EQ (line (40, 1), 0b110U);
    line (40, 0);
    open (41, 0x80, 0b101);
    EXPECT_EQ (line (41, 1), 0b100U) << "vCPU 0 runs, and is kicked";
    EXPECT_EQ (guest.takes (), 1U);
    EXPECT_EQ (guest.acknowledge (), 41U);
    EXPECT_EQ (line (42, 1), 0U) << "it isn't enabled";
    EXPECT_EQ (guest.takes (), 0U);
}

TEST_F (VgicCalls, line_of_what_nobody_can_take_wakes_nobody) {
    vm = machine.make ({.vcpus = 1, .limit = 3});
    set (gicd::ctlr, 1);
    set (gicd::isenabler + 4, 1U << 8);
    set (gicd::itargetsr + 40, 0b110);
    EXPECT_EQ (line (40, 1), 0U) << "no such vCPUs";
    set (gicd::itargetsr + 40, 0b111);
    EXPECT_EQ (line (40, 0), 0U);
    EXPECT_EQ (line (40, 1), 0b001U);
}

TEST_F (VgicCalls, time_is_set_while_no_vcpu_runs_and_of_a_protected_vm_before_the_first_run) {
    EXPECT_EQ (host.call ({RAVELIN_VM_SET_TIME, 0, 1}), RAVELIN_INVALID);
    EXPECT_EQ (host.call ({RAVELIN_VM_SET_TIME, vm, 1}), RAVELIN_SUCCESS);
    EXPECT_EQ (host.call ({RAVELIN_VM_SET_TIME, vm, ~0ULL}), RAVELIN_SUCCESS);
    guest.enter (vm);
    EXPECT_EQ (host.call ({RAVELIN_VM_SET_TIME, vm, 1}), RAVELIN_BUSY);
    guest.leave ();
    EXPECT_EQ (host.call ({RAVELIN_VM_SET_TIME, vm, 2}), RAVELIN_SUCCESS);
    EXPECT_EQ (host.call ({RAVELIN_VM_DESTROY, vm}), RAVELIN_SUCCESS);
    EXPECT_EQ (host.call ({RAVELIN_VM_SET_TIME, vm, 1}), RAVELIN_DENIED);
    const auto secret = machine.make ({.is_protected = true, .vcpus = 1});
    EXPECT_EQ (host.call ({RAVELIN_VM_SET_TIME, secret, 1}), RAVELIN_SUCCESS);
    guest.enter (secret);
    EXPECT_EQ (host.call ({RAVELIN_VM_SET_TIME, secret, 1}), RAVELIN_DENIED);
    guest.leave ();
    EXPECT_EQ (host.call ({RAVELIN_VM_SET_TIME, secret, 1}), RAVELIN_DENIED);
}

TEST_F (VgicCalls, state_is_a_plain_vms_of_which_no_vcpu_runs) {
    const auto is_protected = machine.make ({.is_protected = true, .vcpus = 1});
    const auto both = [&] (std::uint64_t handle, std::uint64_t number, std::uint64_t which, std::int64_t status) {
        EXPECT_EQ (host.call ({RAVELIN_GIC_GET, handle, number, which}), status) << std::hex << which;
        EXPECT_EQ (host.call ({RAVELIN_GIC_SET, handle, number, which, 0}), status) << std::hex << which;
    };
    both (0, 0, 0, RAVELIN_INVALID);
    both (vm, 3, 0, RAVELIN_INVALID);
    both (vm, ~0ULL, 0, RAVELIN_INVALID);
    both (bare (), 0, 0, RAVELIN_INVALID);
    both (machine.make ({.vcpus = 1, .gic = false}), 0, 0, RAVELIN_INVALID);
    constexpr std::array<std::uint64_t, 15> no_registers{
        1,           2,           0xfff,       gicc + 1,    gicc + 0x0c,   gicc + 0x10, gicc + 0x14, gicc + 0x18,
        gicc + 0x20, gicc + 0xd4, gicc + 0xe0, gicc + 0xfc, gicc + 0x1000, ~3ULL,       1ULL << 32};
    for (const auto which : no_registers) {
        both (vm, 0, which, RAVELIN_INVALID);
        both (is_protected, 0, which, RAVELIN_INVALID);
    }
    both (is_protected, 0, 0, RAVELIN_DENIED);
    EXPECT_EQ (host.call ({RAVELIN_GIC_SET, vm, 0, 0, 1ULL << 32}), RAVELIN_INVALID);
    EXPECT_EQ (host.call ({RAVELIN_GIC_SET, is_protected, 0, 0, 1ULL << 32}), RAVELIN_INVALID);
    guest.enter (vm);
    both (vm, 1, 0, RAVELIN_BUSY);
    guest.leave ();
    both (vm, 1, 0, RAVELIN_SUCCESS);
    EXPECT_EQ (host.call ({RAVELIN_VM_DESTROY, vm}), RAVELIN_SUCCESS);
    both (vm, 0, 0, RAVELIN_DENIED);
}

TEST_F (VgicCalls, distributors_registers_are_set_as_the_guest_would_and_found_by_it) {
    set (gicd::ctlr, 3);
    set (gicd::isenabler + 4, 1U << 8);
    set (gicd::ipriorityr + 40, 0x8f);
    set (gicd::itargetsr + 40, 0x01);
    set (gicd::icfgr + 8, 0x0002'0000);
    set (gicd::isactiver, 1U << 20, 1);
    EXPECT_EQ (get (gicd::typer), 0x42U);
    EXPECT_EQ (get (gicd::ipriorityr + 40), 0x88U);
    EXPECT_EQ (get (gicd::isactiver), 0U);
    EXPECT_EQ (get (gicd::isactiver, 1), 1U << 20);
    EXPECT_EQ (get (gicd::itargetsr, 1), 0x0202'0202U);
    EXPECT_EQ (get (0x00c), 0U);
    EXPECT_EQ (get (0xffc), 0xb1U);
    set (gicd::ispendr + 4, 1U << 8);
    guest.enter (vm);
    guest.set_interface (gicv::ctlr, 1);
    guest.set_interface (gicv::pmr, 0xff);
    EXPECT_EQ (guest.load (gicd::icfgr + 8), 0x0002'0000U);
    EXPECT_EQ (guest.take_all (), Taken{40});
}

TEST_F (VgicCalls, sgir_sends_nothing_for_the_host) {
    set (gicd::ctlr, 3);
    set (gicd::sgir, gicd::sgi (1, 0b111));
    EXPECT_EQ (get (gicd::ispendr), 0U);
    set (gicd::spendsgir + 0, 0x0000'0200);
    EXPECT_EQ (get (gicd::ispendr), 2U);
    guest.enter (vm);
    guest.open_interface ();
    EXPECT_EQ (guest.take_all (), Taken{1U << 10 | 1});
}

TEST_F (VgicCalls, cpu_interfaces_registers_are_what_the_guest_has) {
    enter (0);
    guest.set_interface (gicv::ctlr, 3 | gicv::cbpr | gicv::split_eoi);
    guest.set_interface (gicv::pmr, 0xa8);
    guest.set_interface (gicv::bpr, 4);
    guest.set_interface (gicv::abpr, 6);
    open (40);
    set_pending (40);
    EXPECT_EQ (guest.acknowledge (), 40U);
    const auto active = guest.interface (gicv::apr0);
    EXPECT_NE (active, 0U);
    guest.leave ();
    EXPECT_EQ (get (gicc + gicv::ctlr), 3 | gicv::cbpr | gicv::split_eoi);
    EXPECT_EQ (get (gicc + gicv::pmr), 0xa8U);
    EXPECT_EQ (get (gicc + gicv::bpr), 4U);
    EXPECT_EQ (get (gicc + gicv::abpr), 6U);
    EXPECT_EQ (get (gicc + gicv::apr0), active);
    EXPECT_EQ (get (gicc + gicv::pmr, 1), 0U);
    set (gicc + gicv::ctlr, 0xffff'ffff, 1);
    EXPECT_EQ (get (gicc + gicv::ctlr, 1), 0x21fU) << "the bits that there are";
    set (gicc + gicv::ctlr, 1, 1);
    set (gicc + gicv::pmr, 0x5f, 1);
    set (gicc + gicv::bpr, 3, 1);
    set (gicc + gicv::abpr, 5, 1);
    set (gicc + gicv::apr0, 1U << 8, 1);
    EXPECT_EQ (get (gicc + gicv::pmr, 1), 0x58U) << "five bits";
    cpu (1).enter (vm, 1);
    EXPECT_EQ (cpu (1).interface (gicv::ctlr), 1U);
    EXPECT_EQ (cpu (1).interface (gicv::pmr), 0x58U);
    EXPECT_EQ (cpu (1).interface (gicv::bpr), 3U);
    EXPECT_EQ (cpu (1).interface (gicv::abpr), 5U);
    EXPECT_EQ (cpu (1).interface (gicv::apr0), 1U << 8);
}

}  // namespace ravelin
