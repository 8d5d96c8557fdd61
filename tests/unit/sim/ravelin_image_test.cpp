// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/ravelin_image.hpp"

#include <array>
#include <cstring>
#include <gtest/gtest.h>
#include <string_view>

namespace ravelin::sim {
namespace {

[[nodiscard]] auto number_at (std::span<const std::byte> image, std::size_t offset) -> std::uint64_t {
    std::uint64_t value = 0;
    std::memcpy (&value, image.subspan (offset, sizeof value).data (), sizeof value);
    return value;
}

[[nodiscard]] auto text_at (std::span<const std::byte> image, std::size_t offset, std::size_t size)
    -> std::string_view {
    return {reinterpret_cast<const char *> (image.subspan (offset, size).data ()), size};
}

TEST (RavelinImage, says_where_the_kernel_is_and_how_large) {
    const auto image = RavelinImage::with_tiny_kernel ();

    EXPECT_EQ (text_at (image, 56, 4), "ARM\x64");
    EXPECT_EQ (text_at (image, 64, 8), "RAVELIN1");
    EXPECT_EQ (number_at (image, 72), 4U << 20);
    EXPECT_EQ (number_at (image, 80), 4096) << "bytes in the file";
    EXPECT_EQ (number_at (image, 88), 65536) << "bytes in memory";
    EXPECT_EQ (number_at (image, 16), (4U << 20) + 65536) << "bytes in memory of all";
    EXPECT_EQ (text_at (image, (4U << 20) + 56, 4), "ARM\x64");
    EXPECT_EQ (image.size (), (4U << 20) + 4096);
}

TEST (RavelinImage, a_kernel_that_does_not_know_its_size_has_the_files) {
    const std::array<std::byte, 100> kernel{};

    const auto image = RavelinImage::with_kernel (kernel);

    EXPECT_EQ (number_at (image, 80), 100);
    EXPECT_EQ (number_at (image, 88), 100);
}

}  // namespace
}  // namespace ravelin::sim
