// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bit_field.hpp"

#include <cstdint>

namespace ravelin::sim {

/// Bits of physical address that the CPU has: those of a Cortex-A72.
inline constexpr unsigned physical_bits = 44;

/// SCTLR_EL1.  [ARM DDI 0487, D17.2.118]
namespace sctlr {
inline constexpr Bits64 mmu{0, 0};               // M
inline constexpr Bits64 alignment{1, 1};         // A: unaligned accesses fault
inline constexpr Bits64 data_cached{2, 2};       // C
inline constexpr Bits64 code_cached{12, 12};     // I
inline constexpr Bits64 write_not_code{19, 19};  // WXN
}  // namespace sctlr

/// TCR_EL1.  [D17.2.131]
namespace tcr {
inline constexpr Bits64 t0sz{5, 0};
inline constexpr Bits64 epd0{7, 7};
inline constexpr Bits64 tg0{15, 14};
inline constexpr Bits64 t1sz{21, 16};
inline constexpr Bits64 a1{22, 22};  // the ASID is in TTBR1_EL1
inline constexpr Bits64 epd1{23, 23};
inline constexpr Bits64 tg1{31, 30};
inline constexpr Bits64 ips{34, 32};
inline constexpr Bits64 tbi0{37, 37};
inline constexpr Bits64 tbi1{38, 38};

inline constexpr std::uint64_t tg0_4k = 0b00;
inline constexpr std::uint64_t tg1_4k = 0b10;
}  // namespace tcr

/// HCR_EL2.  [D17.2.48]
namespace hcr {
inline constexpr Bits64 stage2{0, 0};               // VM
inline constexpr Bits64 protected_walk{2, 2};       // PTW: stage 1 tables may not lie in Device memory
inline constexpr Bits64 fiq{3, 3};                  // FMO: FIQs go to EL2, and EL1 has a virtual one
inline constexpr Bits64 irq{4, 4};                  // IMO: the same for IRQs
inline constexpr Bits64 error{5, 5};                // AMO: SErrors go to EL2, and EL1 has a virtual one
inline constexpr Bits64 virtual_error{8, 8};        // VSE: that one is pending
inline constexpr Bits64 broadcast{9, 9};            // FB: maintenance of one CPU is that of all
inline constexpr Bits64 default_cacheable{12, 12};  // DC
inline constexpr Bits64 trap_wfi{13, 13};           // TWI
inline constexpr Bits64 trap_smc{19, 19};           // TSC
inline constexpr Bits64 data_uncached{32, 32};      // CD
inline constexpr Bits64 code_uncached{33, 33};      // ID
inline constexpr Bits64 external_aborts{37, 37};    // TEA: go to EL2
}  // namespace hcr

/// VTCR_EL2.  [D17.2.155]
namespace vtcr {
inline constexpr Bits64 t0sz{5, 0};
inline constexpr Bits64 start_level{7, 6};  // SL0
inline constexpr Bits64 granule{15, 14};    // TG0
inline constexpr Bits64 ps{18, 16};
}  // namespace vtcr

/// VTTBR_EL2, and TTBRn_EL1.  [D17.2.156, D17.2.144]
namespace vttbr {
inline constexpr Bits64 vmid{55, 48};  // the 8 bits that a Cortex-A72 compares
}  // namespace vttbr
namespace ttbr {
inline constexpr Bits64 asid{63, 48};
}  // namespace ttbr

/// Bits of address that an IPS or PS field stands for; more than the CPU has count as what it has.
[[nodiscard]] constexpr auto address_bits (std::uint64_t field) -> unsigned {
    constexpr unsigned bits[] = {32, 36, 40, 42, 44};
    return field < 5 ? bits[field] : physical_bits;
}

/// Descriptors of both stages.  [D8.3]
namespace entry {
inline constexpr Bits64 valid{0, 0};
inline constexpr Bits64 points{1, 1};  // to a table, or at level 3 to a page
inline constexpr Bits64 address{47, 12};
inline constexpr Bits64 accessed{10, 10};  // AF

inline constexpr Bits64 attribute{4, 2};       // stage 1: AttrIndx
inline constexpr Bits64 for_el0{6, 6};         // stage 1: AP[1]
inline constexpr Bits64 not_global{11, 11};    // stage 1: nG
inline constexpr Bits64 read_only{7, 7};       // stage 1: AP[2]
inline constexpr Bits64 not_code_el1{53, 53};  // stage 1: PXN
inline constexpr Bits64 not_code_el0{54, 54};  // stage 1: UXN

inline constexpr Bits64 table_not_code_el1{59, 59};  // stage 1 table: PXNTable
inline constexpr Bits64 table_not_code_el0{60, 60};  // stage 1 table: UXNTable
inline constexpr Bits64 table_not_el0{61, 61};       // stage 1 table: APTable[0]
inline constexpr Bits64 table_read_only{62, 62};     // stage 1 table: APTable[1]

inline constexpr Bits64 memory_type{5, 4};        // stage 2: MemAttr[3:2]; 0 is Device
inline constexpr Bits64 memory_attributes{5, 2};  // stage 2: MemAttr
inline constexpr Bits64 may_read{6, 6};           // stage 2: S2AP[0]
inline constexpr Bits64 may_write{7, 7};          // stage 2: S2AP[1]
inline constexpr Bits64 not_code{54, 54};         // stage 2: XN

inline constexpr std::uint64_t write_back = 0b1111;  // MemAttr: Normal, inner and outer write-back
}  // namespace entry

/// log2 of what an entry of @p level covers, with the 4 KiB granule.
[[nodiscard]] constexpr auto covered_bits (unsigned level) -> unsigned {
    return 12 + 9 * (3 - level);
}

}  // namespace ravelin::sim
