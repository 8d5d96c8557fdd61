// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/mmu_fault.hpp"

#include <bit>

namespace ravelin::sim {

namespace {
// ESR_ELx.  [ARM DDI 0487, D17.2.37]
constexpr unsigned class_shift         = 26;
constexpr std::uint64_t fetch_lower    = 0x20;        // EC: instruction abort from a lower Exception level
constexpr std::uint64_t fetch_same     = 0x21;        // EC: ... from the same one
constexpr std::uint64_t data_lower     = 0x24;        // EC: data abort from a lower Exception level
constexpr std::uint64_t data_same      = 0x25;        // EC: ... from the same one
constexpr std::uint64_t long_code      = 1ULL << 25;  // IL: 32-bit instruction
constexpr std::uint64_t described      = 1ULL << 24;  // ISV
constexpr unsigned size_shift          = 22;          // SAS
constexpr unsigned register_shift      = 16;          // SRT
constexpr std::uint64_t wide_register  = 1ULL << 15;  // SF
constexpr std::uint64_t on_stage1_walk = 1ULL << 7;   // S1PTW
constexpr std::uint64_t maintenance    = 1ULL << 8;   // CM
constexpr std::uint64_t is_write       = 1ULL << 6;   // WnR

[[nodiscard]] auto has_level (FaultType type) -> bool {
    switch (type) {
    case FaultType::address_size:
    case FaultType::translation:
    case FaultType::access_flag:
    case FaultType::permission:
    case FaultType::external_on_walk: return true;
    default:                          return false;
    }
}

[[nodiscard]] auto common (const MmuAccess &access, const MmuFault &fault) -> std::uint64_t {
    // Cache maintenance counts as a write, whatever it needs.
    const std::uint64_t direction =
        access.maintenance ? maintenance | is_write : (access.kind == AccessKind::write ? is_write : 0);
    return long_code | direction | fault.status ();
}
}  // namespace

auto MmuFault::status () const -> std::uint64_t {
    return static_cast<std::uint64_t> (type) | (has_level (type) ? level : 0);
}

auto MmuFault::tells_ipa () const -> bool {
    return second_stage && (on_stage1_walk || type != FaultType::permission);
}

auto el2_syndrome (const MmuAccess &access, const MmuFault &fault, Transfer transfer) -> std::uint64_t {
    if (access.kind == AccessKind::fetch) {
        return fetch_lower << class_shift | common (access, fault) | (fault.on_stage1_walk ? on_stage1_walk : 0);
    }
    std::uint64_t syndrome = data_lower << class_shift | common (access, fault);
    if (fault.on_stage1_walk) { return syndrome | on_stage1_walk; }
    // Exclusives aren't described: nobody could emulate them. Maintenance has no data.
    if (!access.exclusive && !access.maintenance && std::has_single_bit (access.size) && access.size <= 8) {
        const auto size = static_cast<std::uint64_t> (std::countr_zero (access.size));
        syndrome |= described | size << size_shift | static_cast<std::uint64_t> (transfer.number) << register_shift |
                    (transfer.wide ? wide_register : 0);
    }
    return syndrome;
}

auto el1_syndrome (const MmuAccess &access, const MmuFault &fault) -> std::uint64_t {
    const bool fetch         = access.kind == AccessKind::fetch;
    const std::uint64_t from = access.from_el0 ? (fetch ? fetch_lower : data_lower) : (fetch ? fetch_same : data_same);
    return from << class_shift | common (access, fault);
}

}  // namespace ravelin::sim
