// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/trace/event.hpp"

#include <cstdint>
#include <string>

namespace ravelin::sim::trace {

/// Who is at EL1: the host, or a vCPU.
struct World {
    std::uint64_t vmid{};  // 0: the host
    std::uint64_t vcpu{};  // of the host: its CPU

    /// The one that a trap comes from, or a return goes to.
    [[nodiscard]] static auto of (const Event &event) -> World {
        return {event.at (Field::vmid), event.at (Field::vcpu)};
    }

    [[nodiscard]] auto is_host () const -> bool { return vmid == 0; }
    [[nodiscard]] auto name () const -> std::string {
        return is_host () ? "host" : "VM " + std::to_string (vmid) + " vCPU " + std::to_string (vcpu);
    }

    friend auto operator<=> (const World &, const World &) = default;
};

}  // namespace ravelin::sim::trace
