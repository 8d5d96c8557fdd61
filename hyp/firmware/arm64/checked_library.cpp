// SPDX-License-Identifier: BSD-2-Clause
#include <cstddef>
#include <cstring>

// Debian builds BearSSL with checks of sizes, which have these names.
// NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier): the C library's
extern "C" {
void abort ();

auto __memcpy_chk (void *to, const void *from, std::size_t size, std::size_t room) -> void * {
    if (size > room) { abort (); }
    return std::memcpy (to, from, size);
}

auto __memset_chk (void *to, int value, std::size_t size, std::size_t room) -> void * {
    if (size > room) { abort (); }
    return std::memset (to, value, size);
}
}
// NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier)
