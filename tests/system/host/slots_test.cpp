// SPDX-License-Identifier: BSD-2-Clause
// Memory of a plain VM that changes while the VM runs.
#include "tests.hpp"
#include "tests/system/init/files.hpp"
#include "vmm.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

namespace {
constexpr std::uint64_t page  = 4096;
constexpr std::uint64_t place = 0x8000'0000;

/// A VM that stores X1 where X0 says, and then loads X2 from there, each time that it runs.
struct Prober {
    explicit Prober (Test &report) : test{report} {
        vm.ram.write (0, std::array{a64::str_x1_x0, a64::ldr_x2_x0, a64::str_x1_x3, a64::stay});
    }

    /// Probes @p ipa: whether both are made of memory.
    [[nodiscard]] auto reaches (std::uint64_t ipa, std::uint64_t value) const -> bool {
        static_cast<void> (vcpu.finish ());
        static_cast<void> (vcpu.set (x (0), ipa));
        static_cast<void> (vcpu.set (x (1), value));
        static_cast<void> (vcpu.set (x (3), outside));
        expect (test, "KVM_RUN", vcpu.go (ram_start), 0);
        expect (test, "its reason", static_cast<int> (vcpu.run->exit_reason), KVM_EXIT_MMIO);
        return vcpu.run->mmio.phys_addr == outside;
    }

    [[nodiscard]] auto set (std::uint64_t where, std::uint64_t size, std::uint32_t flags = 0) const -> int {
        return vm.set_slot ({1, flags, where, size, reinterpret_cast<std::uint64_t> (more.bytes ())});
    }

    [[nodiscard]] auto word (std::uint64_t offset) const -> std::uint64_t {
        std::uint64_t value = 0;
        std::memcpy (&value, more.bytes () + offset, sizeof value);
        return value;
    }

    Test &test;
    Vm vm{plain_vm};
    Vcpu vcpu{vm};
    Memory more{4 * page};
};

void check_life () {
    Test test{"memory of a VM that runs can be added, moved and removed"};
    const Prober prober{test};
    test.expect (!prober.reaches (place, 1), "there's memory at first");
    test.expect (prober.vcpu.run->mmio.phys_addr == place && prober.vcpu.run->mmio.is_write != 0,
                 "where there's none it isn't a device's store");
    expect (test, "added", prober.set (place, 4 * page), 0);
    test.expect (prober.reaches (place + page, 2) && prober.word (page) == 2, "what was added isn't there");
    expect (test, "moved", prober.set (place + 16 * page, 4 * page), 0);
    test.expect (!prober.reaches (place + page, 3), "it's still where it was");
    test.expect (prober.reaches (place + 18 * page, 4) && prober.word (2 * page) == 4, "it isn't where it went");
    expect (test, "removed", prober.set (0, 0), 0);
    test.expect (!prober.reaches (place + 18 * page, 5) && prober.word (2 * page) == 4, "it's still there");
}

void check_read_only () {
    Test test{"a store to a read-only slot comes to the VMM, and a load from it doesn't"};
    const Prober prober{test};
    expect (test, "added", prober.set (place, 4 * page, KVM_MEM_READONLY), 0);
    prober.more.bytes ()[0] = 7;
    test.expect (!prober.reaches (place, 0x99), "the store came nowhere");
    const auto &mmio = prober.vcpu.run->mmio;
    test.expect (mmio.phys_addr == place && mmio.is_write != 0 && mmio.len == 8 && mmio.data[0] == 0x99,
                 "it was another access");
    // The load and the last store.
    expect (test, "KVM_RUN", prober.vcpu.go (), 0);
    test.expect (prober.vcpu.run->mmio.phys_addr == outside, "the load came to the VMM");
    test.expect (prober.vcpu.get (x (2)) == 7, "it read something else");
    test.expect (prober.word (0) == 7, "the memory has changed");
}

void check_dirty_log () {
    Test test{"what a VM has written since the VMM asked is dirty, and nothing else"};
    const Prober prober{test};
    std::array<std::uint64_t, 1> bitmap{};
    kvm_dirty_log log{};
    log.slot         = 1;
    log.dirty_bitmap = bitmap.data ();
    expect (test, "no slot", prober.vm.vm.call (KVM_GET_DIRTY_LOG, &log), -ENOENT);
    expect (test, "added", prober.set (place, 4 * page), 0);
    expect (test, "not logged", prober.vm.vm.call (KVM_GET_DIRTY_LOG, &log), -ENOENT);
    test.expect (prober.reaches (place + page, 1), "it isn't there");
    expect (test, "logged", prober.set (place, 4 * page, KVM_MEM_LOG_DIRTY_PAGES), 0);
    const auto dirty = [&] {
        expect (test, "KVM_GET_DIRTY_LOG", prober.vm.vm.call (KVM_GET_DIRTY_LOG, &log), 0);
        return bitmap[0];
    };
    test.expect (dirty () == 0, "what was written before is said to be dirty");
    test.expect (prober.reaches (place + page, 2) && prober.reaches (place + 3 * page, 3), "stores don't get there");
    test.expect (prober.word (page) == 2 && prober.word (3 * page) == 3, "stores are lost");
    test.expect (dirty () == 0b1010, "it's " + std::to_string (bitmap[0]));
    test.expect (dirty () == 0, "it's dirty again");
    test.expect (prober.reaches (place + page, 4) && dirty () == 0b0010, "a second store isn't seen");
    expect (test, "not logged any more", prober.set (place, 4 * page), 0);
    test.expect (prober.reaches (place + 2 * page, 5) && prober.word (2 * page) == 5, "a later store isn't there");
    expect (test, "not logged", prober.vm.vm.call (KVM_GET_DIRTY_LOG, &log), -ENOENT);
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

/// Gives the page that is missed first, full of @p value. [userfaultfd(2)]
void bring_page (int fault_descriptor, unsigned char value) {
    uffd_msg message{};
    if (read (fault_descriptor, &message, sizeof message) != sizeof message) { return; }
    std::array<unsigned char, page> content{};
    content.fill (value);
    uffdio_copy copy{};
    copy.dst = message.arg.pagefault.address / page * page;
    copy.src = reinterpret_cast<std::uint64_t> (content.data ());
    copy.len = page;
    ioctl (fault_descriptor, UFFDIO_COPY, &copy);
}

void check_missing_page () {
    Test test{"a page that the VMM brings when it is missed gets to the VM"};
    const Prober prober{test};
    const Descriptor faults{static_cast<int> (syscall (SYS_userfaultfd, O_CLOEXEC))};
    const uffdio_api api{.api = UFFD_API, .features = 0, .ioctls = 0};
    expect (test, "UFFDIO_API", faults.call (UFFDIO_API, &api), 0);
    uffdio_register range{};
    range.range.start = reinterpret_cast<std::uint64_t> (prober.more.bytes ());
    range.range.len   = 4 * page;
    range.mode        = UFFDIO_REGISTER_MODE_MISSING;
    expect (test, "UFFDIO_REGISTER", faults.call (UFFDIO_REGISTER, &range), 0);
    expect (test, "added", prober.set (place, 4 * page), 0);
    std::thread bringer{bring_page, faults.number (), 0x5a};
    test.expect (prober.reaches (place + 2 * page, 7), "it doesn't get there");
    bringer.join ();
    test.expect (prober.word (2 * page) == 7, "the VM's store isn't in it");
    test.expect (prober.word (2 * page + 8) == 0x5a5a'5a5a'5a5a'5a5a, "it's another page");
}

void check_abort () {
    constexpr std::uint64_t vbar_el1 = ARM64_SYS_REG (3, 0, 12, 0, 0);
    constexpr std::uint64_t esr_el1  = ARM64_SYS_REG (3, 0, 5, 2, 0);
    constexpr std::uint64_t far_el1  = ARM64_SYS_REG (3, 0, 6, 0, 0);
    constexpr std::uint64_t elr_el1  = core_u64 | KVM_REG_ARM_CORE_REG (elr_el1);
    constexpr std::uint64_t vectors  = 0x800;
    const auto check                 = [] (const char *what, std::uint64_t pc, std::uint64_t esr, std::uint64_t far) {
        Test test{std::string{"outside all memory a VM takes an abort for "} + what};
        const Prober prober{test};
        prober.vm.ram.write (0, std::array{a64::stp_x1_x2_x0});
        prober.vm.ram.write (vectors + 0x200, std::array{a64::str_x1_x3, a64::stay});
        static_cast<void> (prober.vcpu.set (vbar_el1, ram_start + vectors));
        static_cast<void> (prober.vcpu.set (x (0), place));
        static_cast<void> (prober.vcpu.set (x (3), outside));
        expect (test, "KVM_RUN", prober.vcpu.go (pc), 0);
        test.expect (prober.vcpu.run->exit_reason == KVM_EXIT_MMIO && prober.vcpu.run->mmio.phys_addr == outside,
                                     "its vectors weren't run");
        test.expect (prober.vcpu.get (esr_el1) == esr, "ESR_EL1 is another");
        test.expect (prober.vcpu.get (far_el1) == far, "FAR_EL1 is another");
        test.expect (prober.vcpu.get (elr_el1) == pc, "ELR_EL1 is another");
    };
    check ("two registers at once", ram_start, 0x9600'0010, place);
    check ("an instruction", place, 0x8600'0010, place);
}
}  // namespace

void test_live_slots () {
    check_life ();
    check_read_only ();
    check_dirty_log ();
    check_dirty_block ();
    check_missing_page ();
    check_abort ();
}
