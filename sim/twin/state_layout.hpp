// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/hypervisor.hpp"

#include <cstddef>
#include <vector>

namespace ravelin::sim {

/// Some of an object's bytes.
struct StatePart {
    std::size_t offset;
    std::size_t size;
};

/// The bytes of @p hypervisor that hold values, ascending: not padding, nor what an optional without a value has, nor
/// the one pointer, to the board. The two compilations have the rest at the same offsets.
[[nodiscard]] auto value_parts (const Hypervisor &hypervisor) -> std::vector<StatePart>;

}  // namespace ravelin::sim
