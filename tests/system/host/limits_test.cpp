// SPDX-License-Identifier: BSD-2-Clause
#include "tests.hpp"
#include "tests/system/init/child.hpp"
#include "tests/system/init/files.hpp"
#include "vmm.hpp"

#include <cerrno>
#include <cstring>
#include <sys/resource.h>
#include <unistd.h>

namespace {
constexpr uid_t nobody = 65534;

/// Whether what is said of this process in /proc/self/status is @p line.
[[nodiscard]] auto status_has (const char *line) -> bool {
    return read_file ("/proc/self/status").find (line) != std::string::npos;
}

/// Has a VM use 4 MiB as a user who may pin 64 KiB: what KVM_RUN returns.
void run_beyond_limit () {
    const Vm vm{plain_vm};
    const rlimit limit{64UL << 10, 64UL << 10};
    setrlimit (RLIMIT_MEMLOCK, &limit);
    static_cast<void> (setuid (nobody));
    const Vcpu vcpu{vm};
    // Stores to one block after the other.
    vm.ram.write (0, std::array{0xd2a8'0003U /* MOV X3, #0x40000000 */, 0xf900'0063U /* STR X3, [X3] */,
                                0x9140'0463U /* ADD X3, X3, #4096 */, 0x17ff'fffeU /* B -8 */});
    _exit (vcpu.go (ram_start) == -ENOMEM ? 42 : 1);
}
}  // namespace

void test_limits () {
    {
        Test test{"a VM takes no more memory than RLIMIT_MEMLOCK allows"};
        const int status = run_child (run_beyond_limit);
        test.expect (WIFEXITED (status) && WEXITSTATUS (status) == 42, "it ends with " + std::to_string (status));
    }
    {
        Test test{"memory is counted while a VM has it, and no longer"};
        test.expect (status_has ("VmPin:\t       0 kB"), "some is counted before");
        {
            const Vm vm{plain_vm};
            const Vcpu vcpu{vm};
            vm.ram.write (0, std::array{a64::str_w1_x0, a64::stay});
            static_cast<void> (vcpu.set (x (0), outside));
            expect (test, "KVM_RUN", vcpu.go (ram_start), 0);
            test.expect (!status_has ("VmPin:\t       0 kB"), "none is counted");
        }
        test.expect (status_has ("VmPin:\t       0 kB"), "some is still counted");
    }
    {
        Test test{"memory of a protected VM that has ended can be used again"};
        const Memory memory{4UL << 20};
        {
            const Descriptor kvm = open_kvm ();
            const Descriptor vm{kvm.call (KVM_CREATE_VM, protected_vm)};
            const kvm_userspace_memory_region region{0, 0, ram_start, memory.size (),
                                                     reinterpret_cast<std::uint64_t> (memory.bytes ())};
            expect (test, "the slot", vm.call (KVM_SET_USER_MEMORY_REGION, &region), 0);
            memory.bytes ()[0] = 1;
        }
        test.expect (memory.bytes ()[0] == 1, "it has changed");
        memory.bytes ()[1 << 20] = 2;
        test.expect (memory.bytes ()[1 << 20] == 2, "it can't be written");
    }
}
