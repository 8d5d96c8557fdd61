// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/load_places.hpp"

#include "hyp/core/address.hpp"

#include <algorithm>

namespace ravelin::sim {

namespace {
constexpr std::uint64_t room_for_kernel = 128ULL << 20;
constexpr std::uint64_t word            = 4;

// What a Pi's firmware has loaded ends here, or at the end of RAM.
constexpr Pa end_of_loaded{0x2f00'0000};
}  // namespace

auto place_of_initrd (const BoardMap &board, std::uint64_t bank, std::uint64_t size) -> PaRange {
    const Pa start    = board.ram_start + std::min (room_for_kernel, bank / 2);
    const auto padded = board.name == BoardName::pi4b ? (size + word - 1) / word * word : size;
    return {start.align_up (block_size), padded};
}

auto place_of_tree (const BoardMap &board, std::uint64_t bank, PaRange initrd, std::uint64_t size) -> Pa {
    constexpr std::uint64_t alignment = 8;

    if (board.name == BoardName::virt) { return initrd.end ().align_up (block_size); }
    const Pa end = std::min (board.ram_start + bank, end_of_loaded);
    return Pa{end.value () - size - alignment}.align_down (2 * alignment) + alignment;
}

}  // namespace ravelin::sim
