// SPDX-License-Identifier: BSD-2-Clause
// What a TLB has kept is gone when the call that takes it returns, on every CPU.
#include "hyp/abi/smccc.h"
#include "tests/unit/hyp/scripted_vms.hpp"

namespace ravelin {

namespace {
using test::ScriptedVms;

class VmTlb : public ScriptedVms {
  protected:
    /// A guest that waits for a step of the host's between two loads, and notes what each has read.
    [[nodiscard]] auto loads_twice (Ipa where) -> Guest::Body {
        return [this, where] (Guest &cpu) -> Script {
            first = (co_await cpu.load (where)).value_or (nothing);
            reach (1);
            co_await wait_for (cpu, 2);
            second = (co_await cpu.load (where)).value_or (nothing);
            co_await cpu.wfi ();
        };
    }

    /// A host for the second CPU, which runs a vCPU of the VM until it exits.
    [[nodiscard]] auto runner () -> Host::Body {
        return [this] (Host &cpu) -> Script {
            co_await run (cpu, vm, 0, exit);
        };
    }

    /// The host's second CPU has told that a page is needed.
    void expect_page_needed (Ipa page, std::uint64_t write = 0) const {
        EXPECT_EQ (exit[1], RAVELIN_EXIT_PAGE);
        EXPECT_EQ (exit[2], page.value ());
        EXPECT_EQ (exit[3], sizeof (std::uint64_t) | write);
    }

    static constexpr std::uint64_t secret    = 0x5ec7e7;
    static constexpr std::uint64_t nothing   = ~0ULL;
    static constexpr std::uint64_t forbidden = 0x21;  // DFSC of an access that Ravelin refuses

    std::uint64_t vm{};
    std::uint64_t first{};
    std::uint64_t second{};
    sim::CallResult exit{};
};
}  // namespace

TEST_F (VmTlb, page_that_was_unmapped_is_not_reached_by_a_guest_that_runs_elsewhere) {
    const Pa page = page_with (secret);
    guest ({1, 0}, loads_twice (ram));
    play (
        [&] (Host &cpu) -> Script {
            co_await make_vm (cpu, false, vm);
            co_await call (cpu, RAVELIN_VM_LEND, {vm, ram.value (), page.value (), 1, RAVELIN_WRITABLE});
            co_await start_second (cpu);
            co_await wait_for (cpu, 1);
            co_await call (cpu, RAVELIN_VM_UNMAP, {vm, ram.value (), 1});
            reach (2);
        },
        runner ());
    EXPECT_EQ (first, secret);
    EXPECT_EQ (second, 0U) << "it hasn't come back from its load";
    expect_page_needed (ram);
}

TEST_F (VmTlb, page_that_became_read_only_is_not_written_by_a_guest_that_runs_elsewhere) {
    const Pa page = page_with (secret);
    guest ({1, 0}, [&] (Guest &cpu) -> Script {
        EXPECT_TRUE (co_await cpu.store (ram, 1));
        reach (1);
        co_await wait_for (cpu, 2);
        static_cast<void> (co_await cpu.store (ram, 2));
        co_await cpu.wfi ();
    });
    play (
        [&] (Host &cpu) -> Script {
            co_await make_vm (cpu, false, vm);
            co_await call (cpu, RAVELIN_VM_LEND, {vm, ram.value (), page.value (), 1, RAVELIN_WRITABLE});
            co_await start_second (cpu);
            co_await wait_for (cpu, 1);
            co_await call (cpu, RAVELIN_VM_PROTECT, {vm, ram.value (), 1, 0});
            reach (2);
        },
        runner ());
    EXPECT_EQ (peek (page), 1U);
    expect_page_needed (ram, RAVELIN_MMIO_WRITE);
}

TEST_F (VmTlb, more_pages_than_are_forgotten_one_by_one_go_together) {
    // Beside the multiples of a block: each has a descriptor of its own.
    const Pa area = pages (RAVELIN_BLOCK_PAGES + 1, block_size) + page_size;
    poke (area + (RAVELIN_BLOCK_PAGES - 1) * page_size, secret);
    const Ipa last = ram + (RAVELIN_BLOCK_PAGES - 1) * page_size;
    guest ({1, 0}, loads_twice (last));
    play (
        [&] (Host &cpu) -> Script {
            constexpr std::uint64_t batch = RAVELIN_BATCH_PAGES * page_size;
            co_await make_vm (cpu, false, vm);
            for (std::uint64_t at = 0; at < block_size; at += batch) {
                co_await call (cpu, RAVELIN_VM_LEND,
                               {vm, (ram + at).value (), (area + at).value (), RAVELIN_BATCH_PAGES, RAVELIN_WRITABLE});
            }
            co_await start_second (cpu);
            co_await wait_for (cpu, 1);
            co_await call (cpu, RAVELIN_VM_UNMAP, {vm, ram.value (), RAVELIN_BLOCK_PAGES});
            reach (2);
        },
        runner ());
    EXPECT_EQ (first, secret);
    EXPECT_EQ (second, 0U) << "it hasn't come back from its load";
    expect_page_needed (last);
}

TEST_F (VmTlb, one_page_of_a_block_goes_and_the_others_stay) {
    const Pa block = pages (RAVELIN_BLOCK_PAGES, block_size);
    poke (block, secret);
    poke (block + page_size, secret);
    guest ({1, 0}, [&] (Guest &cpu) -> Script {
        EXPECT_EQ (co_await cpu.load (ram), secret);
        EXPECT_EQ (co_await cpu.load (ram + page_size), secret);
        reach (1);
        co_await wait_for (cpu, 2);
        EXPECT_EQ (co_await cpu.load (ram + page_size), secret);
        first = (co_await cpu.load (ram)).value_or (nothing);
        co_await cpu.wfi ();
    });
    play (
        [&] (Host &cpu) -> Script {
            co_await make_vm (cpu, false, vm);
            co_await call (cpu, RAVELIN_VM_LEND,
                           {vm, ram.value (), block.value (), RAVELIN_BLOCK_PAGES, RAVELIN_WRITABLE});
            co_await start_second (cpu);
            co_await wait_for (cpu, 1);
            co_await call (cpu, RAVELIN_VM_UNMAP, {vm, ram.value (), 1});
            reach (2);
        },
        runner ());
    EXPECT_EQ (first, 0U);
    expect_page_needed (ram);
}

TEST_F (VmTlb, page_that_was_donated_is_not_reached_by_the_host_on_any_cpu) {
    const Pa page = page_with (secret);
    const Ipa at{page.value ()};
    std::optional<sim::Abort> aborts[2];
    play (
        [&] (Host &cpu) -> Script {
            co_await make_vm (cpu, true, vm);
            EXPECT_EQ (co_await cpu.load (at), secret);
            co_await start_second (cpu);
            co_await wait_for (cpu, 1);
            co_await call (cpu, RAVELIN_VM_DONATE, {vm, ram.value (), page.value (), 1});
            const auto found = co_await cpu.load (at);
            if (!found) { aborts[0] = found.error (); }
            reach (2);
        },
        [&] (Host &cpu) -> Script {
            EXPECT_EQ (co_await cpu.load (at), secret);
            reach (1);
            co_await wait_for (cpu, 2);
            const auto found = co_await cpu.load (at);
            if (!found) { aborts[1] = found.error (); }
        });
    for (const auto &abort : aborts) {
        ASSERT_TRUE (abort);
        EXPECT_EQ (abort->status (), forbidden);
    }
}

TEST_F (VmTlb, page_is_shared_until_the_guest_says_otherwise) {
    const Pa page = page_with (secret);
    const Ipa at{page.value ()};
    std::optional<sim::Abort> abort;
    guest ({1, 0}, [&] (Guest &cpu) -> Script {
        EXPECT_EQ ((co_await cpu.hvc (RAVELIN_GUEST_SHARE, {ram.value (), 0, 0}))[0], SMCCC_SUCCESS);
        reach (1);
        co_await wait_for (cpu, 2);
        EXPECT_EQ ((co_await cpu.hvc (RAVELIN_GUEST_UNSHARE, {ram.value (), 0, 0}))[0], SMCCC_SUCCESS);
        reach (3);
        co_await cpu.wfi ();
    });
    play (
        [&] (Host &cpu) -> Script {
            co_await make_vm (cpu, true, vm);
            co_await call (cpu, RAVELIN_VM_DONATE, {vm, ram.value (), page.value (), 1});
            co_await start_second (cpu);
            co_await wait_for (cpu, 1);
            EXPECT_EQ (co_await cpu.load (at), secret);
            reach (2);
            co_await wait_for (cpu, 3);
            const auto found = co_await cpu.load (at);
            if (!found) { abort = found.error (); }
        },
        runner ());
    ASSERT_TRUE (abort);
    EXPECT_EQ (abort->status (), forbidden);
}

TEST_F (VmTlb, vm_that_gets_the_vmid_of_another_reaches_nothing_of_that) {
    const Pa page    = page_with (secret);
    const auto loads = [] (std::uint64_t &value) -> Guest::Body {
        return [&value] (Guest &cpu) -> Script {
            value = (co_await cpu.load (ram)).value_or (nothing);
            co_await cpu.wfi ();
        };
    };
    play ([&] (Host &cpu) -> Script {
        cpu.guest ({1, 0}, loads (first));
        co_await make_vm (cpu, false, vm);
        co_await call (cpu, RAVELIN_VM_LEND, {vm, ram.value (), page.value (), 1, RAVELIN_WRITABLE});
        co_await run_until (cpu, vm, 0, RAVELIN_EXIT_WFI);
        co_await destroy (cpu, vm);
        cpu.guest ({1, 0}, loads (second));
        co_await make_vm (cpu, false, vm);
        co_await run (cpu, vm, 0, exit);
    });
    EXPECT_EQ (first, secret);
    EXPECT_EQ (second, 0U);
    expect_page_needed (ram);
}

TEST_F (VmTlb, vcpus_of_a_vm_have_nothing_of_each_others_stage_1_on_the_cpu_that_they_share) {
    using namespace hal::sysreg;
    // Each maps VA 0 under ASID 1, to a block of RAM of its own.
    constexpr std::uint64_t leaf  = 1U << 10 | 3U << 8 | 1U;      // AF, inner shareable, block
    constexpr std::uint64_t tcr   = 34U | 1U << 23 | 2ULL << 32;  // 30 bits, no TTBR1_EL1, 40 bits of IPA
    constexpr std::uint64_t sctlr = 0x30d0'0801;                  // RES1 bits and M
    constexpr std::uint64_t asid  = 1ULL << 48;
    const Pa memory[]             = {page_with (1), page_with (2)};
    const Pa tables               = pages (2);
    std::uint64_t found[2][2]{};
    for (const std::uint64_t number : {0U, 1U}) {
        poke (tables + number * page_size, (ram + 2 * number * block_size).value () | leaf);
        guest ({1, number}, [&, number] (Guest &cpu) -> Script {
            cpu.write<mair_el1> (0xff);
            cpu.write<ttbr0_el1> ((ram + (number + 8) * page_size).value () | asid);
            cpu.write<tcr_el1> (tcr);
            cpu.write<sctlr_el1> (sctlr);
            for (auto &value : found[number]) {
                value = (co_await cpu.load (Va{0})).value_or (nothing);
                co_await cpu.wfi ();
            }
        });
    }
    play ([&] (Host &cpu) -> Script {
        co_await make_vm (cpu, false, vm);
        for (const std::uint64_t number : {0U, 1U}) {
            const Ipa data = ram + 2 * number * block_size;
            co_await call (cpu, RAVELIN_VM_LEND, {vm, data.value (), memory[number].value (), 1, RAVELIN_WRITABLE});
        }
        co_await call (cpu, RAVELIN_VM_LEND, {vm, (ram + 8 * page_size).value (), tables.value (), 2, 0});
        for (const std::uint64_t number : {0U, 1U, 0U, 1U}) {
            co_await run_until (cpu, vm, number, RAVELIN_EXIT_WFI);
        }
    });
    for (const auto value : found[0]) {
        EXPECT_EQ (value, 1U);
    }
    for (const auto value : found[1]) {
        EXPECT_EQ (value, 2U);
    }
}

}  // namespace ravelin
