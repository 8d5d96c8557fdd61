// SPDX-License-Identifier: BSD-2-Clause
#include "tools/sign/kernel.hpp"

#include "hyp/core/address.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <zlib.h>

namespace ravelin::sign {

namespace {
using Result = std::expected<Bytes, std::string>;

// An arm64 Image's first 64 bytes.  [Linux, Documentation/arch/arm64/booting]
constexpr std::size_t header_size    = 64;
constexpr std::size_t text_offset_at = 8;
constexpr std::size_t image_size_at  = 16;
constexpr std::size_t flags_at       = 24;
constexpr std::size_t magic_at       = 56;
constexpr std::string_view magic     = "ARM\x64";
constexpr std::uint64_t big_endian   = 1;  // of the flags

constexpr std::uint64_t largest = 1ULL << 29;

[[nodiscard]] auto number_at (std::span<const std::byte> image, std::size_t offset) -> std::uint64_t {
    std::uint64_t value = 0;
    std::memcpy (&value, image.subspan (offset).data (), sizeof value);
    return value;
}

[[nodiscard]] auto is_gzip (std::span<const std::byte> file) -> bool {
    return file.size () > 2 && file[0] == std::byte{0x1f} && file[1] == std::byte{0x8b};
}

[[nodiscard]] auto gunzip (std::span<const std::byte> file) -> Result {
    constexpr int with_gzip_header = 16 + MAX_WBITS;

    z_stream stream{};
    if (inflateInit2 (&stream, with_gzip_header) != Z_OK) { return std::unexpected{"can't be decompressed"}; }
    // zlib has no const for what it only reads.
    stream.next_in  = const_cast<Bytef *> (reinterpret_cast<const Bytef *> (file.data ()));
    stream.avail_in = static_cast<uInt> (file.size ());
    Bytes image;
    std::array<std::byte, 1U << 16> chunk{};
    int state = Z_OK;
    while (state == Z_OK && image.size () <= largest) {
        stream.next_out  = reinterpret_cast<Bytef *> (chunk.data ());
        stream.avail_out = chunk.size ();
        state            = inflate (&stream, Z_NO_FLUSH);
        image.insert (image.end (), chunk.begin (), chunk.end () - static_cast<std::ptrdiff_t> (stream.avail_out));
    }
    inflateEnd (&stream);
    if (state == Z_BUF_ERROR) { return std::unexpected{"is truncated: its gzip stream does not end"}; }
    if (state != Z_STREAM_END) { return std::unexpected{"is a damaged gzip file, or larger than 512 MiB"}; }
    return image;
}
}  // namespace

auto read_kernel (std::span<const std::byte> file) -> Result {
    Result image = is_gzip (file) ? gunzip (file) : Result{Bytes (file.begin (), file.end ())};
    if (!image) { return image; }
    if (image->size () < header_size || std::memcmp (&(*image)[magic_at], magic.data (), magic.size ()) != 0) {
        return std::unexpected{"is not an arm64 Image: no \"ARM\\x64\" at offset 56"};
    }
    const auto size = number_at (*image, image_size_at);
    if (number_at (*image, text_offset_at) != 0 || size == 0) {
        return std::unexpected{"is older than Linux 5.8: a kernel is needed that can be put at any 2 MiB"};
    }
    if ((number_at (*image, flags_at) & big_endian) != 0) { return std::unexpected{"is a big-endian kernel"}; }
    const auto whole = std::max<std::uint64_t> (size, image->size ());
    if (whole > largest) { return std::unexpected{"is larger than 512 MiB"}; }
    image->resize ((whole + page_size - 1) / page_size * page_size);
    return image;
}

}  // namespace ravelin::sign
