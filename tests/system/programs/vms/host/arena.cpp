// SPDX-License-Identifier: BSD-2-Clause
#include "arena.hpp"

#include "machine.hpp"
#include "memory.hpp"
#include "report.hpp"
#include "synchronize.hpp"

#include <cstddef>

extern "C" {
extern const std::byte program_end[] asm ("_end");  // program.ld
}

namespace vms {

namespace {
constinit std::array<Arena, Arena::count> arenas{};

/// The blocks behind the program. The GiB that it was loaded to is mapped as cached memory.
[[nodiscard]] auto place_of (unsigned number) -> PaRange {
    const Pa first = end_of_program ().align_up (ravelin::block_size);
    return {first + number * Arena::size, Arena::size};
}

void open (Arena &arena, PaRange place) {
    const Pa last{place.end ().value () - ravelin::page_size};
    if (!el1::machine ().has_memory_at (place.start) || !el1::machine ().has_memory_at (last) ||
        place.overlaps (el1::machine ().ravelin) || place.overlaps (el1::machine ().reserve)) {
        el1::give_up ("there's too little memory for virtual machines");
    }
    arena.open (place.start);
}
}  // namespace

void Arena::open (Pa start) {
    start_ = start;
    rest_  = start;
    for (const Ram &ram : guest_ram) {
        rest_ = rest_ + ram.range.size;
    }
}

auto Arena::page_for (Ipa ipa) const -> Pa {
    Pa place = start_;
    for (const Ram &ram : guest_ram) {
        if (ram.range.contains (ipa)) { return place + (ipa - ram.range.start); }
        place = place + ram.range.size;
    }
    el1::give_up ("a page of no RAM was asked for");
}

auto Arena::take (std::uint64_t bytes) -> Pa {
    // Whatever the size, what is taken is a multiple of the biggest thing, so that everything is aligned.
    constexpr std::uint64_t unit = 4 * ravelin::page_size;
    const auto needed            = (bytes + unit - 1) / unit * unit;
    const auto offset            = taken_;
    taken_ += needed;
    if ((rest_ - start_) + offset + needed > size) { el1::give_up ("an arena is used up"); }
    return rest_ + offset;
}

auto Arena::taken () const -> PaRange {
    return {rest_, taken_};
}

auto end_of_program () -> Pa {
    return Pa{reinterpret_cast<std::uint64_t> (program_end)};
}

auto arena (unsigned number) -> Arena & {
    Arena &wanted = arenas.at (number);
    if (!wanted.is_open ()) { open (wanted, place_of (number)); }
    return wanted;
}

void fill (PaRange range, std::uint64_t value) {
    auto *const words = reinterpret_cast<std::uint64_t *> (range.start.value ());
    for (std::uint64_t i = 0; i < range.size / sizeof value; ++i) {
        words[i] = value;
    }
    el1::clean_and_invalidate (words, range.size);
}

auto is_zero (PaRange range) -> bool {
    const auto *const words = reinterpret_cast<const volatile std::uint64_t *> (el1::normal_window (range.start));
    std::uint64_t all       = 0;
    for (std::uint64_t i = 0; i < range.size / sizeof all; ++i) {
        all |= words[i];
    }
    return all == 0;
}

}  // namespace vms
