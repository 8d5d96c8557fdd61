// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/mem/host_stage2.hpp"

#include "hyp/mem/tlb_batch.hpp"

namespace ravelin {

namespace {
using Table = PageTable<HostStage2Format>;

[[nodiscard]] auto identity (PaRange range) -> IpaRange {
    return {Ipa{range.start.value ()}, range.size};
}

[[nodiscard]] auto map_identity (hal::Cpu &cpu, PagePool &pool, Table &table, PaRange range, Table::Kind kind)
    -> Result<void> {
    return table.map (cpu, pool, identity (range), range.start, kind);
}
}  // namespace

auto HostStage2::build (hal::Cpu &cpu, PagePool &pool, const Platform &platform, const Kept &kept)
    -> Result<HostStage2> {
    const auto root = pool.allocate_aligned (cpu, Table::root_pages);
    if (!root) { return refuse (root.error ()); }
    HostStage2 stage2{*root};
    for (const PaRange &bank : platform.ram) {
        for (const PaRange &part : bank.without (kept[0])) {
            for (const PaRange &rest : part.without (kept[1])) {
                const auto mapped = map_identity (cpu, pool, stage2.table_, rest, Table::Kind::memory);
                if (!mapped) { return refuse (mapped.error ()); }
            }
        }
    }
    for (const PaRange &window : platform.board->host_devices) {
        if (const auto mapped = map_identity (cpu, pool, stage2.table_, window, Table::Kind::device); !mapped) {
            return refuse (mapped.error ());
        }
    }
    return stage2;
}

auto HostStage2::most_tables (const Platform &platform) -> std::uint64_t {
    constexpr std::uint64_t big_block = block_size * 512;

    std::uint64_t tables = 0;
    for (const PaRange &bank : platform.ram) {
        for (const std::uint64_t bytes : {block_size, big_block}) {
            tables += (bank.end ().align_up (bytes) - bank.start.align_down (bytes)) / bytes;
        }
    }
    return tables;
}

auto HostStage2::take (hal::Cpu &cpu, PagePool &pool, PaRange range) -> Result<void> {
    TlbBatch tlb{vttbr (), pool};
    const auto done = table_.unmap (cpu, pool, tlb, identity (range));
    tlb.complete (cpu);
    return done;
}

auto HostStage2::give (hal::Cpu &cpu, PagePool &pool, PaRange range) -> Result<void> {
    TlbBatch tlb{vttbr (), pool};
    const auto done       = map_identity (cpu, pool, table_, range, Table::Kind::memory);
    const IpaRange mapped = identity (range);
    table_.join (cpu, tlb, mapped.start);
    table_.join (cpu, tlb, mapped.start + (mapped.size - 1));
    tlb.complete (cpu);
    cpu.dsb<hal::Dsb::ishst> ();
    return done;
}

}  // namespace ravelin
