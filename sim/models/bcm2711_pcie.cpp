// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/bcm2711_pcie.hpp"

namespace ravelin::sim {

auto Bcm2711Pcie::read (const DeviceAccess &access) -> std::uint64_t {
    if (access.offset == config_index) { return index_; }
    if (access.offset < config_data || access.offset >= config_index) { return 0; }
    errors_.raise (access.cpu);
    return ~0ULL >> (64 - 8 * access.size);
}

void Bcm2711Pcie::write (const DeviceAccess &access, std::uint64_t value) {
    if (access.offset == config_index) { index_ = static_cast<std::uint32_t> (value); }
}

}  // namespace ravelin::sim
