// SPDX-License-Identifier: BSD-2-Clause
#include "witness.hpp"

#include "hyp/abi/status.h"
#include "report.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <libfdt.h>

namespace attacks {

namespace {
constexpr std::uint64_t ram_size = 6ULL << 20;
constexpr std::uint64_t word     = sizeof (std::uint64_t);

[[nodiscard]] auto prepare (const vms::Image &image, Change change) -> boot::Boot {
    boot::Boot boot{image, ram_size};
    boot.put_tree (vms::images::hostile_tree ());
    change (boot);
    return boot;
}

[[nodiscard]] auto is_access_to (std::uint64_t ipa, const vms::Exit &exit) -> bool {
    return exit.status == RAVELIN_SUCCESS && exit.cause == RAVELIN_EXIT_MMIO && exit.x2 == ipa;
}
}  // namespace

Witness::Witness (Change change, const vms::Image &image)
    : boot_{prepare (image, change)}, vm_{boot_.place, boot_.shape} {}

auto Witness::begins () -> bool {
    if (!is_access_to (GUEST_BEGUN, run ())) { return false; }
    const auto first = run ();
    if (!is_access_to (GUEST_ASK, first)) { return false; }
    read_tree (first.x4);
    return true;
}

auto Witness::at (std::uint64_t ipa) -> std::uint64_t {
    static_cast<void> (run ());
    return vms::vcpu_run (vm_.handle (), 0, ipa).x4;
}

void Witness::read_tree (std::uint64_t ipa) {
    std::array<std::uint64_t, header_words> header{};
    read (ipa, header);
    const std::uint64_t size = fdt_totalsize (header.data ());
    read (ipa, std::span{tree_}.first (std::min (tree_.size (), (size + word - 1) / word)));
}

void Witness::read (std::uint64_t ipa, std::span<std::uint64_t> room) {
    for (std::uint64_t &each : room) {
        each = at (ipa);
        ipa += word;
    }
}

auto Witness::property (const char *path, const char *name) const -> vms::File {
    int size          = 0;
    const int node    = fdt_path_offset (tree_.data (), path);
    const void *bytes = node < 0 ? nullptr : fdt_getprop (tree_.data (), node, name, &size);
    if (bytes == nullptr) { return {}; }
    return {static_cast<const std::byte *> (bytes), static_cast<std::size_t> (size)};
}

auto Witness::initramfs () const -> std::uint64_t {
    const auto start = property ("/chosen", "linux,initrd-start");
    if (start.size () != sizeof (fdt64_t)) { el1::give_up ("a kernel has no initramfs"); }
    return fdt64_ld (reinterpret_cast<const fdt64_t *> (start.data ()));
}

}  // namespace attacks
