// SPDX-License-Identifier: BSD-2-Clause
// Memory of a plain VM that comes, goes and moves while the VM runs.
#include "prober.hpp"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

namespace {
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
}  // namespace

void test_live_slots () {
    check_life ();
    check_read_only ();
    check_missing_page ();
}
