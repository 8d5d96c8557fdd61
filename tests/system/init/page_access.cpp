// SPDX-License-Identifier: BSD-2-Clause
#include "page_access.hpp"

#include <array>
#include <csetjmp>
#include <csignal>
#include <fcntl.h>
#include <linux/futex.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace {
sigjmp_buf behind_fault;
siginfo_t fault;

void take_down_fault (int, siginfo_t *info, void *) {
    fault = *info;
    siglongjmp (behind_fault, 1);
}
}  // namespace

auto gets_sigbus (const std::function<void ()> &access, const volatile void *address) -> bool {
    struct sigaction catching{};
    struct sigaction before{};
    catching.sa_sigaction = take_down_fault;
    catching.sa_flags     = SA_SIGINFO;
    sigaction (SIGBUS, &catching, &before);
    fault = {};
    if (sigsetjmp (behind_fault, 1) == 0) { access (); }
    sigaction (SIGBUS, &before, nullptr);
    return fault.si_signo == SIGBUS && fault.si_addr == address;
}

auto page_calls () -> std::vector<PageCall> {
    constexpr std::size_t size = 64;
    static std::array<int, 2> pipe_ends{};
    static const int file = open ("/tmp/file", O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    static_cast<void> (pipe2 (pipe_ends.data (), O_CLOEXEC));
    return {
        {"write to a file",
         [] (char *page) {
             return write (file, page, size);
         }},
        {"write to a pipe",
         [] (char *page) {
             return write (pipe_ends[1], page, size);
         }},
        {"write to a device",
         [] (char *page) {
             return write (STDOUT_FILENO, page, size);
         }},
        {"read",
         [] (char *page) {
             const int from    = open ("/init", O_RDONLY | O_CLOEXEC);
             const long result = read (from, page, size);
             close (from);
             return result;
         }},
        {"open",
         [] (char *page) {
             return open (page, O_RDONLY | O_CLOEXEC);
         }},
        {"uname",
         [] (char *page) {
             return uname (reinterpret_cast<utsname *> (page));
         }},
        {"futex",
         [] (char *page) {
             return syscall (SYS_futex, page, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
         }},
        {"process_vm_readv",
         [] (char *page) {
             std::array<char, size> buffer{};
             const iovec to{buffer.data (), size};
             const iovec from{page, size};
             return process_vm_readv (getpid (), &to, 1, &from, 1, 0);
         }},
    };
}
