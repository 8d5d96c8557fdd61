// SPDX-License-Identifier: BSD-2-Clause
#include "tools/sign/kernel.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <zlib.h>

namespace ravelin::sign {

namespace {
class SignKernel : public testing::Test {
  protected:
    SignKernel () : file (6000) {
        std::memcpy (&file[56], "ARM\x64", 4);
        put (16, 5 * 4096 + 1);
        file[100] = std::byte{0x77};
    }

    void put (std::size_t offset, std::uint64_t value) { std::memcpy (&file[offset], &value, sizeof value); }

    [[nodiscard]] static auto zipped (std::span<const std::byte> plain) -> Bytes {
        Bytes result (plain.size () + 1024);
        z_stream stream{};
        deflateInit2 (&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
        stream.next_in   = const_cast<Bytef *> (reinterpret_cast<const Bytef *> (plain.data ()));
        stream.avail_in  = static_cast<uInt> (plain.size ());
        stream.next_out  = reinterpret_cast<Bytef *> (result.data ());
        stream.avail_out = static_cast<uInt> (result.size ());
        deflate (&stream, Z_FINISH);
        result.resize (stream.total_out);
        deflateEnd (&stream);
        return result;
    }

    /// What is wrong with the file.
    [[nodiscard]] static auto error (std::span<const std::byte> of) -> std::string {
        const auto kernel = read_kernel (of);
        return kernel ? "nothing" : kernel.error ();
    }

    Bytes file;
};
}  // namespace

TEST_F (SignKernel, has_the_zeros_that_it_uses_up_to_a_page) {
    const auto kernel = read_kernel (file);
    ASSERT_TRUE (kernel.has_value ());
    EXPECT_EQ (kernel->size (), 6U * 4096);
    EXPECT_TRUE (std::equal (file.begin (), file.end (), kernel->begin ()));
    EXPECT_EQ (kernel->back (), std::byte{});
}

TEST_F (SignKernel, may_be_larger_than_it_says) {
    put (16, 100);
    const auto kernel = read_kernel (file);
    ASSERT_TRUE (kernel.has_value ());
    EXPECT_EQ (kernel->size (), 2U * 4096);
}

TEST_F (SignKernel, may_be_compressed) {
    EXPECT_EQ (read_kernel (zipped (file)), read_kernel (file));
    auto cut = zipped (file);
    cut.resize (cut.size () / 2);
    EXPECT_EQ (error (cut), "is truncated: its gzip stream does not end");
    auto damaged = zipped (file);
    damaged[20] ^= std::byte{0xff};
    damaged[21] ^= std::byte{0xff};
    EXPECT_NE (error (damaged), "nothing");
}

TEST_F (SignKernel, is_an_image_that_can_be_put_at_any_2_mib) {
    EXPECT_EQ (error (std::span{file}.first (63)), "is not an arm64 Image: no \"ARM\\x64\" at offset 56");
    put (8, 0x8'0000);
    EXPECT_EQ (error (file), "is older than Linux 5.8: a kernel is needed that can be put at any 2 MiB");
    put (8, 0);
    put (24, 1);
    EXPECT_EQ (error (file), "is a big-endian kernel");
    put (24, 0);
    put (16, 1ULL << 40);
    EXPECT_EQ (error (file), "is larger than 512 MiB");
    put (16, 0);
    EXPECT_NE (error (file), "nothing");
    file[56] = {};
    EXPECT_EQ (error (file), "is not an arm64 Image: no \"ARM\\x64\" at offset 56");
}

}  // namespace ravelin::sign
