// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>

namespace el1 {

inline constexpr std::uint64_t cache_line = 64;  // Cortex-A72

/// Hands each cache line of [start, start + size) to @p operation.
template <class Operation>
void for_each_line (const void *start, std::size_t size, Operation operation) {
    const auto first = reinterpret_cast<std::uint64_t> (start) & ~(cache_line - 1);
    const auto end   = reinterpret_cast<std::uint64_t> (start) + size;
    for (auto line = first; line < end; line += cache_line) {
        operation (line);
    }
}

/// Lets those see what was written who read past the caches.
inline void clean_to_memory (const void *start, std::size_t size) {
    for_each_line (start, size, [] (std::uint64_t line) { asm volatile ("dc cvac, %0" ::"r"(line) : "memory"); });
    asm volatile ("dsb sy" ::: "memory");
}

/// The same, and what is read from the caches next comes from memory.
inline void clean_and_invalidate (const void *start, std::size_t size) {
    for_each_line (start, size, [] (std::uint64_t line) { asm volatile ("dc civac, %0" ::"r"(line) : "memory"); });
    asm volatile ("dsb sy" ::: "memory");
}

/// Makes instructions that were written the ones that run.
inline void make_executable (const void *start, std::size_t size) {
    for_each_line (start, size, [] (std::uint64_t line) { asm volatile ("dc cvau, %0" ::"r"(line) : "memory"); });
    asm volatile ("dsb ish\n\tic ialluis\n\tdsb ish\n\tisb" ::: "memory");
}

/// Lets a walk of the tables see what was written to them, and this CPU forget what they said before.
inline void tables_changed () {
    asm volatile ("dsb ish\n\ttlbi vmalle1is\n\tdsb ish\n\tisb" ::: "memory");
}

}  // namespace el1
