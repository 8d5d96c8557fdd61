// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "hyp/mem/descriptor.hpp"

#include <cstdint>

namespace ravelin::firmware {

/// Stage 1 of the firmware, at EL1: 48-bit VA, walks start at level 0, all of it Normal write-back memory. Nothing is
/// both writable and executable.  [ARM DDI 0487, D8.3, D8.4]
struct Stage1Format {
    using Input = Va;

    /// What a VA leads to.
    enum class Kind : std::uint8_t {
        code,    // read and execute
        memory,  // read and write
    };

    static constexpr unsigned input_bits  = 48;
    static constexpr unsigned start_level = 0;
    static constexpr unsigned block_level = 2;

    static constexpr Bits64 read_only{7, 7};                   // AP[2]
    static constexpr Bits64 privileged_execute_never{53, 53};  // PXN

    [[nodiscard]] static constexpr auto attributes (Kind kind) -> std::uint64_t {
        return descriptor::access_flag.mask () | descriptor::shareability.put (descriptor::inner_shareable) |
               descriptor::execute_never.mask () |
               (kind == Kind::code ? read_only.mask () : privileged_execute_never.mask ());
    }
};

}  // namespace ravelin::firmware
