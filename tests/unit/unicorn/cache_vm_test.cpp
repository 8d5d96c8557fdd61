// SPDX-License-Identifier: BSD-2-Clause
// What a page held before it changed hands, as real code of a host and of its guest sees it, on a machine with caches.
#include "hyp/abi/vm_calls.h"
#include "tests/unit/unicorn/running_host.hpp"

#include <gtest/gtest.h>

namespace ravelin::test {

namespace {
using namespace a64;
using Heeded = sim::CacheSystem::Heeded;

constexpr std::uint64_t free_memory = 0x5000'0000;
constexpr std::uint64_t page        = free_memory + 0x10'0000;  // what is donated
constexpr std::uint64_t ram         = 0x4000'0000;              // of the VM
constexpr std::uint64_t secret      = 0x5ec7e7;

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

    /// Writes @p program to the page.
    void write (const Code &program) {
        std::uint64_t at = page;
        for (const auto word : program.words ()) {
            code.set (1, at).set (2, word).then ({str_w (2, 1)});
            at += 4;
        }
    }

    /// Makes a protected VM that begins in @p page, which holds @p guest.
    void make_vm (const Code &guest) {
        write (guest);
        call (RAVELIN_VM_CREATE, {free_memory, 40U | RAVELIN_VM_PROTECTED, 1}, false);
        code.then ({add (20, 1, 0)});
        call (RAVELIN_VM_ADD_RAM, {ram, block_size});
        call (RAVELIN_VM_TOP_UP, {free_memory + 0x1'0000, 8});
        call (RAVELIN_VCPU_CREATE, {0, free_memory + 0x2'0000, ram, 0, 0});
        call (RAVELIN_VM_DONATE, {ram, page, 1});
        call (RAVELIN_VCPU_RUN, {0, 0});
    }

    /// Runs all of it to its end.
    [[nodiscard]] auto run (const Heeded &heeded) -> RunningHost {
        RunningHost host{code.then ({wfi}), {.caches = sim::Eviction::never}};
        host.machine ().caches ()->heed (heeded);
        host.run ();
        return host;
    }

    /// A program that stores @p value where it ends; of the host it returns to X10 then, of a guest, whose X10 is 0, it
    /// sleeps.
    [[nodiscard]] static auto storing (std::uint64_t value, std::uint64_t where) -> Code {
        return Code{}.set (1, where).set (3, value).then ({str_w (3, 1), cbz (10, 2), br (10), wfi});
    }

    /// A host executes a page, writes a guest's program there and donates it: what that has stored at last.
    [[nodiscard]] auto stored_by_guest (const Heeded &heeded) -> std::uint64_t {
        write (storing (1, ram + 0x800));
        code.set (9, page);
        const auto back = RunningHost::code + 4 * (code.words ().size () + 4 + 1);
        code.set (10, back).then ({br (9)});
        make_vm (storing (2, ram + 0x800));
        auto host = run (heeded);
        return host.word (page + 0x800) & 0xffff'ffff;
    }

    /// A guest stores its secret; the host ends it and reads the page.
    [[nodiscard]] auto read_after_reclaim (const Heeded &heeded) -> std::uint64_t {
        make_vm (storing (secret, ram + 0x800));
        call (RAVELIN_VM_DESTROY, {});
        for (int i = 0; i < 4; ++i) {
            call (RAVELIN_VM_RECLAIM, {});
        }
        code.set (1, page + 0x800).then ({ldr_w (22, 1)});
        auto host = run (heeded);
        return host.x (22);
    }

    Code code;
};
}  // namespace

TEST_F (UnicornVmCache, a_guest_executes_what_is_in_its_page_not_what_was) {
    EXPECT_EQ (stored_by_guest ({}), 2U);
}

TEST_F (UnicornVmCache, what_comes_back_is_zero_for_a_host_without_caches) {
    EXPECT_EQ (read_after_reclaim ({}), 0U);
}

TEST_F (UnicornVmCache, a_secret_zeroed_only_in_the_cache_is_read_around_it) {
    EXPECT_EQ (read_after_reclaim ({.clean = false, .invalidate = false}), secret);
}

TEST_F (UnicornVmCache, old_instructions_run_in_a_page_that_has_become_a_guests_code) {
    EXPECT_EQ (stored_by_guest ({.code_here = false, .code_everywhere = false}), 1U);
}

}  // namespace ravelin::test
