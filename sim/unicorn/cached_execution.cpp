// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/cached_execution.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace ravelin::sim {

namespace {
/// The cache maintenance instruction that @p which is; nothing if it's another, or DC ZVA, which is a store.  [ARM DDI
/// 0487, C5.3]
[[nodiscard]] auto maintenance_of (hal::SystemRegister which) -> std::optional<CacheOperation> {
    /// How an instruction is encoded.
    struct Encoding {
        std::uint8_t op1;
        std::uint8_t crm;
        std::uint8_t op2;
        CacheOperation operation;
    };
    static constexpr std::array encodings{
        Encoding{0, 1, 0, CacheOperation::code_everywhere},        // IC IALLUIS
        Encoding{0, 5, 0, CacheOperation::code_here},              // IC IALLU
        Encoding{3, 5, 1, CacheOperation::code_line},              // IC IVAU
        Encoding{0, 6, 1, CacheOperation::invalidate},             // DC IVAC
        Encoding{3, 10, 1, CacheOperation::clean},                 // DC CVAC
        Encoding{3, 11, 1, CacheOperation::clean_to_unification},  // DC CVAU
        Encoding{3, 14, 1, CacheOperation::clean_and_invalidate},  // DC CIVAC
    };
    constexpr std::uint8_t maintenance = 7;  // CRn
    const auto found                   = std::ranges::find_if (encodings, [which] (const Encoding &encoding) {
        return which.op1 == encoding.op1 && which.crm == encoding.crm && which.op2 == encoding.op2;
    });
    return which.crn == maintenance && found != encodings.end () ? std::optional{found->operation} : std::nullopt;
}
}  // namespace

void CachedExecution::execute (hal::SystemRegister which, std::uint64_t configuration, std::uint64_t operand) {
    constexpr std::uint8_t tlbi = 8;  // CRn
    if (which.crn == tlbi) { pages_.forget (); }
    const auto operation = maintenance_of (which);
    if (!operation) { return; }
    const auto where = has_address (*operation) ? pages_.find (AccessKind::read, Va{operand}) : std::nullopt;
    if (has_address (*operation) && !where) { return; }
    data_.settle ();
    caches_.maintain (cpu_, *operation, configuration,
                      where ? CacheSystem::Access{where->pa, 1, where->cacheable} : CacheSystem::Access{});
}

}  // namespace ravelin::sim
