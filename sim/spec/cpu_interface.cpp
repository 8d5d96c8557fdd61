// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/cpu_interface.hpp"

#include <algorithm>

namespace ravelin::spec {

auto CpuInterface::find (std::uint32_t intid) const -> const ListRegister * {
    const auto *const found = std::ranges::find_if (
        list, [intid] (const ListRegister &entry) { return !entry.empty () && entry.intid == intid; });
    return found == list.end () ? nullptr : found;
}

auto has_same_registers (const CpuInterface &a, const CpuInterface &b) -> bool {
    return a.control == b.control && a.priority_mask == b.priority_mask && a.binary_point == b.binary_point &&
           a.binary_point_1 == b.binary_point_1 && a.active_priorities == b.active_priorities;
}

}  // namespace ravelin::spec
