// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/gic.hpp"

namespace ravelin::spec {

Gic::Gic (std::uint64_t gicd, std::uint64_t gicc, std::uint32_t count, std::uint64_t most_vcpus)
    : distributor{gicd}, cpu_interface{gicc}, intids{count}, vcpus{most_vcpus}, shared_ (count - first_spi) {
    // SGIs are always enabled, and edges.
    for (auto &interrupts : banked_) {
        for (std::uint32_t intid = 0; intid < first_ppi; ++intid) {
            interrupts[intid].enabled = true;
            interrupts[intid].edge    = true;
        }
    }
}

void Gic::note (std::uint64_t vcpu, std::uint32_t intid, bool busy) {
    std::uint32_t &word     = intid < first_spi ? busy_banked_.at (vcpu) : busy_[intid / 32];
    const std::uint32_t bit = 1U << intid % 32;
    word                    = busy ? word | bit : word & ~bit;
}

}  // namespace ravelin::spec
