// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/mem/host_stage2.hpp"

namespace ravelin
{

namespace
{
using Table = PageTable<HostStage2Format>;

[[nodiscard]] auto map_identity (hal::Cpu &cpu, PagePool &pool, Table &table, PaRange range, Table::Kind kind)
    -> Result<void>
{
    return table.map (cpu, pool, IpaRange{Ipa{range.start.value ()}, range.size}, range.start, kind);
}
}  // namespace

auto HostStage2::build (hal::Cpu &cpu, PagePool &pool, const Platform &platform, PaRange own)
    -> Result<HostStage2>
{
    const auto root = pool.allocate (cpu, Table::root_pages);
    if (!root)
    {
        return refuse (root.error ());
    }
    HostStage2 stage2{*root};
    for (const PaRange &bank : platform.ram)
    {
        for (const PaRange part : bank.without (own))
        {
            if (const auto mapped = map_identity (cpu, pool, stage2.table_, part, Table::Kind::memory);
                !mapped)
            {
                return refuse (mapped.error ());
            }
        }
    }
    for (const PaRange &window : platform.board->host_devices)
    {
        if (const auto mapped = map_identity (cpu, pool, stage2.table_, window, Table::Kind::device); !mapped)
        {
            return refuse (mapped.error ());
        }
    }
    return stage2;
}

}  // namespace ravelin
