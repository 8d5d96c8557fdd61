// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/system_register.hpp"
#include "sim/machine/bus.hpp"

#include <cstdint>
#include <functional>

namespace ravelin::sim {

/// Whether a CPU can rely on EL2's own translation once it has booted, whatever emulators make of attributes: each
/// address of RAM that it leads to is Normal, write-back and inner shareable, so that CPUs and their locks agree on it;
/// each of a device is Device memory, and nothing fetches there; nothing that can be written is executed; walks look
/// into caches, where the tables are; and all addresses that the machine has can be reached. By numbers of the manual's
/// own. Throws Divergence.  [ARM DDI 0487, D8.3, D17.2.97, D17.2.132]
/// @param read  registers of EL2
void check_el2_translation (const std::function<std::uint64_t (hal::SystemRegister)> &read, const Bus &bus);

}  // namespace ravelin::sim
