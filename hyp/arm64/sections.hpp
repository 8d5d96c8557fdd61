// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"

#include <cstddef>
#include <cstdint>

// Set by image.ld.
extern "C" {
extern std::byte image_start[];
extern std::byte constants_start[];
extern std::byte data_start[];
extern std::byte stacks_start[];
extern std::byte image_end[];
}

namespace ravelin::arm64 {

/// Where a symbol is: EL2 runs at physical addresses.
[[nodiscard]] inline auto address_of (const std::byte *symbol) -> Pa {
    return Pa{reinterpret_cast<std::uint64_t> (symbol)};
}

}  // namespace ravelin::arm64
