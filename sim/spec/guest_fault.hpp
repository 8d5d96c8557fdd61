// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/vcpu.hpp"

#include <cstdint>
#include <optional>

namespace ravelin::spec {

/// A guest's access that stage 2 didn't let through.
struct GuestFault {
    enum class Kind : std::uint8_t {
        read,
        write,
        fetch,
    };

    /// What the syndrome says of the register that a load or store moves, if it says so (ISV).
    struct Transfer {
        PendingLoad load;        // for a store only its size counts
        std::uint64_t value{};   // a store's register
        std::uint64_t bytes{4};  // of the instruction
    };

    Kind kind{Kind::read};
    std::uint64_t ipa{};
    std::uint64_t va{};
    bool on_walk{};  // the guest's own stage 1 walk made the access
    std::optional<Transfer> transfer{};
};

}  // namespace ravelin::spec
