// SPDX-License-Identifier: BSD-2-Clause
// Which pages a plain VM has written since its VMM asked last.
#include "prober.hpp"
#include "tests/system/init/files.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <sys/mman.h>
#include <thread>
#include <utility>

namespace {
/// The dirty log of a prober's other slot.
struct DirtyLog {
    explicit DirtyLog (const Prober &logged) : prober{logged} {}

    /// KVM_GET_DIRTY_LOG: 0 or -errno.
    [[nodiscard]] auto get (void *bitmap) const -> int {
        kvm_dirty_log log{};
        log.slot         = 1;
        log.dirty_bitmap = bitmap;
        return prober.vm.vm.call (KVM_GET_DIRTY_LOG, &log);
    }
    /// The pages, one bit each.
    [[nodiscard]] auto take () const -> std::uint64_t {
        std::uint64_t bitmap = 0;
        expect (prober.test, "KVM_GET_DIRTY_LOG", get (&bitmap), 0);
        return bitmap;
    }

    const Prober &prober;
};

void check_dirty_log () {
    Test test{"what a VM has written since the VMM asked is dirty, and nothing else"};
    const Prober prober{test};
    const DirtyLog log{prober};
    std::uint64_t none = 0;
    expect (test, "no slot", log.get (&none), -ENOENT);
    expect (test, "added", prober.set (place, 4 * page), 0);
    expect (test, "not logged", log.get (&none), -ENOENT);
    test.expect (prober.reaches (place + page, 1), "it isn't there");
    expect (test, "logged", prober.set (place, 4 * page, KVM_MEM_LOG_DIRTY_PAGES), 0);
    test.expect (log.take () == 0, "what was written before is said to be dirty");
    test.expect (prober.reaches (place + page, 2) && prober.reaches (place + 3 * page, 3), "stores don't get there");
    test.expect (prober.word (page) == 2 && prober.word (3 * page) == 3, "stores are lost");
    const auto dirty = log.take ();
    test.expect (dirty == 0b1010, "it's " + std::to_string (dirty));
    test.expect (log.take () == 0, "it's dirty again");
    test.expect (prober.reaches (place + page, 4) && log.take () == 0b0010, "a second store isn't seen");
    expect (test, "not logged any more", prober.set (place, 4 * page), 0);
    test.expect (prober.reaches (place + 2 * page, 5) && prober.word (2 * page) == 5, "a later store isn't there");
    expect (test, "not logged", log.get (&none), -ENOENT);
}

void check_new_slot () {
    Test test{"a slot that is logged from its beginning has the pages that were written, and not those that were read"};
    const Prober prober{test};
    const DirtyLog log{prober};
    expect (test, "added", prober.set (place, 4 * page, KVM_MEM_LOG_DIRTY_PAGES), 0);
    test.expect (prober.loads (place) && prober.loads (place + 2 * page), "loads don't get there");
    test.expect (log.take () == 0, "what was read is dirty");
    test.expect (prober.reaches (place + page, 1) && prober.reaches (place + 2 * page, 2), "stores don't get there");
    test.expect (log.take () == 0b0110, "other pages are dirty");
    test.expect (prober.loads (place + page), "a load doesn't get there");
    test.expect (log.take () == 0, "what was read again is dirty");
}

void check_failing_log () {
    Test test{"what is dirty stays so if the VMM can't be told"};
    const Prober prober{test};
    const DirtyLog log{prober};
    expect (test, "added", prober.set (place, 4 * page, KVM_MEM_LOG_DIRTY_PAGES), 0);
    test.expect (prober.reaches (place + 3 * page, 1), "a store doesn't get there");
    expect (test, "KVM_GET_DIRTY_LOG", log.get (nullptr), -EFAULT);
    test.expect (log.take () == 0b1000, "it isn't any more");
}

/// Each of two vCPUs writes to all pages of a slot, while the VMM asks again and again.
void check_vcpus () {
    Test test{"no page is forgotten that two vCPUs have written"};
    constexpr std::uint64_t pages = 512;
    const Vm vm{plain_vm};
    const Vcpu first{vm, 0};
    const Vcpu second{vm, 1};
    const Memory more{pages * page};
    expect (test, "added",
            vm.set_slot (
                {1, KVM_MEM_LOG_DIRTY_PAGES, place, more.size (), reinterpret_cast<std::uint64_t> (more.bytes ())}),
            0);
    // Stores the number of the round to each page, once upwards, and tells the end.
    vm.ram.write (0,
                  std::array{a64::str_x1_x0, 0x9140'0400U /* ADD X0, X0, #4096 */, 0xf100'0484U /* SUBS X4, X4, #1 */,
                             0x54ff'ffa1U /* B.NE -12 */, a64::str_x1_x3, a64::stay});
    using Bitmap    = std::array<std::uint64_t, pages / 64>;
    const auto take = [&] {
        Bitmap bitmap{};
        kvm_dirty_log log{};
        log.slot         = 1;
        log.dirty_bitmap = bitmap.data ();
        expect (test, "KVM_GET_DIRTY_LOG", vm.vm.call (KVM_GET_DIRTY_LOG, &log), 0);
        return bitmap;
    };
    std::atomic<int> running = 2;
    const auto write         = [&] (const Vcpu &vcpu, std::uint64_t offset) {
        for (const auto &[which, value] : {std::pair{0U, place + offset}, {1U, 1UL}, {3U, outside}, {4U, pages}}) {
            static_cast<void> (vcpu.set (x (which), value));
        }
        static_cast<void> (vcpu.go (ram_start));
        --running;
    };
    std::thread one{write, std::cref (first), 0};
    std::thread other{write, std::cref (second), 8};
    Bitmap all{};
    const auto gather = [&] {
        std::ranges::transform (all, take (), all.begin (), std::bit_or{});
    };
    while (running != 0) {
        gather ();
    }
    one.join ();
    other.join ();
    gather ();
    test.expect (std::ranges::all_of (all, [] (std::uint64_t word) { return word == ~0UL; }), "some are not dirty");
    test.expect (take () == Bitmap{}, "some are dirty that nobody has written since");
    for (std::uint64_t at = 0; at < more.size (); at += page) {
        test.expect (more.bytes ()[at] == 1 && more.bytes ()[at + 8] == 1, "a store is lost");
    }
}

void check_dirty_block () {
    Test test{"one page of a huge one that a VM has can be dirty"};
    constexpr std::uint64_t block = 2UL << 20;
    const Vm vm{plain_vm};
    const Vcpu vcpu{vm};
    const Memory huge{2 * block};
    const auto first = (reinterpret_cast<std::uint64_t> (huge.bytes ()) + block - 1) / block * block;
    madvise (reinterpret_cast<void *> (first), block, MADV_HUGEPAGE);
    vm.ram.write (0, std::array{a64::str_x1_x0, a64::str_x1_x3, a64::stay});
    const auto region = [&] (std::uint32_t flags) {
        return vm.set_slot ({1, flags, place, block, first});
    };
    const auto store = [&] (std::uint64_t ipa) {
        static_cast<void> (vcpu.finish ());
        static_cast<void> (vcpu.set (x (0), ipa));
        static_cast<void> (vcpu.set (x (3), outside));
        static_cast<void> (vcpu.go (ram_start));
        return vcpu.run->mmio.phys_addr == outside;
    };
    std::array<std::uint64_t, 8> bitmap{};
    kvm_dirty_log log{};
    log.slot         = 1;
    log.dirty_bitmap = bitmap.data ();
    const auto pages = [] {
        return std::atol (read_file ("/sys/module/ravelin_kvm/parameters/pages").c_str ());
    };
    expect (test, "added", region (0), 0);
    const auto before = pages ();
    test.expect (store (place), "a store doesn't get there");
    test.expect (pages () - before >= 512, "the VM doesn't have it whole");
    expect (test, "logged", region (KVM_MEM_LOG_DIRTY_PAGES), 0);
    test.expect (store (place + 70 * page) && store (place + 71 * page), "a store doesn't get there");
    expect (test, "KVM_GET_DIRTY_LOG", vm.vm.call (KVM_GET_DIRTY_LOG, &log), 0);
    test.expect (bitmap == std::array<std::uint64_t, 8>{0, 0xc0}, "other pages are dirty");
    test.expect (store (place + 71 * page), "a store doesn't get there");
    expect (test, "KVM_GET_DIRTY_LOG", vm.vm.call (KVM_GET_DIRTY_LOG, &log), 0);
    test.expect (bitmap == std::array<std::uint64_t, 8>{0, 0x80}, "other pages are dirty later");
}
}  // namespace

void test_dirty_log () {
    check_dirty_log ();
    check_new_slot ();
    check_failing_log ();
    check_vcpus ();
    check_dirty_block ();
}
