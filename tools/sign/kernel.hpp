// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <vector>

namespace ravelin::sign {

using Bytes = std::vector<std::byte>;

/// The arm64 Image in @p file, which may be compressed with gzip, with the zeros behind it that it uses; a multiple of
/// a page.
/// @return  what is wrong with it, as the end of a sentence that begins with the file's name
[[nodiscard]] auto read_kernel (std::span<const std::byte> file) -> std::expected<Bytes, std::string>;

}  // namespace ravelin::sign
