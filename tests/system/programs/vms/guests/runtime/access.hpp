// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace guest {

// One load or store, in a form that can be emulated, which the compiler neither changes nor leaves out.

[[nodiscard]] inline auto load (std::uint64_t address) -> std::uint64_t {
    std::uint64_t value = 0;
    asm volatile ("ldr %0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return value;
}

inline void store (std::uint64_t address, std::uint64_t value) {
    asm volatile ("str %0, [%1]" ::"r"(value), "r"(address) : "memory");
}

inline void store_byte (std::uint64_t address, char value) {
    asm volatile ("strb %w0, [%1]" ::"r"(static_cast<unsigned char> (value)), "r"(address) : "memory");
}

/// Everything before is done before everything behind.
inline void barrier () {
    asm volatile ("dsb sy\n\tisb" ::: "memory");
}

}  // namespace guest
