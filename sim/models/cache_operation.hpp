// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace ravelin::sim {

/// A cache maintenance instruction.  [ARM DDI 0487, C5.3, D7.5.8]
enum class CacheOperation : std::uint8_t {
    clean,                 // DC CVAC: to the point of coherency
    clean_to_unification,  // DC CVAU
    clean_and_invalidate,  // DC CIVAC
    invalidate,            // DC IVAC
    zero,                  // DC ZVA
    code_line,             // IC IVAU
    code_here,             // IC IALLU
    code_everywhere,       // IC IALLUIS
};

/// Whether it's for one line, by its address.
[[nodiscard]] constexpr auto has_address (CacheOperation operation) -> bool {
    return operation < CacheOperation::code_here;
}

}  // namespace ravelin::sim
