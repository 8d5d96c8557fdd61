// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/cache_system.hpp"

#include "sim/models/mmu_registers.hpp"

#include <algorithm>
#include <cstring>
#include <span>

namespace ravelin::sim {

namespace {
/// The part of an access that lies in one line.
struct Part {
    PaRange range;
    unsigned offset;  // in the access
};

/// Calls @p use with each part.
template <class Use>
void for_each_part (PaRange range, Use &&use) {
    for_each_line (range, [&] (Pa line) {
        const Pa start = std::max (range.start, line);
        const Pa end   = std::min (range.end (), line + cache_line_size);
        use (Part{{start, end - start}, static_cast<unsigned> (start - range.start)});
    });
}
}  // namespace

CacheSystem::CacheSystem (const Bus &bus, std::uint32_t cpus, Eviction eviction, std::uint64_t seed)
    : bus_{bus}, data_{bus, eviction, seed} {
    for (std::uint32_t i = 0; i < cpus; ++i) {
        code_.emplace_back (seed + i);
    }
}

void CacheSystem::fill_with_rubbish (PaRange own, std::span<const PaRange> loaded, Random &random) {
    // What somebody does later is to find room as well.
    constexpr auto lines = DataCache::capacity / 8;

    const auto banks = bus_.ram_regions ();
    for (std::size_t i = 0; i < lines; ++i) {
        const PaRange where = i % 2 == 0 ? own : banks[random.below (banks.size ())].range;
        const Pa line       = line_of (where.start + random.below (where.size));
        LineBytes bytes;
        std::ranges::generate (bytes, [&random] { return static_cast<std::byte> (random.next ()); });
        const PaRange range{line, cache_line_size};
        const auto clashes = [range] (const PaRange &other) {
            return other.overlaps (range);
        };
        if (std::ranges::none_of (loaded, clashes)) { data_.hold (line, bytes, random.below (2) != 0); }
    }
}

auto CacheSystem::load (const Access &access) -> std::uint64_t {
    const PaRange range{access.pa, access.size};
    std::uint64_t value = 0;
    if (access.cacheable) {
        data_.read (range);
        std::memcpy (&value, bus_.find_ram (range)->at (access.pa), access.size);
        return value;
    }
    const auto bytes = std::as_writable_bytes (std::span{&value, 1});
    for_each_part (range, [&] (const Part &part) {
        data_.read_memory (part.range.start, bytes.subspan (part.offset, part.range.size));
    });
    return value;
}

void CacheSystem::store (const Access &access, std::uint64_t value) {
    const PaRange range{access.pa, access.size};
    if (access.cacheable) {
        data_.write (range);
        std::memcpy (bus_.find_ram (range)->at (access.pa), &value, access.size);
        return;
    }
    const auto bytes = std::as_bytes (std::span{&value, 1});
    for_each_part (range, [&] (const Part &part) {
        data_.write_memory (part.range.start, bytes.subspan (part.offset, part.range.size));
    });
}

auto CacheSystem::fetch_line (CpuIndex cpu, Pa line, bool cacheable) -> const LineBytes & {
    return code_[cpu.value ()].fetch (line,
                                      [&] { return cacheable ? data_.at_unification (line) : data_.in_memory (line); });
}

auto CacheSystem::fetch (CpuIndex cpu, const Access &access) -> std::uint32_t {
    const LineBytes &line = fetch_line (cpu, line_of (access.pa), access.cacheable);
    std::uint32_t word    = 0;
    std::memcpy (&word, &line.at (access.pa.value () % cache_line_size), sizeof word);
    return word;
}

void CacheSystem::speculate (CpuIndex cpu, Pa pa) {
    if (bus_.find_ram ({line_of (pa), cache_line_size}) == nullptr) { return; }
    data_.allocate (line_of (pa));
    static_cast<void> (fetch_line (cpu, line_of (pa), true));
}

void CacheSystem::zero (const Access &where) {
    const Pa line = line_of (where.pa);
    for (Pa word = line; word < line + cache_line_size; word = word + sizeof (std::uint64_t)) {
        store ({word, sizeof (std::uint64_t), where.cacheable}, 0);
    }
}

void CacheSystem::maintain (CpuIndex cpu, CacheOperation operation, std::uint64_t configuration, const Access &where) {
    const Pa line = line_of (where.pa);
    switch (operation) {
    case CacheOperation::clean:                data_.clean (line); break;
    case CacheOperation::clean_to_unification: data_.clean_to_unification (line); break;
    case CacheOperation::invalidate:
        // Under stage 2 nobody may have what was stored there before him.  [D17.2.48, HCR_EL2.VM]
        if (hcr::stage2.any (configuration) || hcr::default_cacheable.any (configuration)) { data_.clean (line); }
        data_.invalidate (line);
        break;
    case CacheOperation::clean_and_invalidate: data_.evict (line); break;
    case CacheOperation::zero:                 zero (where); break;
    case CacheOperation::code_line:
        for (InstructionCache &code : code_) {
            code.invalidate (line);
        }
        break;
    case CacheOperation::code_here:       forget_code (cpu, hcr::broadcast.any (configuration)); break;
    case CacheOperation::code_everywhere: forget_code (cpu, true); break;
    }
}

void CacheSystem::clean_and_invalidate (PaRange range) {
    for_each_line (range, [this] (Pa line) {
        if (heeded_.clean) { data_.clean (line); }
        if (heeded_.invalidate) { data_.invalidate (line); }
    });
}

void CacheSystem::invalidate_code (CpuIndex cpu, bool everywhere) {
    if (everywhere ? heeded_.code_everywhere : heeded_.code_here) { forget_code (cpu, everywhere); }
}

void CacheSystem::forget_code (CpuIndex cpu, bool everywhere) {
    for (std::uint32_t i = 0; i < code_.size (); ++i) {
        if (everywhere || i == cpu.value ()) { code_[i].invalidate_all (); }
    }
}

}  // namespace ravelin::sim
