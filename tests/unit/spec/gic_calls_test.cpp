// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/spec/gic_host.hpp"

namespace ravelin::spec::test {
namespace {

class SpecGicCalls : public GicHost {
  protected:
    auto place (std::uint64_t distributor, std::uint64_t interface, std::uint64_t number = 64) -> std::int64_t {
        return call ({RAVELIN_VM_SET_GIC, other, distributor, interface, number});
    }

    Handle other{fed_vm (protected_one)};
};

TEST_F (SpecGicCalls, a_gic_takes_a_page_and_the_tables_that_lead_to_its_cpu_interface) {
    const std::uint64_t before = free_tables (other);
    EXPECT_EQ (place (gicd, gicc), RAVELIN_SUCCESS);
    EXPECT_EQ (free_tables (other), before - 3);
    EXPECT_EQ (mapping (other, gicc), nullptr) << "it's no memory";
}

TEST_F (SpecGicCalls, a_gic_needs_that_many_pages) {
    const Handle hungry = new_vm (plain);
    EXPECT_EQ (call ({RAVELIN_VM_TOP_UP, hungry, new_page (), 1}), RAVELIN_SUCCESS);
    EXPECT_EQ (call ({RAVELIN_VM_SET_GIC, hungry, gicd, gicc, 32}), RAVELIN_NO_MEMORY);
    EXPECT_EQ (call ({RAVELIN_VM_TOP_UP, hungry, new_page (), 1}), RAVELIN_SUCCESS);
    EXPECT_EQ (call ({RAVELIN_VM_SET_GIC, hungry, gicd, gicc, 32}), RAVELIN_SUCCESS);
}

TEST_F (SpecGicCalls, set_gic_refuses_what_it_should) {
    EXPECT_EQ (call ({RAVELIN_VM_SET_GIC, 0, gicd, gicc, 64}), RAVELIN_INVALID);
    EXPECT_EQ (place (gicd + 8, gicc), RAVELIN_INVALID);
    EXPECT_EQ (place (gicd, gicc + 8), RAVELIN_INVALID);
    EXPECT_EQ (place (1ULL << 40, gicc), RAVELIN_INVALID);
    EXPECT_EQ (place (gicd, (1ULL << 40) - page_bytes), RAVELIN_INVALID) << "two pages";
    EXPECT_EQ (place (gicd, gicd), RAVELIN_INVALID);
    EXPECT_EQ (place (gicc + page_bytes, gicc), RAVELIN_INVALID) << "over the second page";
    for (const std::uint64_t number : {0U, 16U, 33U, 1056U}) {
        EXPECT_EQ (place (gicd, gicc, number), RAVELIN_INVALID) << number;
    }
    EXPECT_EQ (place (vm_ram, gicc), RAVELIN_EXISTS);
    EXPECT_EQ (place (gicd, vm_ram - page_bytes), RAVELIN_EXISTS) << "RAM is at its second page";
    EXPECT_EQ (place (gicd, gicc, 1024), RAVELIN_SUCCESS);
    EXPECT_EQ (place (gicd, gicc, 1024), RAVELIN_EXISTS);
    EXPECT_EQ (create_vcpu (other), RAVELIN_SUCCESS);
    run (other);
    EXPECT_EQ (call ({RAVELIN_VM_SET_GIC, other, gicd, gicc, 64}, 1), RAVELIN_DENIED) << "it isn't new";
}

TEST_F (SpecGicCalls, nothing_else_is_where_the_gic_is) {
    EXPECT_EQ (call ({RAVELIN_VM_ADD_RAM, vm, gicd, page_bytes}), RAVELIN_EXISTS);
    EXPECT_EQ (call ({RAVELIN_VM_ADD_RAM, vm, gicc + page_bytes, page_bytes}), RAVELIN_EXISTS);
    EXPECT_EQ (call ({RAVELIN_VM_PROTECT, vm, gicd - page_bytes, 2, 0}), RAVELIN_INVALID);
    EXPECT_EQ (call ({RAVELIN_VM_UNMAP, vm, gicc + page_bytes, 1}), RAVELIN_INVALID);
    EXPECT_EQ (call ({RAVELIN_VM_ADD_RAM, vm, gicd + page_bytes, page_bytes}), RAVELIN_SUCCESS);
}

TEST_F (SpecGicCalls, line_refuses_what_it_should) {
    EXPECT_EQ (call ({RAVELIN_VM_SET_LINE, 0, 40, 1}), RAVELIN_INVALID);
    EXPECT_EQ (call ({RAVELIN_VM_SET_LINE, other, 40, 1}), RAVELIN_INVALID) << "it has no GIC";
    for (const std::uint64_t intid : {31ULL, 96ULL, 1020ULL, ~0ULL}) {
        EXPECT_EQ (line (intid, 1), RAVELIN_INVALID) << intid;
    }
    EXPECT_EQ (line (40, 2), RAVELIN_INVALID);
    EXPECT_EQ (call ({RAVELIN_VM_DESTROY, vm}), RAVELIN_SUCCESS);
    EXPECT_EQ (line (40, 1), RAVELIN_DENIED);
}

TEST_F (SpecGicCalls, a_line_wakes_the_vcpu_to_which_its_interrupt_goes) {
    open (40, 0b10);
    unmask ();
    EXPECT_EQ (line (40, 1, 0b10), RAVELIN_SUCCESS);
    EXPECT_EQ (last, returns (Next::host, {RAVELIN_SUCCESS, 0b10}));
    EXPECT_EQ (line (40, 1, 0), RAVELIN_SUCCESS) << "whoever runs it knows";
    EXPECT_EQ (line (40, 0, 0), RAVELIN_SUCCESS);
}

TEST_F (SpecGicCalls, a_line_wakes_nobody_else_and_forgets_nobody) {
    open (40, 0b10);
    unmask ();
    const Specification before = spec;
    const auto objection       = [&] (std::uint64_t woken) {
        spec = before;
        return spec.host_call (0, {RAVELIN_VM_SET_LINE, vm, 40, 1}, {.woken = woken}).objection;
    };
    EXPECT_EQ (objection (0b10), "");
    EXPECT_NE (objection (0), "");
    EXPECT_NE (objection (0b01), "");
    EXPECT_NE (objection (0b11), "");
    EXPECT_NE (objection (0b110), "");
}

TEST_F (SpecGicCalls, an_spi_of_two_vcpus_wakes_one_of_them) {
    open (40, 0b11);
    unmask ();
    const Specification before = spec;
    for (const std::uint64_t woken : {0b00U, 0b01U, 0b10U, 0b11U}) {
        spec = before;
        EXPECT_EQ (spec.host_call (0, {RAVELIN_VM_SET_LINE, vm, 40, 1}, {.woken = woken}).objection.empty (),
                   woken != 0);
    }
}

TEST_F (SpecGicCalls, what_a_guest_masks_may_wake_it) {
    open (40, 0b01, 0x80);
    set (RAVELIN_GICC + 0x00, 3);
    set (RAVELIN_GICC + 0x04, 0x80);
    EXPECT_EQ (line (40, 1, 0), RAVELIN_SUCCESS);
    EXPECT_EQ (line (40, 1, 1), RAVELIN_SUCCESS);
}

TEST_F (SpecGicCalls, what_is_disabled_wakes_nobody) {
    unmask ();
    EXPECT_EQ (line (40, 1, 0), RAVELIN_SUCCESS);
    EXPECT_NE (spec.host_call (0, {RAVELIN_VM_SET_LINE, vm, 40, 1}, {.woken = 1}).objection, "");
}

TEST_F (SpecGicCalls, an_edge_stays_and_a_level_goes_with_its_line) {
    set (0xc08, 0b10U << 16);  // 40 is an edge, 41 is a level
    for (const std::uint32_t intid : {40U, 41U}) {
        EXPECT_EQ (line (intid, 1), RAVELIN_SUCCESS);
        EXPECT_TRUE (interrupt_of (intid).pending ());
        EXPECT_EQ (line (intid, 0), RAVELIN_SUCCESS);
        EXPECT_EQ (interrupt_of (intid).pending (), intid == 40);
    }
    set (0x284, 1U << 8);
    EXPECT_FALSE (interrupt_of (40).pending ());
}

TEST_F (SpecGicCalls, get_and_set_refuse_what_they_should) {
    for (const std::uint64_t id : {RAVELIN_GIC_GET, RAVELIN_GIC_SET}) {
        EXPECT_EQ (call ({id, 0, 0, 0}), RAVELIN_INVALID);
        EXPECT_EQ (call ({id, vm, 2, 0}), RAVELIN_INVALID);
        EXPECT_EQ (call ({id, other, 0, 0}), RAVELIN_INVALID);
        for (const std::uint64_t offset : {2U, 0x100cU, 0x1001U, 0x10d4U, 0x2000U}) {
            EXPECT_EQ (call ({id, vm, 0, offset}), RAVELIN_INVALID) << offset;
        }
    }
    EXPECT_EQ (call ({RAVELIN_GIC_SET, vm, 0, 0, 1ULL << 32}), RAVELIN_INVALID);
    enter (1);
    EXPECT_EQ (call ({RAVELIN_GIC_GET, vm, 0, 0}, 1), RAVELIN_BUSY) << "another vCPU of it runs";
    EXPECT_EQ (call ({RAVELIN_GIC_SET, vm, 0, 0}, 1), RAVELIN_BUSY);
    EXPECT_EQ (call ({RAVELIN_VM_DESTROY, vm}, 1), RAVELIN_SUCCESS);
    EXPECT_EQ (call ({RAVELIN_GIC_GET, vm, 0, 0}, 1), RAVELIN_DENIED);
    EXPECT_EQ (call ({RAVELIN_GIC_SET, vm, 0, 0}, 1), RAVELIN_DENIED);
}

TEST_F (SpecGicCalls, a_protected_vm_hides_its_gic) {
    EXPECT_EQ (set_gic (other), RAVELIN_SUCCESS);
    EXPECT_EQ (create_vcpu (other), RAVELIN_SUCCESS);
    EXPECT_EQ (call ({RAVELIN_GIC_GET, other, 0, 0}), RAVELIN_DENIED);
    EXPECT_EQ (call ({RAVELIN_GIC_SET, other, 0, 0}), RAVELIN_DENIED);
    EXPECT_EQ (call ({RAVELIN_VM_SET_LINE, other, 40, 1}), RAVELIN_SUCCESS);
}

TEST_F (SpecGicCalls, the_cpu_interface_has_five_registers) {
    EXPECT_EQ (get (RAVELIN_GICC + 0x08), 2) << "at reset";
    EXPECT_EQ (get (RAVELIN_GICC + 0x1c), 3);
    const std::initializer_list<std::pair<std::uint64_t, std::uint64_t>> registers{
        {0x00, 0x21f}, {0x04, 0xf8}, {0x08, 7}, {0x1c, 7}, {0xd0, 0xffff'ffff}};
    for (const auto &[offset, mask] : registers) {
        set (RAVELIN_GICC + offset, 0xffff'ffff);
        EXPECT_EQ (get (RAVELIN_GICC + offset), mask);
        EXPECT_NE (get (RAVELIN_GICC + offset, 1), mask) << "it's banked";
    }
}

TEST_F (SpecGicCalls, sgir_sends_nothing) {
    set (0xf00, 0x0101'0003);
    EXPECT_FALSE (interrupt_of (3, 1).pending ());
}

}  // namespace
}  // namespace ravelin::spec::test
