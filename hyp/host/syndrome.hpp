// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bit_field.hpp"

#include <cstdint>

namespace ravelin {

/// ESR_ELx: why an exception was taken.  [ARM DDI 0487, D17.2.37]
namespace esr {
inline constexpr Bits64 exception_class{31, 26};     // EC
inline constexpr Bits64 instruction_length{25, 25};  // IL
inline constexpr Bits64 immediate{15, 0};            // HVC and SMC: the instruction's operand
inline constexpr Bits64 valid{24, 24};               // aborts, ISV: the four fields below are there
inline constexpr Bits64 access_size{23, 22};         // aborts, SAS: log2 of the bytes
inline constexpr Bits64 sign_extend{21, 21};         // data aborts, SSE: the loaded value is signed
inline constexpr Bits64 transfer_register{20, 16};   // aborts, SRT
inline constexpr Bits64 wide_register{15, 15};       // data aborts, SF: an X register
inline constexpr Bits64 stage1_walk{7, 7};           // aborts, S1PTW: a stage 1 walk made the access
inline constexpr Bits64 write{6, 6};                 // data aborts, WnR
inline constexpr Bits64 fault_status{5, 0};          // aborts, DFSC or IFSC

enum class Class : std::uint64_t {
    unknown          = 0x00,  // undefined instruction, or no more specific class
    wait             = 0x01,  // WFI or WFE
    fp               = 0x07,  // FP or SIMD
    hvc64            = 0x16,  // HVC from AArch64
    smc64            = 0x17,  // SMC from AArch64
    system_register  = 0x18,  // MSR, MRS or system instruction
    code_abort_lower = 0x20,  // instruction abort from a lower Exception level
    code_abort_same  = 0x21,  // instruction abort from the same Exception level
    data_abort_lower = 0x24,  // data abort from a lower Exception level
    data_abort_same  = 0x25,  // data abort from the same Exception level
};

inline constexpr std::uint64_t external_abort  = 0x10;  // IFSC: synchronous external abort
inline constexpr std::uint64_t alignment_fault = 0x21;  // DFSC

/// The class of @p syndrome.
[[nodiscard]] constexpr auto class_of (std::uint64_t syndrome) -> Class {
    return static_cast<Class> (exception_class.get (syndrome));
}
}  // namespace esr

/// The syndrome of a trapped MSR, MRS or system instruction.  [D17.2.37, ISS encoding of EC 0x18]
namespace esr::access {
inline constexpr Bits64 op0{21, 20};
inline constexpr Bits64 op2{19, 17};
inline constexpr Bits64 op1{16, 14};
inline constexpr Bits64 crn{13, 10};
inline constexpr Bits64 target{9, 5};  // Rt
inline constexpr Bits64 crm{4, 1};
inline constexpr Bits64 read{0, 0};
}  // namespace esr::access

/// DFSC and IFSC without the level.
namespace esr::fault {
inline constexpr Bits64 type{5, 2};
inline constexpr std::uint64_t address_size = 0b0000;
inline constexpr std::uint64_t translation  = 0b0001;
inline constexpr std::uint64_t permission   = 0b0011;
}  // namespace esr::fault

/// HPFAR_EL2: the IPA of a stage 2 fault.  [D17.2.61]
namespace hpfar {
inline constexpr Bits64 ipa_page{39, 4};  // FIPA: bits 47:12
}

/// SPSR_ELx and PSTATE: where an exception came from, and where it goes.  [C5.2.18]
namespace pstate {
inline constexpr Bits64 mode{3, 0};       // M: Exception level and stack pointer
inline constexpr Bits64 aarch32{4, 4};    // M[4]
inline constexpr Bits64 it_low{26, 25};   // T32: IT[1:0], what becomes of the instructions of an IT block
inline constexpr Bits64 it_high{15, 10};  // IT[7:2]
inline constexpr Bits64 exception_level{3, 2};

inline constexpr std::uint64_t el1t = 0b0100;
inline constexpr std::uint64_t el1h = 0b0101;

inline constexpr std::uint64_t masked = 0x3c0;  // D, A, I and F
}  // namespace pstate

/// SCTLR_EL1 of who begins: MMU and caches off, little-endian; the bits that are RES1 in Armv8.0.  [D17.2.118]
inline constexpr std::uint64_t sctlr_el1_reset = 0x30d0'0800;

}  // namespace ravelin
