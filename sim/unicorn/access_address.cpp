// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/access_address.hpp"

#include "hyp/core/bit_field.hpp"

namespace ravelin::sim {

namespace {
// Fields that all classes share, or that one class has.
constexpr Bits64 base{9, 5};               // Rn: 31 is SP
constexpr Bits64 operand{4, 0};            // Rt
constexpr Bits64 index{20, 16};            // Rm: 31 is zero
constexpr Bits64 size{31, 30};             // log2 of the bytes
constexpr Bits64 vector{26, 26};           // V
constexpr Bits64 wide_vector{23, 23};      // opc<1>: 16 bytes, if V
constexpr Bits64 unsigned_offset{21, 10};  // imm12
constexpr Bits64 offset{20, 12};           // imm9, signed
constexpr Bits64 mode{11, 10};             // how imm9 is used
constexpr Bits64 extension{15, 13};        // option
constexpr Bits64 scaled{12, 12};           // S
constexpr Bits64 pair_offset{21, 15};      // imm7, signed
constexpr Bits64 pair_mode{24, 23};
constexpr Bits64 literal_offset{23, 5};  // imm19, signed, in words

constexpr std::uint64_t post_indexed = 0b01;  // of both modes: the offset is added afterwards

[[nodiscard]] auto matches (std::uint32_t instruction, std::uint32_t mask, std::uint32_t value) -> bool {
    return (instruction & mask) == value;
}

/// The number in @p field, whose highest bit is its sign.
[[nodiscard]] auto as_signed (Bits64 field, unsigned width, std::uint32_t instruction) -> std::uint64_t {
    const std::uint64_t sign = 1ULL << (width - 1);
    return (field.get (instruction) ^ sign) - sign;
}

[[nodiscard]] auto general (const Emulator &emulator, std::uint64_t number) -> std::uint64_t {
    constexpr std::uint64_t frame_pointer = 29;  // and X30: they have numbers apart from the others
    if (number >= frame_pointer) {
        return emulator.read (static_cast<uc_arm64_reg> (UC_ARM64_REG_X29 + static_cast<int> (number - frame_pointer)));
    }
    return emulator.read (static_cast<uc_arm64_reg> (UC_ARM64_REG_X0 + static_cast<int> (number)));
}

[[nodiscard]] auto base_of (const Emulator &emulator, std::uint32_t instruction) -> std::uint64_t {
    const auto number = base.get (instruction);
    return number == 31 ? emulator.read (UC_ARM64_REG_SP) : general (emulator, number);
}

/// log2 of what one register of a single load or store holds.
[[nodiscard]] auto scale_of (std::uint32_t instruction) -> std::uint64_t {
    return vector.any (instruction) && wide_vector.any (instruction) ? 4 : size.get (instruction);
}

/// Rm, as option and S have it.
[[nodiscard]] auto index_of (const Emulator &emulator, std::uint32_t instruction) -> std::uint64_t {
    constexpr std::uint64_t uxtw = 0b010;
    constexpr std::uint64_t sxtw = 0b110;

    const auto number = index.get (instruction);
    auto value        = number == 31 ? 0 : general (emulator, number);
    if (extension.get (instruction) == uxtw) { value = static_cast<std::uint32_t> (value); }
    if (extension.get (instruction) == sxtw) {
        value = static_cast<std::uint64_t> (static_cast<std::int64_t> (static_cast<std::int32_t> (value)));
    }
    return value << (scaled.any (instruction) ? scale_of (instruction) : 0);
}

[[nodiscard]] auto pair_offset_of (std::uint32_t instruction) -> std::uint64_t {
    const auto opc = size.get (instruction);
    const auto log = vector.any (instruction) ? 2 + opc : 2 + (opc >> 1);
    return as_signed (pair_offset, 7, instruction) << log;
}
}  // namespace

auto access_address (const Emulator &emulator, std::uint32_t instruction, std::uint64_t pc) -> std::optional<Va> {
    constexpr std::uint32_t dc_zva       = 0xd50b'7420;
    constexpr std::uint32_t but_operand  = ~0x1fU;
    constexpr std::uint64_t block_zeroed = 64;

    if (matches (instruction, but_operand, dc_zva)) {
        return Va{general (emulator, operand.get (instruction))}.align_down (block_zeroed);
    }
    if (matches (instruction, 0x3b00'0000, 0x1800'0000)) {  // LDR (literal)
        return Va{pc + (as_signed (literal_offset, 19, instruction) << 2)};
    }
    if (matches (instruction, 0x3a00'0000, 0x0800'0000)) {  // exclusive, ordered; vectors of structures
        return Va{base_of (emulator, instruction)};
    }
    if (matches (instruction, 0x3a00'0000, 0x2800'0000)) {  // pairs
        const bool later = pair_mode.get (instruction) == post_indexed;
        return Va{base_of (emulator, instruction) + (later ? 0 : pair_offset_of (instruction))};
    }
    if (matches (instruction, 0x3b00'0000, 0x3900'0000)) {  // unsigned offset
        return Va{base_of (emulator, instruction) + (unsigned_offset.get (instruction) << scale_of (instruction))};
    }
    if (matches (instruction, 0x3b20'0c00, 0x3820'0800)) {  // register offset
        return Va{base_of (emulator, instruction) + index_of (emulator, instruction)};
    }
    if (matches (instruction, 0x3b20'0000, 0x3800'0000)) {  // signed offset, pre- and post-indexed, unprivileged
        const bool later = mode.get (instruction) == post_indexed;
        return Va{base_of (emulator, instruction) + (later ? 0 : as_signed (offset, 9, instruction))};
    }
    return std::nullopt;
}

}  // namespace ravelin::sim
