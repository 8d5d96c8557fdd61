// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/interrupt.hpp"

#include <array>
#include <cstddef>

namespace ravelin::spec {

/// One interrupt that a virtual CPU interface has.  [IHI 0048B 5.3.10, GICH_LRn]
struct ListRegister {
    bool pending{};  // neither this nor active: the list register is empty
    bool active{};
    std::uint32_t intid{};
    std::uint8_t priority{};  // as GICD_IPRIORITYR has it
    bool group1{};
    std::uint8_t source{};  // of an SGI: the vCPU that sent it
    bool hardware{};        // ending it ends the physical interrupt of the same number
    bool eoi{};             // ending it is a maintenance interrupt

    [[nodiscard]] auto empty () const -> bool { return !pending && !active; }

    auto operator== (const ListRegister &) const -> bool = default;
};

/// What a vCPU has of its GIC in hardware while it runs: the guest acknowledges and ends interrupts there
/// without a trap.
struct CpuInterface {
    static constexpr std::size_t list_registers = 4;   // GIC-400's  [DDI 0471B, 3.5]
    static constexpr unsigned ends_counted      = 32;  // EOICount starts again from 0 then

    std::array<ListRegister, list_registers> list{};
    unsigned ended{};         // GICH_HCR.EOICount: how many the guest ended that were in no list register
    bool tells_no_pending{};  // GICH_HCR.NPIE or UIE: a maintenance interrupt when there is room for more
    bool tells_ended{};       // GICH_HCR.LRENPIE: one when ended isn't 0

    // What the guest's GICC registers hold.
    std::uint32_t control{};            // CTLR
    std::uint32_t priority_mask{};      // PMR
    std::uint32_t binary_point{2};      // BPR: never less than this, with five bits of priority
    std::uint32_t binary_point_1{3};    // ABPR
    std::uint32_t active_priorities{};  // APR0

    /// The list register that holds @p intid; nullptr: none.
    [[nodiscard]] auto find (std::uint32_t intid) const -> const ListRegister *;

    auto operator== (const CpuInterface &) const -> bool = default;
};

/// Whether the guest's registers hold the same.
[[nodiscard]] auto has_same_registers (const CpuInterface &a, const CpuInterface &b) -> bool;

/// GICC_CTLR.  [IHI 0048B, 4.4.1]
inline constexpr std::uint32_t interface_eoi_mode = 1 << 9;  // EOImodeNS: ending and deactivating are two things
inline constexpr std::uint32_t interface_control  = 0x21f;   // all that there is

}  // namespace ravelin::spec
