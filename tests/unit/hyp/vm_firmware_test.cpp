// SPDX-License-Identifier: BSD-2-Clause
// Where a protected VM begins: promise 3 (boot).
#include "hyp/abi/boot.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"
#include "sim/machine/ravelin_image.hpp"
#include "tests/unit/hyp/vm_machine.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace hal::sysreg;
using test::VmMachine;

constexpr std::uint64_t firmware_size = RAVELIN_FIRMWARE_PAGES * page_size;
constexpr std::uint64_t gicd          = 0x0800'0000;
constexpr std::uint64_t gicc          = 0x0801'0000;
constexpr std::uint64_t tree          = 0x4567'8000;

class VmFirmware : public testing::Test {
  protected:
    /// A protected VM of four vCPUs at most, with RAM and pages for tables, but without vCPUs.
    [[nodiscard]] auto bare_vm (std::uint64_t property = RAVELIN_VM_PROTECTED) -> std::uint64_t {
        const auto block = machine.pages (RAVELIN_VM_PAGES, RAVELIN_VM_PAGES * page_size);
        EXPECT_EQ (machine.call ({RAVELIN_VM_CREATE, block, 39 | property, 4}), RAVELIN_SUCCESS);
        const auto vm = machine.registers ().x[1];
        EXPECT_EQ (machine.call ({RAVELIN_VM_ADD_RAM, vm, VmMachine::ram, VmMachine::ram_size}), RAVELIN_SUCCESS);
        EXPECT_EQ (machine.call ({RAVELIN_VM_TOP_UP, vm, machine.pages (8), 8}), RAVELIN_SUCCESS);
        return vm;
    }

    /// Fills pages of the host's with what it would like to run.
    [[nodiscard]] auto hostile_pages (std::uint64_t count) -> std::uint64_t {
        const auto first = machine.pages (count);
        for (std::uint64_t at = 0; at < count * page_size; at += sizeof at) {
            machine.poke (first + at, 0xbad0'bad0'bad0'bad0);
        }
        return first;
    }

    auto create (std::uint64_t vm, std::uint64_t number, std::uint64_t pc, std::uint64_t flags = 0) -> std::int64_t {
        return machine.call ({RAVELIN_VCPU_CREATE, vm, number, machine.pages (1), pc, tree, flags});
    }

    struct Made {
        std::uint64_t vm;
        std::uint64_t pages;  // PA of its firmware's
    };

    /// The same with its first vCPU, whose firmware goes where the host has left something.
    [[nodiscard]] auto vm_with_firmware () -> Made {
        const Made made{bare_vm (), hostile_pages (RAVELIN_FIRMWARE_PAGES)};
        EXPECT_EQ (machine.call ({RAVELIN_VM_DONATE, made.vm, VmMachine::firmware, made.pages, RAVELIN_FIRMWARE_PAGES}),
                   RAVELIN_SUCCESS);
        EXPECT_EQ (create (made.vm, 0, VmMachine::firmware), RAVELIN_SUCCESS);
        return made;
    }

    [[nodiscard]] auto bytes (std::uint64_t pa, std::uint64_t size) -> std::span<const std::byte> {
        return machine.hal ().bytes ({Pa{pa}, size});
    }

    [[nodiscard]] auto parameters (std::uint64_t pa) -> const ravelin_boot_parameters & {
        return machine.hal ().object<ravelin_boot_parameters> (Pa{pa});
    }

    VmMachine machine;
};
}  // namespace

TEST_F (VmFirmware, comes_over_whatever_the_host_left_in_its_pages) {
    const auto [vm, pages] = vm_with_firmware ();
    const auto image       = sim::RavelinImage::firmware ();
    const auto in_vm       = bytes (pages, firmware_size);
    const auto entry       = std::size_t{RAVELIN_FIRMWARE_ENTRY};
    const auto is_zero     = [] (std::byte byte) {
        return byte == std::byte{};
    };
    EXPECT_TRUE (std::ranges::equal (in_vm.subspan (entry, image.size () - entry), image.subspan (entry)));
    EXPECT_TRUE (std::ranges::all_of (in_vm.subspan (image.size ()), is_zero));
    EXPECT_TRUE (std::ranges::all_of (
        in_vm.subspan (sizeof (ravelin_boot_parameters)).first (entry - sizeof (ravelin_boot_parameters)), is_zero));
}

TEST_F (VmFirmware, is_whole_also_in_pages_that_lie_apart) {
    const auto vm = bare_vm ();
    std::array<std::uint64_t, RAVELIN_FIRMWARE_PAGES> pages{};
    for (std::uint64_t i = RAVELIN_FIRMWARE_PAGES; i-- > 0;) {
        pages.at (i) = machine.pages (1);
        static_cast<void> (machine.pages (1));
        const auto ipa = VmMachine::firmware + i * page_size;
        ASSERT_EQ (machine.call ({RAVELIN_VM_DONATE, vm, ipa, pages.at (i), 1}), RAVELIN_SUCCESS);
    }
    ASSERT_EQ (create (vm, 0, VmMachine::firmware), RAVELIN_SUCCESS);
    const auto image = sim::RavelinImage::firmware ();
    for (std::uint64_t i = 1; i < image.size () / page_size; ++i) {
        EXPECT_TRUE (std::ranges::equal (bytes (pages.at (i), page_size), image.subspan (i * page_size, page_size)))
            << i;
    }
}

TEST_F (VmFirmware, is_where_the_first_vcpu_begins_and_its_registers_tell_nothing_of_the_hosts) {
    const auto vm = machine.make_vm (true);
    machine.enter (vm);
    EXPECT_EQ (machine.hal ().read<elr_el2> (), VmMachine::firmware + RAVELIN_FIRMWARE_ENTRY);
    EXPECT_EQ (machine.registers ().x[0], 0U);
}

TEST_F (VmFirmware, is_told_what_the_vm_is_when_it_runs_first) {
    const auto [vm, pages] = vm_with_firmware ();
    // What comes after the first vCPU counts too.
    ASSERT_EQ (create (vm, 2, 0, RAVELIN_VCPU_OFF), RAVELIN_SUCCESS);
    ASSERT_EQ (machine.call ({RAVELIN_VM_ADD_RAM, vm, 0x1'0000'0000, 3 * page_size}), RAVELIN_SUCCESS);
    ASSERT_EQ (machine.call ({RAVELIN_VM_SET_GIC, vm, gicd, gicc, 96}), RAVELIN_SUCCESS);
    machine.enter (vm);
    const auto &told = parameters (pages);
    EXPECT_EQ (told.device_tree, tree);
    EXPECT_EQ (told.distributor, gicd);
    EXPECT_EQ (told.cpu_interface, gicc);
    EXPECT_EQ (told.intids, 96U);
    EXPECT_EQ (told.vcpus, 0b101U);
    EXPECT_EQ (told.ipa_bits, 39U);
    ASSERT_EQ (told.ram_ranges, 2U);
    EXPECT_EQ (told.ram[0].start, VmMachine::ram);
    EXPECT_EQ (told.ram[0].size, VmMachine::ram_size);
    EXPECT_EQ (told.ram[1].start, 0x1'0000'0000U);
    EXPECT_EQ (told.ram[1].size, 3 * page_size);
}

TEST_F (VmFirmware, hears_of_no_gic_where_there_is_none) {
    const auto [vm, pages] = vm_with_firmware ();
    machine.enter (vm);
    EXPECT_EQ (parameters (pages).distributor, 0U);
    EXPECT_EQ (parameters (pages).cpu_interface, 0U);
    EXPECT_EQ (parameters (pages).intids, 0U);
}

TEST_F (VmFirmware, is_told_once) {
    const auto vm = machine.make_vm (true);
    machine.enter (vm);
    const auto place = machine.machine ().hypervisor ().vms ().look_up (machine.hal (), vm)->firmware.value ();
    machine.poke (place, 0x1234);  // as the guest may
    machine.interrupt ();
    machine.enter (vm);
    EXPECT_EQ (machine.peek (place), 0x1234U);
}

TEST_F (VmFirmware, wants_all_its_pages_to_be_ram_that_is_there) {
    const auto vm    = bare_vm ();
    const auto pages = machine.pages (RAVELIN_FIRMWARE_PAGES);
    const auto last  = VmMachine::firmware + firmware_size - page_size;
    EXPECT_EQ (create (vm, 0, VmMachine::firmware), RAVELIN_INVALID) << "nothing is there";
    ASSERT_EQ (machine.call ({RAVELIN_VM_DONATE, vm, VmMachine::firmware, pages, RAVELIN_FIRMWARE_PAGES - 1}),
               RAVELIN_SUCCESS);
    EXPECT_EQ (create (vm, 0, VmMachine::firmware), RAVELIN_INVALID) << "the last page isn't";
    ASSERT_EQ (machine.call ({RAVELIN_VM_DONATE, vm, last, pages + firmware_size - page_size, 1}), RAVELIN_SUCCESS);
    EXPECT_EQ (create (vm, 0, VmMachine::firmware + page_size), RAVELIN_INVALID) << "it would end behind RAM";
    EXPECT_EQ (create (vm, 0, VmMachine::firmware + 4), RAVELIN_INVALID) << "it's not at a page";
    EXPECT_EQ (create (vm, 0, ~0xfffULL), RAVELIN_INVALID) << "there's no such address";
    EXPECT_EQ (create (vm, 0, VmMachine::firmware), RAVELIN_SUCCESS);
    EXPECT_EQ (create (vm, 0, VmMachine::firmware), RAVELIN_EXISTS);
}

TEST_F (VmFirmware, is_the_only_way_in) {
    const auto vm = bare_vm ();
    ASSERT_EQ (machine.call ({RAVELIN_VM_DONATE, vm, VmMachine::firmware, machine.pages (RAVELIN_FIRMWARE_PAGES),
                              RAVELIN_FIRMWARE_PAGES}),
               RAVELIN_SUCCESS);
    EXPECT_EQ (create (vm, 1, VmMachine::firmware), RAVELIN_INVALID) << "only the first begins by itself";
    EXPECT_EQ (create (vm, 0, VmMachine::firmware, RAVELIN_VCPU_OFF), RAVELIN_INVALID);
    EXPECT_EQ (create (vm, 1, VmMachine::ram, RAVELIN_VCPU_OFF), RAVELIN_SUCCESS);
    EXPECT_EQ (machine.run (vm, 1), RAVELIN_SUCCESS);
    EXPECT_EQ (machine.registers ().x[1], std::uint64_t{RAVELIN_EXIT_OFF}) << "nobody has turned it on";
    EXPECT_EQ (create (vm, 0, VmMachine::firmware), RAVELIN_DENIED) << "and nobody will";
}

TEST_F (VmFirmware, of_a_plain_vm_there_is_none) {
    const auto vm = bare_vm (0);
    ASSERT_EQ (create (vm, 0, VmMachine::ram + 8), RAVELIN_SUCCESS);
    ASSERT_EQ (create (vm, 1, VmMachine::ram + 12), RAVELIN_SUCCESS);
    machine.enter (vm, 1);
    EXPECT_EQ (machine.hal ().read<elr_el2> (), VmMachine::ram + 12);
    EXPECT_EQ (machine.registers ().x[0], tree);
}

TEST_F (VmFirmware, refuses_for_good_and_says_why) {
    const auto vm = machine.make_vm (true);
    machine.enter (vm);
    static_cast<void> (machine.guest_call ({RAVELIN_GUEST_REFUSE, RAVELIN_REFUSED_KERNEL, 0, 0}));
    EXPECT_FALSE (machine.in_guest ());
    EXPECT_EQ (machine.registers ().x[0], static_cast<std::uint64_t> (RAVELIN_SUCCESS));
    EXPECT_EQ (machine.registers ().x[1], std::uint64_t{RAVELIN_EXIT_REFUSED});
    EXPECT_EQ (machine.registers ().x[2], std::uint64_t{RAVELIN_REFUSED_KERNEL});
    EXPECT_EQ (machine.registers ().x[3], 0U);
    EXPECT_EQ (machine.run (vm), RAVELIN_SUCCESS);
    EXPECT_EQ (machine.registers ().x[1], std::uint64_t{RAVELIN_EXIT_OFF});
    machine.destroy (vm);
}

TEST_F (VmFirmware, refuses_with_32_bits_alone) {
    machine.enter (machine.make_vm (true));
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_REFUSE, 1ULL << 32, 0, 0}), SMCCC_INVALID_PARAMETER);
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_REFUSE, 1, 1, 0}), SMCCC_INVALID_PARAMETER);
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_REFUSE, 1, 0, 1}), SMCCC_INVALID_PARAMETER);
    EXPECT_TRUE (machine.in_guest ());
}

TEST_F (VmFirmware, alone_refuses) {
    machine.enter (machine.make_vm (false));
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_REFUSE, 1, 0, 0}), SMCCC_NOT_SUPPORTED);
    EXPECT_TRUE (machine.in_guest ());
}

}  // namespace ravelin
