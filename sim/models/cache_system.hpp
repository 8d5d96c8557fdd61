// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
#include "sim/machine/bus.hpp"
#include "sim/models/cache_operation.hpp"
#include "sim/models/data_cache.hpp"
#include "sim/models/instruction_cache.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace ravelin::sim {

/// The caches of all CPUs, and what EL1 and EL2 do that they notice.
class CacheSystem {
  public:
    /// Which parts of EL2's maintenance have an effect: a test leaves one out to see what it protects from.
    struct Heeded {
        bool clean{true};            // the clean in DC CIVAC
        bool invalidate{true};       // the invalidate in DC CIVAC
        bool code_here{true};        // IC IALLU
        bool code_everywhere{true};  // IC IALLUIS
    };

    /// How EL1 sees memory in one access.
    struct Access {
        Pa pa;
        unsigned size;   // bytes
        bool cacheable;  // by translation
    };

    /// @param bus  has the RAM; outlives the caches
    CacheSystem (const Bus &bus, std::uint32_t cpus, Eviction eviction, std::uint64_t seed);

    [[nodiscard]] auto data () -> DataCache & { return data_; }

    /// What caches hold that nobody has maintained yet: lines of rubbish, dirty or stale, of which as many lie in @p
    /// own as anywhere in RAM, but none in @p loaded, which the loader has cleaned.
    void fill_with_rubbish (PaRange own, std::span<const PaRange> loaded, Random &random);

    /// An access of EL1 to RAM, of at most 8 bytes.
    [[nodiscard]] auto load (const Access &access) -> std::uint64_t;
    void store (const Access &access, std::uint64_t value);

    /// @p cpu fetches the instruction at access.pa.
    [[nodiscard]] auto fetch (CpuIndex cpu, const Access &access) -> std::uint32_t;

    /// @p cpu fetches a line of instructions.
    [[nodiscard]] auto fetch_line (CpuIndex cpu, Pa line, bool cacheable) -> const LineBytes &;

    /// How often the lines have changed from which it fetches.
    [[nodiscard]] auto code_changes (CpuIndex cpu) const -> std::uint64_t { return code_[cpu.value ()].changes (); }

    /// @p cpu, whose kernel may have mapped the page at @p pa for any use, fetches from it and loads it unasked.
    void speculate (CpuIndex cpu, Pa pa);

    /// @p cpu executes @p operation at EL1 or EL0.
    /// @param configuration  HCR_EL2
    /// @param where          where its address leads, if it has one
    void maintain (CpuIndex cpu, CacheOperation operation, std::uint64_t configuration, const Access &where = {});

    /// EL2 executes DC CIVAC for each line of @p range.
    void clean_and_invalidate (PaRange range);

    /// EL2 on @p cpu executes IC IALLU, or IC IALLUIS.
    void invalidate_code (CpuIndex cpu, bool everywhere);

    /// From now on EL2's maintenance does only this.
    void heed (const Heeded &heeded) { heeded_ = heeded; }

  private:
    void zero (const Access &where);
    void forget_code (CpuIndex cpu, bool everywhere);

    const Bus &bus_;
    DataCache data_;
    std::vector<InstructionCache> code_;
    Heeded heeded_;
};

}  // namespace ravelin::sim
