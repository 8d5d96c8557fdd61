// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/spec/small_host.hpp"

namespace ravelin::spec::test {
namespace {

class SpecGiving : public SmallHost {};

TEST_F (SpecGiving, a_donated_page_is_the_vms_alone) {
    const Handle vm        = fed_vm (protected_one);
    const std::uint64_t pa = new_page ();
    EXPECT_EQ (donate (vm, vm_ram, pa), RAVELIN_SUCCESS);
    EXPECT_FALSE (host_reaches (pa));
    EXPECT_EQ (*mapping (vm, vm_ram), (Mapping{pa / page_bytes, true, true}));
    EXPECT_EQ (spec.touched ().pages, std::vector{pa / page_bytes});
    EXPECT_EQ (spec.touched ().mappings, (std::vector{Touched::MappedPage{vm, vm_ram / page_bytes}}));
}

TEST_F (SpecGiving, a_new_vm_finds_what_the_host_left_and_a_running_one_zeros) {
    const Handle vm         = fed_vm (protected_one);
    const std::uint64_t old = new_page ();
    const std::uint64_t now = new_page ();
    EXPECT_EQ (donate (vm, vm_ram, old), RAVELIN_SUCCESS);
    start (vm);
    interrupt ();
    EXPECT_EQ (donate (vm, vm_ram + page_bytes, now), RAVELIN_SUCCESS);
    EXPECT_EQ (page (old).contents, Contents::hosts);
    EXPECT_EQ (page (now).contents, Contents::zeros);
}

TEST_F (SpecGiving, donate_refuses_arguments_out_of_range) {
    const Handle vm         = fed_vm (protected_one);
    const std::uint64_t pa  = new_page (64);
    const std::uint64_t end = vm_ram + vm_ram_bytes;
    EXPECT_EQ (donate (vm + 1, vm_ram, pa), RAVELIN_INVALID);
    EXPECT_EQ (donate (vm, vm_ram + 1, pa), RAVELIN_INVALID);
    EXPECT_EQ (donate (vm, vm_ram, pa + 1), RAVELIN_INVALID);
    EXPECT_EQ (donate (vm, vm_ram, pa, 0), RAVELIN_INVALID);
    EXPECT_EQ (donate (vm, vm_ram, pa, 65), RAVELIN_INVALID);
    EXPECT_EQ (donate (vm, vm_ram, blocks, 511), RAVELIN_INVALID);
    EXPECT_EQ (donate (vm, vm_ram, blocks, 513), RAVELIN_INVALID);
    EXPECT_EQ (donate (vm, vm_ram + page_bytes, blocks, 512), RAVELIN_INVALID) << "IPA isn't that of a block";
    EXPECT_EQ (donate (vm, vm_ram, blocks + page_bytes, 512), RAVELIN_INVALID) << "PA isn't that of a block";
    EXPECT_EQ (donate (vm, vm_ram - page_bytes, pa, 2), RAVELIN_INVALID);
    EXPECT_EQ (donate (vm, end - page_bytes, pa, 2), RAVELIN_INVALID);
    EXPECT_EQ (donate (vm, vm_device, pa), RAVELIN_INVALID);
    EXPECT_EQ (donate (vm, end - page_bytes, pa, 1), RAVELIN_SUCCESS);
}

TEST_F (SpecGiving, pages_are_all_in_one_range_of_ram) {
    const Handle vm = fed_vm (protected_one);
    EXPECT_EQ (call ({RAVELIN_VM_ADD_RAM, vm, vm_ram + vm_ram_bytes, page_bytes}), RAVELIN_SUCCESS);
    EXPECT_EQ (donate (vm, vm_ram + vm_ram_bytes - page_bytes, new_page (2), 2), RAVELIN_INVALID);
}

TEST_F (SpecGiving, donate_is_for_protected_vms_that_are_not_dying) {
    const Handle other = fed_vm (plain);
    const Handle vm    = fed_vm (protected_one);
    EXPECT_EQ (donate (other, vm_ram, new_page ()), RAVELIN_DENIED);
    EXPECT_EQ (call ({RAVELIN_VM_DESTROY, vm}), RAVELIN_SUCCESS);
    EXPECT_EQ (donate (vm, vm_ram, new_page ()), RAVELIN_DENIED);
}

TEST_F (SpecGiving, nothing_is_donated_that_is_not_the_hosts_alone) {
    const Handle vm          = fed_vm (protected_one);
    const Handle other       = fed_vm (plain);
    const std::uint64_t mine = new_page ();
    const std::uint64_t lent = new_page ();
    EXPECT_EQ (donate (vm, vm_ram, mine), RAVELIN_SUCCESS);
    EXPECT_EQ (lend (other, vm_ram, lent), RAVELIN_SUCCESS);
    EXPECT_EQ (donate (vm, vm_ram + page_bytes, ravelin_page), RAVELIN_DENIED);
    EXPECT_EQ (donate (vm, vm_ram + page_bytes, mine), RAVELIN_DENIED);
    EXPECT_EQ (donate (vm, vm_ram + page_bytes, lent), RAVELIN_DENIED);
    EXPECT_EQ (donate (vm, vm_ram, lent), RAVELIN_DENIED) << "whose page it is comes before what is at the IPA";
    EXPECT_EQ (donate (vm, vm_ram + page_bytes, host_ram + ram_bytes - page_bytes, 2), RAVELIN_DENIED);
    EXPECT_EQ (donate (vm, vm_ram + page_bytes, ~0ULL << 12, 1), RAVELIN_DENIED);
}

TEST_F (SpecGiving, a_shared_page_is_still_the_vms) {
    const Handle vm        = fed_vm (protected_one);
    const Handle other     = fed_vm (plain);
    const std::uint64_t pa = new_page ();
    EXPECT_EQ (donate (vm, vm_ram, pa), RAVELIN_SUCCESS);
    start (vm);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_SHARE, vm_ram}), SMCCC_SUCCESS);
    interrupt ();
    EXPECT_EQ (donate (vm, vm_ram + page_bytes, pa), RAVELIN_DENIED);
    EXPECT_EQ (lend (other, vm_ram, pa), RAVELIN_DENIED);
}

TEST_F (SpecGiving, nothing_goes_where_something_is) {
    const Handle vm = fed_vm (protected_one);
    EXPECT_EQ (donate (vm, vm_ram + 3 * page_bytes, new_page ()), RAVELIN_SUCCESS);
    EXPECT_EQ (donate (vm, vm_ram, new_page (4), 4), RAVELIN_EXISTS);
    EXPECT_EQ (donate (vm, vm_ram, blocks, 512), RAVELIN_EXISTS);
    EXPECT_EQ (donate (vm, vm_ram, new_page (4), 3), RAVELIN_SUCCESS);

    const Handle other = fed_vm (plain);
    EXPECT_EQ (lend (other, vm_ram, new_page ()), RAVELIN_SUCCESS);
    EXPECT_EQ (lend (other, vm_ram, new_page ()), RAVELIN_EXISTS);
}

TEST_F (SpecGiving, a_lent_page_is_reached_by_both) {
    const Handle vm        = fed_vm (plain);
    const std::uint64_t pa = new_page ();
    EXPECT_EQ (lend (vm, vm_ram, pa, 1, 0), RAVELIN_SUCCESS);
    EXPECT_EQ (lend (vm, vm_ram + page_bytes, pa), RAVELIN_SUCCESS);
    EXPECT_TRUE (host_reaches (pa));
    EXPECT_FALSE (mapping (vm, vm_ram)->writable);
    EXPECT_TRUE (mapping (vm, vm_ram + page_bytes)->writable);
    EXPECT_EQ (page (pa).loans, 2);
}

TEST_F (SpecGiving, lend_refuses_what_it_should) {
    const Handle vm        = fed_vm (plain);
    const Handle other     = fed_vm (protected_one);
    const std::uint64_t pa = new_page ();
    EXPECT_EQ (lend (0, vm_ram, pa), RAVELIN_INVALID);
    EXPECT_EQ (lend (vm, vm_ram, pa, 1, 2), RAVELIN_INVALID);
    EXPECT_EQ (lend (vm, vm_ram, pa, 65), RAVELIN_INVALID);
    EXPECT_EQ (lend (vm, vm_device, pa), RAVELIN_INVALID);
    EXPECT_EQ (lend (other, vm_ram, pa), RAVELIN_DENIED);
    EXPECT_EQ (lend (vm, vm_ram, ravelin_page), RAVELIN_DENIED);
    EXPECT_EQ (call ({RAVELIN_VM_DESTROY, vm}), RAVELIN_SUCCESS);
    EXPECT_EQ (lend (vm, vm_ram, pa), RAVELIN_DENIED);
}

TEST_F (SpecGiving, a_page_is_lent_so_many_times) {
    const std::uint64_t pa = new_page ();
    World world{.state = spec.state (), .touched = {}};
    world.state.memory.find (pa / page_bytes)->loans = RAVELIN_MAX_LOANS - 1;
    EXPECT_TRUE (world.host_may_lend (pa / page_bytes, 1));
    world.state.memory.find (pa / page_bytes)->loans = RAVELIN_MAX_LOANS;
    EXPECT_FALSE (world.host_may_lend (pa / page_bytes, 1));
}

TEST_F (SpecGiving, handles_of_the_dead_are_invalid) {
    const std::uint64_t first = new_page (4);
    EXPECT_EQ (call ({RAVELIN_VM_CREATE, first, plain, 1}), RAVELIN_SUCCESS);
    const Handle vm = last.x[1].value;
    EXPECT_EQ (call ({RAVELIN_VM_DESTROY, vm}), RAVELIN_SUCCESS);
    const PageNumber page = first / page_bytes;
    EXPECT_EQ (call ({RAVELIN_VM_RECLAIM, vm}, 0, {.control = {page, page + 1, page + 2, page + 3}}), RAVELIN_SUCCESS);
    for (std::uint64_t id = RAVELIN_VM_ADD_RAM; id <= RAVELIN_VM_RECLAIM; ++id) {
        EXPECT_EQ (call ({id, vm, 0, new_page (), 1, 1}), RAVELIN_INVALID) << std::hex << id;
    }
}

}  // namespace
}  // namespace ravelin::spec::test
