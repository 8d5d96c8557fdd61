// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/spec/small_host.hpp"

namespace ravelin::spec::test {
namespace {

class SpecCreation : public SmallHost {
  protected:
    auto create (std::uint64_t pa, std::uint64_t properties = plain, std::uint64_t vcpus = 1) -> std::int64_t {
        return call ({RAVELIN_VM_CREATE, pa, properties, vcpus});
    }

    auto add_ram (Handle vm, std::uint64_t ipa, std::uint64_t bytes) -> std::int64_t {
        return call ({RAVELIN_VM_ADD_RAM, vm, ipa, bytes});
    }

    auto top_up (Handle vm, std::uint64_t pa, std::uint64_t pages) -> std::int64_t {
        return call ({RAVELIN_VM_TOP_UP, vm, pa, pages});
    }
};

TEST_F (SpecCreation, takes_four_pages_that_nobody_reaches_then) {
    const std::uint64_t pa = new_page (4);
    EXPECT_EQ (create (pa), RAVELIN_SUCCESS);
    EXPECT_EQ (last.x[1].value, next_handle - 1) << "the handle that the real side chose";
    for (unsigned i = 0; i < 4; ++i) {
        EXPECT_FALSE (host_reaches (pa + i * page_bytes));
        EXPECT_EQ (page (pa + i * page_bytes).use, Use::control);
    }
    EXPECT_TRUE (host_reaches (pa + 4 * page_bytes));
    EXPECT_EQ (spec.touched ().pages.size (), 4);
    EXPECT_EQ (free_tables (last.x[1].value), 1) << "the root is two, the control block one";
}

TEST_F (SpecCreation, ignores_the_upper_half_of_x0) {
    EXPECT_EQ (create (new_page (4)), RAVELIN_SUCCESS);
    EXPECT_EQ (call ({0xffff'ffff'0000'0000 | RAVELIN_VM_DESTROY, last.x[1].value}), RAVELIN_SUCCESS);
}

TEST_F (SpecCreation, refuses_arguments_out_of_range) {
    const std::uint64_t pa = new_page (4);
    EXPECT_EQ (create (pa + page_bytes), RAVELIN_INVALID);
    EXPECT_EQ (create (pa + 1), RAVELIN_INVALID);
    EXPECT_EQ (create (pa, 31), RAVELIN_INVALID);
    EXPECT_EQ (create (pa, 41), RAVELIN_INVALID);
    EXPECT_EQ (create (pa, plain | 1U << 9), RAVELIN_INVALID);
    EXPECT_EQ (create (pa, plain | 1ULL << 63), RAVELIN_INVALID);
    EXPECT_EQ (create (pa, plain, 0), RAVELIN_INVALID);
    EXPECT_EQ (create (pa, plain, RAVELIN_MAX_VCPUS + 1), RAVELIN_INVALID);
    EXPECT_EQ (create (pa, 32, RAVELIN_MAX_VCPUS), RAVELIN_SUCCESS);
}

TEST_F (SpecCreation, refuses_pages_that_are_not_the_hosts) {
    EXPECT_EQ (create (ravelin_page), RAVELIN_DENIED);
    EXPECT_EQ (create (host_ram + ram_bytes), RAVELIN_DENIED) << "no RAM";
    EXPECT_EQ (create (~0ULL << 14), RAVELIN_DENIED) << "no RAM, at the end of everything";

    const std::uint64_t pa = new_page (4);
    EXPECT_EQ (create (pa), RAVELIN_SUCCESS);
    EXPECT_EQ (create (pa), RAVELIN_DENIED) << "a VM's";

    const std::uint64_t lent = new_page (4);
    const Handle borrower    = fed_vm (plain);
    EXPECT_EQ (lend (borrower, vm_ram, lent + 3 * page_bytes), RAVELIN_SUCCESS);
    EXPECT_EQ (create (lent), RAVELIN_DENIED) << "its last page is on loan";
}

TEST_F (SpecCreation, runs_out_of_vms_before_it_looks_at_pages) {
    for (unsigned i = 0; i < RAVELIN_MAX_VMS; ++i) {
        ASSERT_EQ (create (new_page (4)), RAVELIN_SUCCESS);
    }
    EXPECT_EQ (create (ravelin_page), RAVELIN_NO_MEMORY);
    EXPECT_EQ (create (1), RAVELIN_INVALID);
    EXPECT_EQ (call ({RAVELIN_VM_DESTROY, last.x[1].value}), RAVELIN_INVALID);
}

TEST_F (SpecCreation, objects_to_a_handle_that_is_0_or_was_used) {
    const CallRegisters x{RAVELIN_VM_CREATE, new_page (4), plain, 1};
    const State before = spec.state ();
    EXPECT_NE (spec.host_call (0, x, {.handle = 0}).objection, "");
    EXPECT_TRUE (spec.state () == before);
    EXPECT_EQ (spec.host_call (0, x, {.handle = 7}).objection, "");
    EXPECT_NE (spec.host_call (0, {RAVELIN_VM_CREATE, new_page (4), plain, 1}, {.handle = 7}).objection, "");
}

TEST_F (SpecCreation, objects_to_two_vms_in_one_place) {
    const auto objection_to = [&] (Handle handle) {
        return spec.host_call (0, {RAVELIN_VM_CREATE, new_page (4), plain, 1}, {.handle = handle}).objection;
    };
    EXPECT_EQ (objection_to (0x107), "");
    EXPECT_NE (objection_to (0x207), "");
    EXPECT_EQ (objection_to (0x200 + RAVELIN_MAX_VMS - 1), "");
    EXPECT_NE (objection_to (0x200 + RAVELIN_MAX_VMS), "") << "there's no such place";
}

TEST_F (SpecCreation, vms_are_found_by_their_places) {
    const auto found = [&] (std::uint64_t place) {
        EXPECT_EQ (call ({RAVELIN_VM_FIND, place}), RAVELIN_SUCCESS);
        return last.x[1].value;
    };
    EXPECT_EQ (found (0), 0);
    for (const Handle handle : {0x307ULL, 0x204ULL}) {
        (void)call ({RAVELIN_VM_CREATE, new_page (RAVELIN_VM_PAGES), plain, 1}, 0, {.handle = handle});
    }
    EXPECT_EQ (found (0), 0x204);
    EXPECT_EQ (found (4), 0x204);
    EXPECT_EQ (found (5), 0x307);
    EXPECT_EQ (found (8), 0);
    EXPECT_EQ (found (~0ULL), 0);
}

TEST_F (SpecCreation, ram_is_declared_below_the_ipa_bits) {
    EXPECT_EQ (create (new_page (4), 32), RAVELIN_SUCCESS);
    const Handle vm         = last.x[1].value;
    const std::uint64_t end = 1ULL << 32;

    EXPECT_EQ (add_ram (vm + 1, 0, page_bytes), RAVELIN_INVALID);
    EXPECT_EQ (add_ram (vm, 1, page_bytes), RAVELIN_INVALID);
    EXPECT_EQ (add_ram (vm, 0, page_bytes + 1), RAVELIN_INVALID);
    EXPECT_EQ (add_ram (vm, 0, 0), RAVELIN_INVALID);
    EXPECT_EQ (add_ram (vm, end, page_bytes), RAVELIN_INVALID);
    EXPECT_EQ (add_ram (vm, end - page_bytes, 2 * page_bytes), RAVELIN_INVALID);
    EXPECT_EQ (add_ram (vm, page_bytes, ~0ULL << 12), RAVELIN_INVALID) << "its end wraps";
    EXPECT_EQ (add_ram (vm, end - page_bytes, page_bytes), RAVELIN_SUCCESS);
}

TEST_F (SpecCreation, ranges_of_ram_may_touch_but_not_overlap) {
    EXPECT_EQ (create (new_page (4)), RAVELIN_SUCCESS);
    const Handle vm = last.x[1].value;
    EXPECT_EQ (add_ram (vm, vm_ram, gigabyte), RAVELIN_SUCCESS);
    EXPECT_EQ (add_ram (vm, vm_ram + gigabyte - page_bytes, page_bytes), RAVELIN_EXISTS);
    EXPECT_EQ (add_ram (vm, vm_ram - page_bytes, 2 * page_bytes), RAVELIN_EXISTS);
    EXPECT_EQ (add_ram (vm, 0, 4 * gigabyte), RAVELIN_EXISTS);
    EXPECT_EQ (add_ram (vm, vm_ram + gigabyte, gigabyte), RAVELIN_SUCCESS);
    EXPECT_EQ (add_ram (vm, vm_ram - page_bytes, page_bytes), RAVELIN_SUCCESS);
}

TEST_F (SpecCreation, there_are_so_many_ranges_of_ram) {
    EXPECT_EQ (create (new_page (4)), RAVELIN_SUCCESS);
    const Handle vm = last.x[1].value;
    for (unsigned i = 0; i < RAVELIN_MAX_RAM_RANGES; ++i) {
        EXPECT_EQ (add_ram (vm, i * gigabyte, page_bytes), RAVELIN_SUCCESS);
    }
    EXPECT_EQ (add_ram (vm, 100 * gigabyte, page_bytes), RAVELIN_NO_MEMORY);
    EXPECT_EQ (add_ram (vm, 0, page_bytes), RAVELIN_EXISTS) << "which is checked first";
}

TEST_F (SpecCreation, ram_is_declared_before_the_vm_runs) {
    const Handle vm = new_vm (plain);
    start (vm);
    interrupt ();
    EXPECT_EQ (add_ram (vm, 0, page_bytes), RAVELIN_DENIED);
    EXPECT_EQ (add_ram (vm, 1, page_bytes), RAVELIN_INVALID);
    EXPECT_EQ (add_ram (vm, vm_ram, page_bytes), RAVELIN_DENIED);
}

TEST_F (SpecCreation, top_up_gives_pages_for_tables) {
    const Handle vm        = new_vm (plain);
    const std::uint64_t pa = new_page (64);
    EXPECT_EQ (top_up (vm, pa, 64), RAVELIN_SUCCESS);
    EXPECT_EQ (free_tables (vm), 65);
    EXPECT_FALSE (host_reaches (pa + 63 * page_bytes));
}

TEST_F (SpecCreation, top_up_refuses_what_it_should) {
    const Handle vm        = new_vm (plain);
    const std::uint64_t pa = new_page (64);
    EXPECT_EQ (top_up (vm + 1, pa, 1), RAVELIN_INVALID);
    EXPECT_EQ (top_up (vm, pa + 8, 1), RAVELIN_INVALID);
    EXPECT_EQ (top_up (vm, pa, 0), RAVELIN_INVALID);
    EXPECT_EQ (top_up (vm, pa, 65), RAVELIN_INVALID);
    EXPECT_EQ (top_up (vm, blocks, 512), RAVELIN_INVALID) << "no blocks here";
    EXPECT_EQ (top_up (vm, ravelin_page, 1), RAVELIN_DENIED);
    EXPECT_EQ (top_up (vm, host_ram + ram_bytes - page_bytes, 2), RAVELIN_DENIED);
    EXPECT_EQ (call ({RAVELIN_VM_DESTROY, vm}), RAVELIN_SUCCESS);
    EXPECT_EQ (top_up (vm, pa, 1), RAVELIN_DENIED);
}

TEST_F (SpecCreation, other_calls_are_not_specified_here) {
    const State before = spec.state ();
    EXPECT_EQ (spec.host_call (0, {0xC6000001}).next, Next::unspecified);
    EXPECT_EQ (spec.host_call (0, {0x86000010}).next, Next::unspecified);
    EXPECT_TRUE (spec.state () == before);
}

}  // namespace
}  // namespace ravelin::spec::test
