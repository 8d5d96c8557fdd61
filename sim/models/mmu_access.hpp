// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"

#include <cstdint>

namespace ravelin::sim {

/// What an access is to memory.
enum class AccessKind : std::uint8_t {
    read,
    write,
    fetch,
};

/// What stage 1 says of the memory that an access goes to.
enum class MemoryAttributes : std::uint8_t {
    as_mapped,  // what the registers and tables say
    cached,     // Normal, write-back: as by another mapping, of a kernel that has its caches on
    uncached,   // Normal, non-cacheable: the same
};

/// One access of EL1 or EL0.
struct MmuAccess {
    Va va;
    AccessKind kind{AccessKind::read};
    unsigned size{8};  // bytes
    bool exclusive{};  // by a load-exclusive or store-exclusive
    bool from_el0{};
    bool maintenance{};  // by a cache maintenance instruction: no data is moved
    MemoryAttributes attributes{MemoryAttributes::as_mapped};
};

/// The registers that translation depends on.  [ARM DDI 0487, D8]
struct MmuRegisters {
    std::uint64_t sctlr_el1{};
    std::uint64_t tcr_el1{};
    std::uint64_t ttbr0_el1{};
    std::uint64_t ttbr1_el1{};
    std::uint64_t mair_el1{};
    std::uint64_t hcr_el2{};
    std::uint64_t vtcr_el2{};
    std::uint64_t vttbr_el2{};
};

/// Where an access goes.
struct Translation {
    Pa pa;
    bool device{};     // Device memory, by one of the stages
    bool cacheable{};  // by both stages, and no register forbids it
};

}  // namespace ravelin::sim
