// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/spec/small_host.hpp"

namespace ravelin::spec::test {
namespace {

class SpecChanging : public SmallHost {
  protected:
    auto protect (Handle handle, std::uint64_t ipa, std::uint64_t pages, std::uint64_t permission) -> std::int64_t {
        return call ({RAVELIN_VM_PROTECT, handle, ipa, pages, permission});
    }

    auto unmap (Handle handle, std::uint64_t ipa, std::uint64_t pages) -> std::int64_t {
        return call ({RAVELIN_VM_UNMAP, handle, ipa, pages});
    }

    Handle vm{fed_vm (plain)};
};

TEST_F (SpecChanging, protect_changes_what_there_is) {
    EXPECT_EQ (lend (vm, vm_ram, new_page ()), RAVELIN_SUCCESS);
    EXPECT_EQ (lend (vm, vm_ram + 2 * page_bytes, new_page ()), RAVELIN_SUCCESS);
    EXPECT_EQ (protect (vm, vm_ram, 3, 0), RAVELIN_SUCCESS);
    EXPECT_FALSE (mapping (vm, vm_ram)->writable);
    EXPECT_EQ (mapping (vm, vm_ram + page_bytes), nullptr);
    EXPECT_FALSE (mapping (vm, vm_ram + 2 * page_bytes)->writable);
    EXPECT_EQ (protect (vm, vm_ram, 1, RAVELIN_WRITABLE), RAVELIN_SUCCESS);
    EXPECT_TRUE (mapping (vm, vm_ram)->writable);
    EXPECT_EQ (spec.touched ().mappings.size (), 1);
}

TEST_F (SpecChanging, unmap_takes_what_there_is_and_ends_loans) {
    const std::uint64_t pa = new_page ();
    EXPECT_EQ (lend (vm, vm_ram + page_bytes, pa), RAVELIN_SUCCESS);
    EXPECT_EQ (unmap (vm, vm_ram, 64), RAVELIN_SUCCESS);
    EXPECT_EQ (mapping (vm, vm_ram + page_bytes), nullptr);
    EXPECT_EQ (page (pa).loans, 0);
    EXPECT_EQ (page (pa).contents, Contents::hosts) << "it always was";
    EXPECT_EQ (unmap (vm, vm_ram, 64), RAVELIN_SUCCESS) << "nothing is there";
}

TEST_F (SpecChanging, both_work_outside_ram_where_nothing_can_be) {
    EXPECT_EQ (protect (vm, vm_device, 1, 0), RAVELIN_SUCCESS);
    EXPECT_EQ (unmap (vm, vm_device, 1), RAVELIN_SUCCESS);
}

TEST_F (SpecChanging, protect_refuses_what_it_should) {
    const Handle other      = fed_vm (protected_one);
    const std::uint64_t end = 1ULL << 40;
    EXPECT_EQ (protect (0, vm_ram, 1, 0), RAVELIN_INVALID);
    EXPECT_EQ (protect (vm, vm_ram + 1, 1, 0), RAVELIN_INVALID);
    EXPECT_EQ (protect (vm, vm_ram, 0, 0), RAVELIN_INVALID);
    EXPECT_EQ (protect (vm, vm_ram, 65, 0), RAVELIN_INVALID);
    EXPECT_EQ (protect (vm, vm_ram + page_bytes, 512, 0), RAVELIN_INVALID);
    EXPECT_EQ (protect (vm, vm_ram, 1, 2), RAVELIN_INVALID);
    EXPECT_EQ (protect (vm, end, 1, 0), RAVELIN_INVALID);
    EXPECT_EQ (protect (vm, end - page_bytes, 2, 0), RAVELIN_INVALID);
    EXPECT_EQ (protect (other, vm_ram, 1, 0), RAVELIN_DENIED);
    EXPECT_EQ (call ({RAVELIN_VM_DESTROY, vm}), RAVELIN_SUCCESS);
    EXPECT_EQ (protect (vm, vm_ram, 1, 0), RAVELIN_DENIED);
}

TEST_F (SpecChanging, unmap_refuses_what_it_should) {
    const Handle other      = fed_vm (protected_one);
    const std::uint64_t end = 1ULL << 40;
    EXPECT_EQ (unmap (0, vm_ram, 1), RAVELIN_INVALID);
    EXPECT_EQ (unmap (vm, vm_ram + 1, 1), RAVELIN_INVALID);
    EXPECT_EQ (unmap (vm, vm_ram, 0), RAVELIN_INVALID);
    EXPECT_EQ (unmap (vm, vm_ram + page_bytes, 512), RAVELIN_INVALID);
    EXPECT_EQ (unmap (vm, end - page_bytes, 2), RAVELIN_INVALID);
    EXPECT_EQ (unmap (vm, ~0ULL << 12, 1), RAVELIN_INVALID);
    EXPECT_EQ (unmap (other, vm_ram, 1), RAVELIN_DENIED);
    EXPECT_EQ (call ({RAVELIN_VM_DESTROY, vm}), RAVELIN_SUCCESS);
    EXPECT_EQ (unmap (vm, vm_ram, 1), RAVELIN_DENIED);
}

}  // namespace
}  // namespace ravelin::spec::test
