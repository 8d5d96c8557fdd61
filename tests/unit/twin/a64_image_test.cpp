// SPDX-License-Identifier: BSD-2-Clause
#include "sim/twin/a64_image.hpp"

#include <array>
#include <cstring>
#include <fstream>
#include <gtest/gtest.h>
#include <stdexcept>

namespace ravelin::test {

using sim::A64Image;

TEST (A64Image, begins_with_a_branch_and_has_vectors_at_their_alignment) {
    const A64Image image{RAVELIN_ELF};

    EXPECT_EQ (image.instruction (0) >> 26, 0b000101);  // B
    EXPECT_EQ (image.symbol ("ravelin_vectors").offset % 0x800, 0);
    EXPECT_LT (image.symbol ("ravelin_vectors").offset, image.code_size ());
    EXPECT_LT (image.code_size (), image.bytes ().size ());
}

TEST (A64Image, has_a_firmware_that_waits_for_its_mmu) {
    constexpr std::uint32_t msr_sctlr_el1 = 0xd518'1000;
    constexpr std::uint32_t isb           = 0xd503'3fdf;
    const A64Image image{RAVELIN_ELF};
    const auto end = image.symbol ("firmware_image_end").offset;
    unsigned found = 0;
    for (auto offset = image.symbol ("firmware_image").offset; offset + 8 <= end; offset += 4) {
        std::array<std::uint32_t, 2> words{};
        std::memcpy (words.data (), image.bytes ().subspan (offset).data (), sizeof words);
        if ((words[0] & 0xffff'ffe0) != msr_sctlr_el1) { continue; }
        ++found;
        EXPECT_EQ (words[1], isb) << "at +0x" << std::hex << offset;
    }
    EXPECT_GE (found, 2U) << "it's turned on, and off";
}

TEST (A64Image, symbol_that_there_is_not_is_an_error) {
    const A64Image image{RAVELIN_ELF};
    EXPECT_THROW (static_cast<void> (image.symbol ("ravelin_nonesuch")), std::runtime_error);
}

TEST (A64Image, what_is_no_such_file_is_an_error) {
    EXPECT_THROW (A64Image{"/nonexistent"}, std::runtime_error);

    const auto name = testing::TempDir () + "short.elf";
    std::ofstream{name} << "\x7f"
                        << "ELF";
    EXPECT_THROW (A64Image{name}, std::runtime_error);
}

}  // namespace ravelin::test
