// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/boot.h"
#include "tests.hpp"
#include "tests/system/init/child.hpp"
#include "tests/system/init/page_access.hpp"
#include "vmm.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <endian.h>
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {
constexpr char secret[]             = "what a protected VM has";
constexpr std::uint64_t ram_size    = 16UL << 20;
constexpr std::uint64_t tree        = 12UL << 20;  // offsets
constexpr std::uint64_t secret_page = 8UL << 20;

/// A protected VM that has started, and so has its memory; what it was to boot isn't signed.
struct Started {
    Started () : vm{protected_vm, ram_size} { start (); }
    explicit Started (const Memory &given) : vm{protected_vm, given} { start (); }

    void start () {
        std::memcpy (vm.ram.bytes () + secret_page, secret, sizeof secret);
        // Enough for the driver to see a signed file and a device tree, and for the firmware to refuse.
        constexpr std::uint64_t magic = RAVELIN_MANIFEST_MAGIC;
        std::memcpy (vm.ram.bytes () + offsetof (ravelin_manifest, magic), &magic, sizeof magic);
        const std::array<std::uint32_t, 7> header{htobe32 (0xd00dfeed), htobe32 (sizeof header), 0, 0, 0, htobe32 (17),
                                                  htobe32 (16)};
        std::memcpy (vm.ram.bytes () + tree, header.data (), sizeof header);
        result = vcpu.go ();
    }

    Vm vm;
    Vcpu vcpu{vm};
    int result{};
};

/// Calls by which the kernel itself would get at the page: without the process' own mapping, or to keep it.
[[nodiscard]] auto calls () -> std::vector<PageCall> {
    static std::array<int, 2> ends{};
    static_cast<void> (pipe2 (ends.data (), O_CLOEXEC | O_NONBLOCK));
    auto all = page_calls ();
    all.push_back ({"vmsplice", [] (char *page) {
                        const iovec from{page, 4096};
                        return vmsplice (ends[1], &from, 1, SPLICE_F_NONBLOCK);
                    }});
    all.push_back ({"a read of /proc/self/mem", [] (char *page) {
                        std::array<char, 64> buffer{};
                        const int memory  = open ("/proc/self/mem", O_RDONLY | O_CLOEXEC);
                        const long result = pread (memory, buffer.data (), buffer.size (),
                                                   static_cast<off_t> (reinterpret_cast<std::uintptr_t> (page)));
                        const int error   = errno;
                        close (memory);
                        errno = error;
                        return result;
                    }});
    return all;
}

void check_calls (const Started &started) {
    for (const PageCall &call : calls ()) {
        Test test{call.name + " of a protected VM's memory is an error"};
        errno             = 0;
        const long result = call.make (started.vm.ram.bytes () + secret_page);
        test.expect (result == -1, "it returns " + std::to_string (result));
        test.expect (errno == EFAULT || errno == EIO, std::strerror (errno));
    }
}

/// What a tracer gets that peeks at @p address: the errno, or 0.
[[nodiscard]] auto peek (pid_t traced, const char *address) -> int {
    if (ptrace (PTRACE_SEIZE, traced, nullptr, nullptr) != 0) { return -1; }
    ptrace (PTRACE_INTERRUPT, traced, nullptr, nullptr);
    waitpid (traced, nullptr, 0);
    errno = 0;
    static_cast<void> (ptrace (PTRACE_PEEKDATA, traced, address, nullptr));
    const int error = errno;
    ptrace (PTRACE_DETACH, traced, nullptr, nullptr);
    return error;
}

void check_other_processes () {
    {
        Test test{"a child after fork() has nothing of a protected VM's memory"};
        const Started started;
        char *const page = started.vm.ram.bytes () + secret_page;
        const int status = run_child ([&] {
            volatile char read = *page;
            static_cast<void> (read);
        });
        test.expect (WIFSIGNALED (status) && WTERMSIG (status) == SIGSEGV, "it ends with " + std::to_string (status));
    }
    {
        Test test{"a tracer gets nothing of a protected VM's memory"};
        std::array<int, 2> ends{};
        static_cast<void> (pipe2 (ends.data (), O_CLOEXEC));
        const pid_t traced = fork ();
        if (traced == 0) {
            const Started started;
            const char *const page = started.vm.ram.bytes () + secret_page;
            static_cast<void> (!write (ends[1], static_cast<const void *> (&page), sizeof page));
            pause ();
            _exit (0);
        }
        const char *page = nullptr;
        static_cast<void> (!read (ends[0], static_cast<void *> (&page), sizeof page));
        const int error = peek (traced, page);
        test.expect (error == EIO || error == EFAULT, "it gets " + std::to_string (error));
        kill (traced, SIGKILL);
        waitpid (traced, nullptr, 0);
        close (ends[0]);
        close (ends[1]);
    }
    {
        Test test{"a core dump has nothing of a protected VM's memory"};
        const int status = run_child ([] {
            static_cast<void> (chdir ("/tmp"));
            const rlimit limit{RLIM_INFINITY, RLIM_INFINITY};
            setrlimit (RLIMIT_CORE, &limit);
            const Started started;
            abort ();
        });
        test.expect (WIFSIGNALED (status) && WCOREDUMP (status), "there's no core dump: " + std::to_string (status));
        const int file = open ("/tmp/core", O_RDONLY | O_CLOEXEC);
        std::vector<char> core (64UL << 20);
        const auto got = read (file, core.data (), core.size ());
        close (file);
        unlink ("/tmp/core");
        test.expect (got > 0, "it can't be read");
        const std::string_view text{core.data (), static_cast<std::size_t> (got > 0 ? got : 0)};
        // The program's own copy is in its constants, which are no part of a dump.
        test.expect (text.find (secret) == std::string_view::npos, "it has the secret");
    }
}
}  // namespace

void test_protected_memory () {
    {
        Test test{"what a VMM has written before a slot was made is there afterwards"};
        const Memory memory{4UL << 20};
        std::memcpy (memory.bytes () + 4096, secret, sizeof secret);
        const Vm vm{protected_vm};
        expect (test, "the slot",
                vm.set_slot ({1, 0, 0x8000'0000, memory.size (), reinterpret_cast<std::uint64_t> (memory.bytes ())}),
                0);
        test.expect (std::strcmp (memory.bytes () + 4096, secret) == 0, "it's gone");
        test.expect (memory.bytes ()[8192] == 0, "something else is there");
    }
    {
        Test test{"what isn't signed doesn't start, and that is an event"};
        const Started started;
        expect (test, "KVM_RUN", started.result, 0);
        expect (test, "its reason", static_cast<int> (started.vcpu.run->exit_reason), KVM_EXIT_SYSTEM_EVENT);
        expect (test, "its type", static_cast<int> (started.vcpu.run->system_event.type), KVM_SYSTEM_EVENT_CRASH);
    }
    {
        Test test{"a load or store of a protected VM's memory is SIGBUS"};
        const Started started;
        volatile char *const page = started.vm.ram.bytes () + secret_page;
        char read                 = 'x';
        test.expect (gets_sigbus ([&] { read = *page; }, page) && read == 'x', "a load isn't");
        test.expect (gets_sigbus ([&] { *page = 'y'; }, page), "a store isn't");
    }
    {
        const Started started;
        check_calls (started);
    }
    check_other_processes ();
    {
        Test test{"memory of a protected VM is another VM's only when that has ended"};
        const Memory memory{4UL << 20};
        const kvm_userspace_memory_region region{1, 0, 0x8000'0000, memory.size (),
                                                 reinterpret_cast<std::uint64_t> (memory.bytes ())};
        {
            const Vm first{protected_vm};
            const Vm second{protected_vm};
            expect (test, "the first one's slot", first.set_slot (region), 0);
            expect (test, "the second one's", second.set_slot (region), -EBUSY);
        }
        const Vm third{protected_vm};
        expect (test, "the third one's, of both that have ended", third.set_slot (region), 0);
    }
    {
        Test test{"a protected VM starts with the memory of one that has ended"};
        const Memory memory{ram_size};
        for (int i = 0; i < 2; ++i) {
            const Started started{memory};
            expect (test, "KVM_RUN", started.result, 0);
            expect (test, "its type", static_cast<int> (started.vcpu.run->system_event.type), KVM_SYSTEM_EVENT_CRASH);
        }
    }
    {
        Test test{"a protected VM without a signed file doesn't start"};
        const Vm vm{protected_vm};
        const Vcpu vcpu{vm};
        expect (test, "KVM_RUN", vcpu.go (), -ENOEXEC);
    }
}
