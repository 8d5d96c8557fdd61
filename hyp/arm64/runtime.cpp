// SPDX-License-Identifier: BSD-2-Clause

// What the compiler, the headers of the standard library and libfdt expect to find in a program without a C
// library. Compiled without builtins, so that none of these becomes a call of itself.

#include "hyp/arm64/panic.hpp"

#include <bits/functexcept.h>
#include <cstddef>
#include <cstdint>

namespace {
constexpr std::size_t word = sizeof (std::uint64_t);

[[nodiscard]] auto aligned (const void *a) -> bool {
    return reinterpret_cast<std::uintptr_t> (a) % word == 0;
}
}  // namespace

extern "C" {
auto memset (void *to, int value, std::size_t size) -> void * {
    auto *bytes   = static_cast<unsigned char *> (to);
    std::size_t i = 0;
    if (aligned (to)) {
        constexpr std::uint64_t each_byte = 0x0101'0101'0101'0101;
        const std::uint64_t pattern       = each_byte * static_cast<unsigned char> (value);
        for (; i + word <= size; i += word) {
            *reinterpret_cast<std::uint64_t *> (bytes + i) = pattern;
        }
    }
    for (; i < size; ++i) {
        bytes[i] = static_cast<unsigned char> (value);
    }
    return to;
}

// Goes upwards: memmove() counts on it.
auto memcpy (void *to, const void *from, std::size_t size) -> void * {
    auto *destination  = static_cast<unsigned char *> (to);
    const auto *source = static_cast<const unsigned char *> (from);
    std::size_t i      = 0;
    if (aligned (to) && aligned (from)) {
        // In pairs, which one instruction loads or stores: most of what is copied are the blocks of a hash.
        for (; size - i >= 8 * word; i += 8 * word) {
            const auto *in   = reinterpret_cast<const std::uint64_t *> (source + i);
            auto *const out  = reinterpret_cast<std::uint64_t *> (destination + i);
            const auto first = in[0], second = in[1], third = in[2], fourth = in[3];
            const auto fifth = in[4], sixth = in[5], seventh = in[6], eighth = in[7];
            out[0] = first;
            out[1] = second;
            out[2] = third;
            out[3] = fourth;
            out[4] = fifth;
            out[5] = sixth;
            out[6] = seventh;
            out[7] = eighth;
        }
        for (; i + word <= size; i += word) {
            *reinterpret_cast<std::uint64_t *> (destination + i) =
                *reinterpret_cast<const std::uint64_t *> (source + i);
        }
    }
    for (; i < size; ++i) {
        destination[i] = source[i];
    }
    return to;
}

auto memmove (void *to, const void *from, std::size_t size) -> void * {
    if (to <= from) { return memcpy (to, from, size); }
    for (std::size_t i = size; i != 0; --i) {
        static_cast<unsigned char *> (to)[i - 1] = static_cast<const unsigned char *> (from)[i - 1];
    }
    return to;
}

auto memcmp (const void *a, const void *b, std::size_t size) -> int {
    const auto *left  = static_cast<const unsigned char *> (a);
    const auto *right = static_cast<const unsigned char *> (b);
    for (std::size_t i = 0; i < size; ++i) {
        if (left[i] != right[i]) { return left[i] < right[i] ? -1 : 1; }
    }
    return 0;
}

// What a compiler makes of a memcmp() that only asks for equality.
auto bcmp (const void *a, const void *b, std::size_t size) -> int {
    return memcmp (a, b, size);
}

auto memchr (const void *in, int value, std::size_t size) -> void * {
    const auto *bytes = static_cast<const unsigned char *> (in);
    for (std::size_t i = 0; i < size; ++i) {
        if (bytes[i] == static_cast<unsigned char> (value)) { return const_cast<unsigned char *> (bytes + i); }
    }
    return nullptr;
}

auto strnlen (const char *text, std::size_t most) -> std::size_t {
    const void *end = memchr (text, 0, most);
    return end != nullptr ? static_cast<std::size_t> (static_cast<const char *> (end) - text) : most;
}

auto strlen (const char *text) -> std::size_t {
    return strnlen (text, ~std::size_t{0});
}

auto strrchr (const char *text, int value) -> char * {
    for (std::size_t i = strlen (text) + 1; i != 0; --i) {
        if (text[i - 1] == static_cast<char> (value)) { return const_cast<char *> (text + i - 1); }
    }
    return nullptr;
}

void abort () {
    ravelin::arm64::panic ("abort");
}

// Debian builds libfdt with stack protection.
// NOLINTBEGIN(readability-identifier-naming): the compiler chose the names.
std::uintptr_t __stack_chk_guard = 0x5261'7665'6c69'6e00;

[[noreturn]] void __stack_chk_fail () {
    ravelin::arm64::panic ("stack smashed");
}
// NOLINTEND(readability-identifier-naming)
}

namespace std {
void __throw_out_of_range_fmt (const char *, ...) {
    ravelin::arm64::panic ("index out of range");
}
}  // namespace std
