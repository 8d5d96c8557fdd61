// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"

#include <cstddef>
#include <cstdint>

// Set by image.ld; what is between the last two by firmware.S.
extern "C" {
extern std::byte image_start[];
extern std::byte constants_start[];
extern std::byte data_start[];
extern std::byte stacks_start[];
extern std::byte image_end[];
extern std::byte firmware_image[];
extern std::byte firmware_image_end[];
}

namespace ravelin::arm64 {

/// Where a symbol is: EL2 runs at physical addresses.
[[nodiscard]] inline auto address_of (const std::byte *symbol) -> Pa {
    return Pa{reinterpret_cast<std::uint64_t> (symbol)};
}

/// What is between two symbols.
[[nodiscard]] inline auto between (const std::byte *start, const std::byte *end) -> PaRange {
    return {address_of (start), address_of (end) - address_of (start)};
}

}  // namespace ravelin::arm64
