// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/boot/reserve.hpp"

#include <algorithm>
#include <optional>

namespace ravelin {

namespace {
/// What is taken: the image, what the loader left for the host, what firmware goes on using.
using Taken = BoundedVector<PaRange, 32>;

[[nodiscard]] auto taken_of (const Platform &platform, const ImageLayout &layout, PaRange tree) -> Taken {
    static_assert (Taken::capacity >= decltype (Platform::reserved)::capacity + 8);
    Taken taken;
    bool fits = taken.push (layout.whole ()) && taken.push (tree);
    if (platform.initrd) { fits &= taken.push (*platform.initrd); }
    for (const PaRange &range : platform.reserved) {
        fits &= taken.push (range);
    }
    for (const PaRange &range : platform.board->reserved) {
        fits &= taken.push (range);
    }
    return fits ? taken : Taken{};
}

/// The highest place in @p bank; each step down passes one of @p taken for good.
[[nodiscard]] auto find_in (PaRange bank, const Taken &taken, std::uint64_t bytes) -> std::optional<PaRange> {
    Pa end = bank.end ().align_down (block_size);
    for (std::size_t step = 0; step <= taken.size (); ++step) {
        if (end < bank.start || end - bank.start < bytes) { return std::nullopt; }
        const PaRange candidate{Pa{end.value () - bytes}, bytes};
        const auto *const obstacle =
            std::ranges::find_if (taken, [&] (const PaRange &range) { return range.overlaps (candidate); });
        if (obstacle == taken.end ()) { return candidate; }
        end = obstacle->start.align_down (block_size);
    }
    return std::nullopt;
}
}  // namespace

auto find_reserve (const Platform &platform, const ImageLayout &layout, PaRange tree, std::uint64_t bytes)
    -> Booted<PaRange> {
    const Taken taken         = taken_of (platform, layout, tree);
    const std::uint64_t whole = Pa{bytes}.align_up (block_size).value ();
    for (std::size_t i = platform.ram.size (); i != 0; --i) {
        if (const auto found = find_in (platform.ram[i - 1], taken, whole)) { return *found; }
    }
    return give_up ("too little memory: no bank has room for Ravelin's own, which needs bytes:", whole);
}

}  // namespace ravelin
