// SPDX-License-Identifier: BSD-2-Clause
// What a page held before it changed hands, as real code of a host and of its guest sees it, on a machine with caches.
#include "hyp/abi/boot.h"
#include "hyp/abi/vm_calls.h"
#include "tests/unit/unicorn/running_host.hpp"

#include <gtest/gtest.h>

namespace ravelin::test {

namespace {
using namespace a64;
using Heeded = sim::CacheSystem::Heeded;

constexpr std::uint64_t free_memory = 0x5000'0000;
constexpr std::uint64_t firmware    = free_memory + 0x10'0000;  // pages that become the guest firmware's
constexpr std::uint64_t data        = free_memory + 0x18'0000;  // and one more that is donated
constexpr std::uint64_t ram         = 0x4000'0000;              // of the VM
constexpr std::uint64_t data_ipa    = ram + 0x18'0000;
constexpr std::uint64_t secret      = 0x5ec7e0;

/// A host without stage 1, and the code that it executes.
class UnicornVmCache : public testing::Test {
  protected:
    /// HVC @p function with @p x from X1 on; X1 is the VM's handle, which X20 keeps, if @p of_vm.
    void call (std::uint64_t function, const std::vector<std::uint64_t> &x, bool of_vm = true) {
        unsigned number = of_vm ? 2 : 1;
        for (const auto value : x) {
            code.set (number++, value);
        }
        if (of_vm) { code.then ({add (1, 20, 0)}); }
        code.set (0, function).then ({hvc (0)});
    }

    /// Makes a protected VM and runs it: there's no manifest for its firmware.
    void make_vm () {
        call (RAVELIN_VM_CREATE, {free_memory, 40U | RAVELIN_VM_PROTECTED, 1}, false);
        code.then ({add (20, 1, 0)});
        call (RAVELIN_VM_ADD_RAM, {ram, block_size});
        call (RAVELIN_VM_TOP_UP, {free_memory + 0x1'0000, 8});
        call (RAVELIN_VM_DONATE, {ram + RAVELIN_IMAGE_FIRMWARE, firmware, RAVELIN_FIRMWARE_PAGES});
        call (RAVELIN_VM_DONATE, {data_ipa, data, 1});
        call (RAVELIN_VCPU_CREATE, {0, free_memory + 0x2'0000, ram + RAVELIN_IMAGE_FIRMWARE, 0, 0});
        call (RAVELIN_VCPU_RUN, {0, 0});
    }

    /// Runs all of it to its end.
    [[nodiscard]] auto run (const Heeded &heeded) -> RunningHost {
        RunningHost host{code.then ({wfi}), {.caches = sim::Eviction::never}};
        host.machine ().caches ()->heed (heeded);
        host.run ();
        return host;
    }

    /// A host executes where a firmware's first instruction will be, and gives the pages away. If that is executed in
    /// the VM once more, a secret is in the VM's other page.
    void leave_old_instructions () {
        constexpr std::uint64_t entry = firmware + RAVELIN_FIRMWARE_ENTRY;
        // To the host, whose X10 isn't 0, it returns; in a guest it sleeps.
        const Code program = Code{}.set (1, data_ipa).set (3, secret).then ({cbz (10, 2), br (10), str_w (3, 1), wfi});
        std::uint64_t at   = entry;
        for (const auto word : program.words ()) {
            code.set (1, at).set (2, word).then ({str_w (2, 1)});
            at += 4;
        }
        code.set (9, entry);
        const auto back = RunningHost::code + 4 * (code.words ().size () + 4 + 1);
        code.set (10, back).then ({br (9)});
        make_vm ();
    }

    /// What is stored in that page while the VM lives.
    [[nodiscard]] auto stored_by_guest (const Heeded &heeded) -> std::uint64_t {
        leave_old_instructions ();
        auto host = run (heeded);
        return host.word (data) & 0xffff'ffff;
    }

    /// What the host reads there once it has ended the VM.
    [[nodiscard]] auto read_after_reclaim (const Heeded &heeded) -> std::uint64_t {
        leave_old_instructions ();
        call (RAVELIN_VM_DESTROY, {});
        for (int i = 0; i < 4; ++i) {
            call (RAVELIN_VM_RECLAIM, {});
        }
        code.set (1, data).then ({ldr_w (22, 1)});
        auto host = run (heeded);
        return host.x (22);
    }

    Code code;
};
}  // namespace

TEST_F (UnicornVmCache, a_firmware_executes_what_is_in_its_pages_not_what_was) {
    EXPECT_EQ (stored_by_guest ({}), 0U);
}

TEST_F (UnicornVmCache, old_instructions_run_in_a_page_that_has_become_a_firmwares) {
    EXPECT_EQ (stored_by_guest ({.code_here = false, .code_everywhere = false}), secret);
}

TEST_F (UnicornVmCache, what_comes_back_is_zero_for_a_host_without_caches) {
    EXPECT_EQ (read_after_reclaim ({.code_here = false, .code_everywhere = false}), 0U);
}

TEST_F (UnicornVmCache, a_secret_zeroed_only_in_the_cache_is_read_around_it) {
    EXPECT_EQ (read_after_reclaim ({.clean = false, .invalidate = false, .code_here = false, .code_everywhere = false}),
               secret);
}

}  // namespace ravelin::test
