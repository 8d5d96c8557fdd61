// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace ravelin::sim {

/// All bytes of a file. Throws std::runtime_error, which names it.
[[nodiscard]] auto read_file (const std::string &name) -> std::vector<std::byte>;

/// Throws std::runtime_error if @p kernel, from the file @p name, isn't an uncompressed arm64 Image.
void check_kernel (std::span<const std::byte> kernel, const std::string &name);

}  // namespace ravelin::sim
