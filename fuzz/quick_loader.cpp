// SPDX-License-Identifier: BSD-2-Clause
#include "fuzz/quick_loader.hpp"

#include "sim/machine/device_tree.hpp"
#include "sim/machine/ravelin_image.hpp"

#include <algorithm>

namespace ravelin::fuzz {

namespace {
// Ravelin finds rubbish where its first tables go and where it writes the host's tree, as after a real
// loader.
constexpr std::size_t rubbish_size = 8 * page_size;
constexpr std::byte rubbish{0xa5};

// Behind Ravelin and its kernel.
constexpr std::uint64_t tree_offset = 24ULL << 20;
}  // namespace

QuickLoader::QuickLoader (sim::BoardName board, const sim::MachineOptions &options)
    : board_{board}, options_{options}, device_tree_{sim::BoardMap::of (board).ram_start + tree_offset} {
    using sim::RavelinImage;
    const auto &map = sim::BoardMap::of (board);

    add (map.image, RavelinImage::with_tiny_kernel ());
    const std::vector dirt (rubbish_size, rubbish);
    add (map.image + RavelinImage::pool_offset, dirt);
    add (map.image + RavelinImage::own_size, dirt);
    const auto tree = sim::DeviceTree::of (map, {.cpus = options.cpus, .memory = options.memory});
    add (device_tree_, tree.bytes ());
}

void QuickLoader::add (Pa pa, std::span<const std::byte> bytes) {
    while (!bytes.empty ()) {
        const auto page = bytes.first (std::min<std::size_t> (bytes.size (), page_size));
        if (std::ranges::any_of (page, [] (std::byte byte) { return byte != std::byte{}; })) {
            pages_.emplace_back (pa, std::vector (page.begin (), page.end ()));
        }
        pa    = pa + page.size ();
        bytes = bytes.subspan (page.size ());
    }
}

auto QuickLoader::boot () const -> std::unique_ptr<sim::Machine> {
    auto machine = std::make_unique<sim::Machine> (board_, options_);
    for (const auto &[pa, page] : pages_) {
        machine->place (pa, page);
    }
    machine->set_device_tree (device_tree_);
    return machine->boot ().has_value () ? std::move (machine) : nullptr;
}

}  // namespace ravelin::fuzz
