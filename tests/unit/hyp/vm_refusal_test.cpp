// SPDX-License-Identifier: BSD-2-Clause

// Each call of the host, with each argument that it may not have: the status that hyp/abi/vm_calls.h promises.

#include "tests/unit/hyp/vm_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using test::VmMachine;

constexpr std::uint64_t properties = 40 | RAVELIN_VM_PROTECTED;

class VmRefusal : public testing::Test {
  protected:
    /// A VM without RAM, vCPUs, and pages for tables but the one that came with it.
    [[nodiscard]] auto bare_vm (std::uint64_t which = properties, std::uint64_t vcpus = 2) -> std::uint64_t {
        EXPECT_EQ (machine.call ({RAVELIN_VM_CREATE, machine.pages (4, 4 * page_size), which, vcpus}), RAVELIN_SUCCESS);
        return machine.registers ().x[1];
    }

    [[nodiscard]] auto dying_vm (bool is_protected) -> std::uint64_t {
        const auto dying = machine.make_vm (is_protected);
        EXPECT_EQ (machine.call ({RAVELIN_VM_DESTROY, dying}), RAVELIN_SUCCESS);
        return dying;
    }

    VmMachine machine;
    std::uint64_t vm{machine.make_vm (true)};
    std::uint64_t plain{machine.make_vm (false)};
};
}  // namespace

TEST_F (VmRefusal, create) {
    const auto pages  = machine.pages (8, 4 * page_size);
    const auto create = [&] (std::uint64_t pa, std::uint64_t which, std::uint64_t vcpus) {
        return machine.call ({RAVELIN_VM_CREATE, pa, which, vcpus});
    };
    EXPECT_EQ (create (pages + page_size, properties, 1), RAVELIN_INVALID);
    EXPECT_EQ (create (pages, properties | 1U << 9, 1), RAVELIN_INVALID);
    EXPECT_EQ (create (pages, 31, 1), RAVELIN_INVALID);
    EXPECT_EQ (create (pages, 41, 1), RAVELIN_INVALID);
    EXPECT_EQ (create (pages, properties, 0), RAVELIN_INVALID);
    EXPECT_EQ (create (pages, properties, RAVELIN_MAX_VCPUS + 1), RAVELIN_INVALID);
    EXPECT_EQ (create (0x4020'0000, properties, 1), RAVELIN_DENIED);
    EXPECT_EQ (create (pages, properties, RAVELIN_MAX_VCPUS), RAVELIN_SUCCESS);
}

TEST_F (VmRefusal, add_ram) {
    const auto bare = bare_vm (32 | RAVELIN_VM_PROTECTED);
    const auto add  = [&] (std::uint64_t ipa, std::uint64_t bytes) {
        return machine.call ({RAVELIN_VM_ADD_RAM, bare, ipa, bytes});
    };
    EXPECT_EQ (add (0x1008, page_size), RAVELIN_INVALID);
    EXPECT_EQ (add (0x1000, page_size + 8), RAVELIN_INVALID);
    EXPECT_EQ (add (0x1000, 0), RAVELIN_INVALID);
    EXPECT_EQ (add ((1ULL << 32) - page_size, 2 * page_size), RAVELIN_INVALID);
    EXPECT_EQ (add (~0ULL << 12, page_size), RAVELIN_INVALID);
    for (std::uint64_t i = 0; i < RAVELIN_MAX_RAM_RANGES; ++i) {
        EXPECT_EQ (add (i * block_size, page_size), RAVELIN_SUCCESS);
    }
    EXPECT_EQ (add (3 * block_size, page_size), RAVELIN_EXISTS);
    EXPECT_EQ (add (RAVELIN_MAX_RAM_RANGES * block_size, page_size), RAVELIN_NO_MEMORY);
    machine.enter (vm);
    machine.interrupt ();
    EXPECT_EQ (machine.call ({RAVELIN_VM_ADD_RAM, vm, 0, page_size}), RAVELIN_DENIED);
}

TEST_F (VmRefusal, top_up) {
    const auto page   = machine.pages (1);
    const auto top_up = [&] (std::uint64_t handle, std::uint64_t pa, std::uint64_t count) {
        return machine.call ({RAVELIN_VM_TOP_UP, handle, pa, count});
    };
    EXPECT_EQ (top_up (vm, page + 8, 1), RAVELIN_INVALID);
    EXPECT_EQ (top_up (vm, page, 0), RAVELIN_INVALID);
    EXPECT_EQ (top_up (vm, page, RAVELIN_BATCH_PAGES + 1), RAVELIN_INVALID);
    EXPECT_EQ (top_up (dying_vm (true), page, 1), RAVELIN_DENIED);
    EXPECT_EQ (top_up (vm, page, 1), RAVELIN_SUCCESS);
    EXPECT_EQ (top_up (vm, page, 1), RAVELIN_DENIED);

    const auto two = machine.pages (2);
    EXPECT_EQ (top_up (vm, two + page_size, 1), RAVELIN_SUCCESS);
    EXPECT_EQ (top_up (vm, two, 2), RAVELIN_DENIED) << "the second is the VM's already";
}

TEST_F (VmRefusal, donate) {
    const auto block  = machine.pages (RAVELIN_BLOCK_PAGES, block_size);
    const auto donate = [&] (std::uint64_t handle, std::uint64_t ipa, std::uint64_t pa, std::uint64_t count) {
        return machine.call ({RAVELIN_VM_DONATE, handle, ipa, pa, count});
    };
    EXPECT_EQ (donate (vm, VmMachine::ram + 8, block, 1), RAVELIN_INVALID);
    EXPECT_EQ (donate (vm, VmMachine::ram, block + 8, 1), RAVELIN_INVALID);
    EXPECT_EQ (donate (vm, VmMachine::ram, block, 0), RAVELIN_INVALID);
    EXPECT_EQ (donate (vm, VmMachine::ram, block, RAVELIN_BATCH_PAGES + 1), RAVELIN_INVALID);
    EXPECT_EQ (donate (vm, VmMachine::ram + page_size, block, RAVELIN_BLOCK_PAGES), RAVELIN_INVALID);
    EXPECT_EQ (donate (vm, VmMachine::ram, block + page_size, RAVELIN_BLOCK_PAGES), RAVELIN_INVALID);
    EXPECT_EQ (donate (vm, VmMachine::ram + VmMachine::ram_size, block, 1), RAVELIN_INVALID);
    EXPECT_EQ (donate (dying_vm (true), VmMachine::ram, block, 1), RAVELIN_DENIED);
    EXPECT_EQ (donate (vm, VmMachine::ram, block, RAVELIN_BLOCK_PAGES), RAVELIN_SUCCESS);
}

TEST_F (VmRefusal, lend) {
    const auto block = machine.pages (RAVELIN_BLOCK_PAGES, block_size);
    const auto lend  = [&] (std::uint64_t handle, std::uint64_t ipa, std::uint64_t count, std::uint64_t rights) {
        return machine.call ({RAVELIN_VM_LEND, handle, ipa, block, count, rights});
    };
    EXPECT_EQ (lend (plain, VmMachine::ram, 1, 2), RAVELIN_INVALID);
    EXPECT_EQ (lend (dying_vm (false), VmMachine::ram, 1, 0), RAVELIN_DENIED);
    EXPECT_EQ (machine.call ({RAVELIN_VM_DONATE, vm, VmMachine::ram, block + page_size, 1}), RAVELIN_SUCCESS);
    EXPECT_EQ (lend (plain, VmMachine::ram, 2, 0), RAVELIN_DENIED) << "the second is another VM's";
    EXPECT_EQ (lend (plain, VmMachine::ram, 1, 0), RAVELIN_SUCCESS);
    EXPECT_EQ (lend (plain, VmMachine::ram, 1, 0), RAVELIN_EXISTS);

    const auto bare = bare_vm (40);
    EXPECT_EQ (machine.call ({RAVELIN_VM_ADD_RAM, bare, VmMachine::ram, VmMachine::ram_size}), RAVELIN_SUCCESS);
    EXPECT_EQ (lend (bare, VmMachine::ram, 1, 0), RAVELIN_NO_MEMORY);
}

TEST_F (VmRefusal, loans_of_a_page_are_counted_and_end_somewhere) {
    const auto page = machine.pages (1);
    for (std::uint64_t i = 0; i < RAVELIN_MAX_LOANS; ++i) {
        const auto ipa = VmMachine::ram + i % 16'000 * page_size;
        if (i % 16'000 == 0 && i != 0) {
            plain = machine.make_vm (false);
            EXPECT_EQ (machine.call ({RAVELIN_VM_TOP_UP, plain, machine.pages (32), 32}), RAVELIN_SUCCESS);
        } else if (i == 0) {
            EXPECT_EQ (machine.call ({RAVELIN_VM_TOP_UP, plain, machine.pages (32), 32}), RAVELIN_SUCCESS);
        }
        ASSERT_EQ (machine.call ({RAVELIN_VM_LEND, plain, ipa, page, 1, 0}), RAVELIN_SUCCESS) << i;
    }
    EXPECT_EQ (machine.call ({RAVELIN_VM_LEND, machine.make_vm (false), VmMachine::ram, page, 1, 0}), RAVELIN_DENIED);
    EXPECT_EQ (machine.call ({RAVELIN_VM_UNMAP, plain, VmMachine::ram, 1}), RAVELIN_SUCCESS);
    EXPECT_EQ (machine.call ({RAVELIN_VM_LEND, plain, VmMachine::ram, page, 1, 0}), RAVELIN_SUCCESS);
}

TEST_F (VmRefusal, protect_and_unmap) {
    const auto protect = [&] (std::uint64_t handle, std::uint64_t ipa, std::uint64_t count, std::uint64_t rights) {
        return machine.call ({RAVELIN_VM_PROTECT, handle, ipa, count, rights});
    };
    const auto unmap = [&] (std::uint64_t handle, std::uint64_t ipa, std::uint64_t count) {
        return machine.call ({RAVELIN_VM_UNMAP, handle, ipa, count});
    };
    EXPECT_EQ (protect (plain, VmMachine::ram + 8, 1, 0), RAVELIN_INVALID);
    EXPECT_EQ (protect (plain, VmMachine::ram, 0, 0), RAVELIN_INVALID);
    EXPECT_EQ (protect (plain, VmMachine::ram, 1, 2), RAVELIN_INVALID);
    EXPECT_EQ (protect (plain, 1ULL << 40, 1, 0), RAVELIN_INVALID);
    EXPECT_EQ (unmap (plain, VmMachine::ram + 8, 1), RAVELIN_INVALID);
    EXPECT_EQ (unmap (plain, VmMachine::ram, RAVELIN_BATCH_PAGES + 1), RAVELIN_INVALID);
    EXPECT_EQ (unmap (plain, 1ULL << 40, 1), RAVELIN_INVALID);
    EXPECT_EQ (protect (dying_vm (false), VmMachine::ram, 1, 0), RAVELIN_DENIED);
    EXPECT_EQ (unmap (dying_vm (false), VmMachine::ram, 1), RAVELIN_DENIED);
    EXPECT_EQ (protect (plain, VmMachine::ram, 1, 0), RAVELIN_SUCCESS) << "where there's nothing, nothing changes";
}

TEST_F (VmRefusal, block_is_not_split_without_a_page_for_the_table) {
    const auto bare  = bare_vm (40);
    const auto block = machine.pages (RAVELIN_BLOCK_PAGES, block_size);
    EXPECT_EQ (machine.call ({RAVELIN_VM_ADD_RAM, bare, VmMachine::ram, VmMachine::ram_size}), RAVELIN_SUCCESS);
    EXPECT_EQ (machine.call ({RAVELIN_VM_LEND, bare, VmMachine::ram, block, RAVELIN_BLOCK_PAGES, RAVELIN_WRITABLE}),
               RAVELIN_SUCCESS);
    EXPECT_EQ (machine.call ({RAVELIN_VM_UNMAP, bare, VmMachine::ram, 1}), RAVELIN_NO_MEMORY);
    EXPECT_EQ (machine.call ({RAVELIN_VM_PROTECT, bare, VmMachine::ram, 1, 0}), RAVELIN_NO_MEMORY);
    EXPECT_EQ (machine.call ({RAVELIN_VM_UNMAP, bare, VmMachine::ram, RAVELIN_BLOCK_PAGES}), RAVELIN_SUCCESS);
}

TEST_F (VmRefusal, range_that_crosses_into_another_block_needs_tables_for_both) {
    const auto bare   = bare_vm (40);
    const auto blocks = machine.pages (2 * RAVELIN_BLOCK_PAGES, block_size);
    const auto border = VmMachine::ram + block_size;
    EXPECT_EQ (machine.call ({RAVELIN_VM_ADD_RAM, bare, VmMachine::ram, VmMachine::ram_size}), RAVELIN_SUCCESS);
    EXPECT_EQ (machine.call ({RAVELIN_VM_TOP_UP, bare, machine.pages (1), 1}), RAVELIN_SUCCESS);
    // Of two pages one is needed at level 2, and two for the pages on both sides.
    EXPECT_EQ (machine.call ({RAVELIN_VM_LEND, bare, border - page_size, blocks, 2, 0}), RAVELIN_NO_MEMORY);
    EXPECT_EQ (machine.call ({RAVELIN_VM_LEND, bare, VmMachine::ram, blocks, RAVELIN_BLOCK_PAGES, 0}), RAVELIN_SUCCESS);
    EXPECT_EQ (machine.call ({RAVELIN_VM_LEND, bare, border, blocks + block_size, RAVELIN_BLOCK_PAGES, 0}),
               RAVELIN_SUCCESS);
    EXPECT_EQ (machine.call ({RAVELIN_VM_UNMAP, bare, border - page_size, 2}), RAVELIN_NO_MEMORY);
    EXPECT_EQ (machine.call ({RAVELIN_VM_TOP_UP, bare, machine.pages (1), 1}), RAVELIN_SUCCESS);
    EXPECT_EQ (machine.call ({RAVELIN_VM_UNMAP, bare, border - page_size, 2}), RAVELIN_SUCCESS);
}

TEST_F (VmRefusal, create_vcpu) {
    const auto bare   = bare_vm (40);
    const auto page   = machine.pages (2);
    const auto create = [&] (std::uint64_t handle, std::uint64_t number, std::uint64_t pa, std::uint64_t pc) {
        return machine.call ({RAVELIN_VCPU_CREATE, handle, number, pa, pc, 0});
    };
    EXPECT_EQ (create (bare, 2, page, 0), RAVELIN_INVALID);
    EXPECT_EQ (create (bare, 0, page + 8, 0), RAVELIN_INVALID);
    EXPECT_EQ (create (bare, 0, page, 2), RAVELIN_INVALID);
    EXPECT_EQ (create (bare, 0, 0x4020'0000, 0), RAVELIN_DENIED);
    EXPECT_EQ (create (bare, 0, page, 0), RAVELIN_SUCCESS);
    EXPECT_EQ (create (bare, 0, page + page_size, 0), RAVELIN_EXISTS);
    EXPECT_EQ (create (dying_vm (false), 1, page + page_size, 0), RAVELIN_DENIED);
}

TEST_F (VmRefusal, registers_of_a_vcpu) {
    const auto dying = dying_vm (false);
    for (const std::uint64_t number : {1ULL, 7ULL, 8ULL, ~0ULL}) {
        EXPECT_EQ (machine.call ({RAVELIN_VCPU_GET, plain, number, 0}), RAVELIN_INVALID);
        EXPECT_EQ (machine.call ({RAVELIN_VCPU_SET, plain, number, 0, 0}), RAVELIN_INVALID);
        EXPECT_EQ (machine.run (plain, number), RAVELIN_INVALID);
    }
    EXPECT_EQ (machine.call ({RAVELIN_VCPU_GET, dying, 0, 0}), RAVELIN_DENIED);
    EXPECT_EQ (machine.call ({RAVELIN_VCPU_SET, dying, 0, 0, 0}), RAVELIN_DENIED);
}

TEST_F (VmRefusal, pstate_is_one_that_a_guest_may_have) {
    const auto set = [&] (std::uint64_t pstate) {
        return machine.call ({RAVELIN_VCPU_SET, plain, 0, RAVELIN_REGISTER_PSTATE, pstate});
    };
    for (const std::uint64_t good : {0x3c0U, 0x3c4U, 0x3c5U, 0x1d0U}) {
        EXPECT_EQ (set (good), RAVELIN_SUCCESS) << std::hex << good;
    }
    for (const std::uint64_t bad : {0x3c1U, 0x3c8U, 0x3c9U, 0x3cdU, 0x1d3U, 0x1dfU}) {
        EXPECT_EQ (set (bad), RAVELIN_INVALID) << std::hex << bad;
    }
}

TEST_F (VmRefusal, handle_that_names_nothing) {
    for (const std::uint64_t none : {std::uint64_t{0}, 0x1fbUL, 0xffUL, vm + 0x100, ~0UL}) {
        EXPECT_EQ (machine.call ({RAVELIN_VM_DESTROY, none}), RAVELIN_INVALID) << std::hex << none;
        EXPECT_EQ (machine.run (none), RAVELIN_INVALID) << std::hex << none;
        EXPECT_EQ (machine.machine ().hypervisor ().vms ().look_up (machine.hal (), none), nullptr);
    }
}

TEST_F (VmRefusal, call_behind_the_last_is_not_supported) {
    EXPECT_EQ (machine.call ({RAVELIN_ID_REGISTER + 1, vm}), RAVELIN_NOT_SUPPORTED);
}

TEST_F (VmRefusal, much_is_reclaimed_in_steps) {
    const auto bare = bare_vm ();
    for (unsigned i = 0; i < 3; ++i) {
        EXPECT_EQ (machine.call ({RAVELIN_VM_TOP_UP, bare, machine.pages (RAVELIN_BATCH_PAGES), RAVELIN_BATCH_PAGES}),
                   RAVELIN_SUCCESS);
    }
    EXPECT_EQ (machine.call ({RAVELIN_VM_DESTROY, bare}), RAVELIN_SUCCESS);
    unsigned steps = 0;
    while (machine.call ({RAVELIN_VM_RECLAIM, bare}) == RAVELIN_AGAIN) {
        ++steps;
    }
    EXPECT_GE (steps, 3U);
    EXPECT_EQ (machine.call ({RAVELIN_VM_RECLAIM, bare}), RAVELIN_INVALID);
}

}  // namespace ravelin
