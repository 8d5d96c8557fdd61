// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/models/gic400_virtual_state.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace ravelin::sim {

/// Why GICH_LR<number> of @p virtual_cpu may not become @p value: behaviour would be UNPREDICTABLE, or a rule is broken
/// that the manual makes for hypervisors. Nothing if it may.  [IHI 0048B, 5.2.2, 5.3.10]
[[nodiscard]] auto broken_rule (const GicVirtualCpu &virtual_cpu, std::size_t number, GicListRegister value)
    -> std::optional<std::string_view>;

}  // namespace ravelin::sim
