// SPDX-License-Identifier: BSD-2-Clause
#include "access.hpp"
#include "guest.hpp"

#include <array>

using namespace guest;

// RAM that arrives when it is first touched: as zeros, at any IPA, in pages and in blocks, and stays what it
// is.

namespace {
constexpr std::uint64_t word      = 8;
constexpr std::uint64_t page      = 4096;
constexpr std::uint64_t past_self = GUEST_IMAGE + 0x100000;  // the image and its stacks are below

struct Place {
    std::string_view name;
    std::uint64_t start;
    std::uint64_t size;
};

constexpr std::array places{
    Place{"RAM in pages", past_self, GUEST_RAM + GUEST_RAM_SIZE - past_self},
    Place{"RAM in blocks", GUEST_BLOCK_RAM, GUEST_BLOCK_RAM_SIZE},
    Place{"RAM above 4 GiB", GUEST_HIGH_RAM, GUEST_HIGH_RAM_SIZE},
    Place{"RAM that ends with the IPA's bits", GUEST_TOP_RAM, GUEST_TOP_RAM_SIZE},
};

[[nodiscard]] auto is_zero (const Place &place) -> bool {
    std::uint64_t all = 0;
    for (std::uint64_t at = place.start; at < place.start + place.size; at += word) {
        all |= load (at);
    }
    return all == 0;
}

[[nodiscard]] auto pattern (std::uint64_t address) -> std::uint64_t {
    return address * 0x9e37'79b9'7f4a'7c15;
}

void fill (const Place &place) {
    for (std::uint64_t at = place.start; at < place.start + place.size; at += page) {
        store (at, pattern (at));
        store (at + page - word, ~pattern (at));
    }
}

[[nodiscard]] auto is_filled (const Place &place) -> bool {
    bool good = true;
    for (std::uint64_t at = place.start; at < place.start + place.size; at += page) {
        good &= load (at) == pattern (at) && load (at + page - word) == ~pattern (at);
    }
    return good;
}

/// Runs a function that is written to @p address: it returns @p number.
[[nodiscard]] auto run_written_code (std::uint64_t address, std::uint32_t number) -> std::uint64_t {
    constexpr std::uint64_t ret  = 0xd65f'03c0;
    constexpr std::uint64_t movz = 0xd280'0000;  // MOVZ X0, #number
    store (address, ret << 32 | movz | number << 5);
    barrier ();
    asm volatile ("ic iallu" ::: "memory");
    barrier ();
    return reinterpret_cast<std::uint64_t (*) ()> (address) ();
}
}  // namespace

void guest::run (const Start & /*start*/) {
    for (const Place &place : places) {
        print (place.name);
        print ("\n");
        check ("it arrives as zeros", is_zero (place));
        fill (place);
        check ("it holds what was written", is_filled (place));
    }
    bool good = true;
    for (const Place &place : places) {
        good &= is_filled (place);
    }
    check ("no RAM is another's", good);
    for (const Place &place : places) {
        constexpr std::uint32_t first  = 0x1234;
        constexpr std::uint32_t second = 0x4321;
        check ("code runs that was just written", run_written_code (place.start + page, first) == first &&
                                                      run_written_code (place.start + page, second) == second);
    }
}
