// SPDX-License-Identifier: BSD-2-Clause
// kexec IMAGE INITRAMFS WORDS: in the host, on virt, makes way for another kernel, whose command line is this one's and
// WORDS.  [kexec_load(2); Linux, Documentation/arm64/booting.rst]
#include "tests/system/init/files.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <libfdt.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>

namespace {
constexpr std::uint64_t page = 4096;

// Where the other kernel finds what, in the RAM that 2 GiB leave free.
constexpr std::uint64_t kernel_at     = 0x6000'0000;
constexpr std::uint64_t kernel_room   = 128ULL << 20;  // it clears memory behind its image
constexpr std::uint64_t initramfs_at  = kernel_at + kernel_room;
constexpr std::uint64_t tree_at       = 0x5f00'0000;
constexpr std::uint64_t trampoline_at = 0x5ff0'0000;

[[noreturn]] void give_up (const char *what) {
    std::perror (what);
    std::exit (1);
}

void must (int result, const char *what) {
    if (result < 0) {
        std::fprintf (stderr, "kexec: %s: %s\n", what, fdt_strerror (result));
        std::exit (1);
    }
}

/// This kernel's device tree, with another command line and initramfs.
[[nodiscard]] auto tree_for (const std::string &words, std::uint64_t initramfs_size) -> std::string {
    constexpr std::size_t more = 4096;
    const auto own             = read_file ("/sys/firmware/fdt");
    std::string tree (own.size () + more, '\0');
    must (fdt_open_into (own.data (), tree.data (), static_cast<int> (tree.size ())), "/sys/firmware/fdt");
    const int chosen = fdt_path_offset (tree.data (), "/chosen");
    must (chosen, "/chosen");
    const char *line = static_cast<const char *> (fdt_getprop (tree.data (), chosen, "bootargs", nullptr));
    const auto whole = std::string{line == nullptr ? "" : line} + " " + words;
    must (fdt_setprop_string (tree.data (), chosen, "bootargs", whole.c_str ()), "bootargs");
    must (fdt_setprop_u64 (tree.data (), chosen, "linux,initrd-start", initramfs_at), "linux,initrd-start");
    must (fdt_setprop_u64 (tree.data (), chosen, "linux,initrd-end", initramfs_at + initramfs_size),
          "linux,initrd-end");
    return tree;
}

[[nodiscard]] auto segment (const void *bytes, std::uint64_t size, std::uint64_t at, std::uint64_t room = 0)
    -> kexec_segment {
    const auto memory = ((room == 0 ? size : room) + page - 1) / page * page;
    return {.buf = bytes, .bufsz = size, .mem = reinterpret_cast<void *> (at), .memsz = memory};
}
}  // namespace

auto main (int count, char **words) -> int {
    if (count != 4) {
        std::fprintf (stderr, "usage: kexec IMAGE INITRAMFS WORDS\n");
        return 2;
    }
    const auto image     = read_file (words[1]);
    const auto initramfs = read_file (words[2]);
    if (image.empty () || initramfs.empty ()) { give_up ("kexec: IMAGE or INITRAMFS"); }
    const auto tree = tree_for (words[3], initramfs.size ());
    // LDR X0, tree; LDR X4, kernel; MOV X1 to X3, XZR; BR X4; NOP
    const std::array<std::uint32_t, 12> trampoline{0x5800'0100, 0x5800'0124, 0xaa1f'03e1, 0xaa1f'03e2,
                                                   0xaa1f'03e3, 0xd61f'0080, 0xd503'201f, 0xd503'201f,
                                                   tree_at,     0,           kernel_at,   0};
    const std::array segments{segment (tree.data (), tree.size (), tree_at),
                              segment (trampoline.data (), sizeof trampoline, trampoline_at),
                              segment (image.data (), image.size (), kernel_at, kernel_room),
                              segment (initramfs.data (), initramfs.size (), initramfs_at)};
    if (syscall (SYS_kexec_load, trampoline_at, segments.size (), segments.data (), KEXEC_ARCH_AARCH64) != 0) {
        give_up ("kexec_load");
    }
    sync ();
    syscall (SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC, nullptr);
    give_up ("kexec: reboot");
}
