// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/violation.hpp"
#include "sim/models/mmu.hpp"
#include "sim/models/mmu_registers.hpp"

namespace ravelin::sim
{

namespace
{
[[nodiscard]] auto permits (std::uint64_t leaf, AccessKind kind) -> bool
{
    switch (kind)
    {
    case AccessKind::read:  return entry::may_read.any (leaf);
    case AccessKind::write: return entry::may_write.any (leaf);
    case AccessKind::fetch: return entry::may_read.any (leaf) && !entry::not_code.any (leaf);
    }
    return false;
}
}  // namespace

auto Mmu::stage2 (const MmuRegisters &registers, const Stage2Request &request) const -> Mmued<Translation>
{
    MmuFault fault{.type           = FaultType::translation,
                   .level          = 0,
                   .second_stage   = true,
                   .on_stage1_walk = request.stage1_walk,
                   .ipa            = request.ipa};
    const bool on = hcr::stage2.any (registers.hcr_el2) || hcr::default_cacheable.any (registers.hcr_el2);
    if (!on)
    {
        return Translation{Pa{request.ipa.value ()}, false};
    }
    if (vtcr::granule.any (registers.vtcr_el2))
    {
        throw Violation{"stage 2 has another granule than 4 KiB"};
    }

    // The start level covers between 1 and 16 concatenated tables.  [D8.2.2]
    const auto input_bits   = static_cast<unsigned> (64 - vtcr::t0sz.get (registers.vtcr_el2));
    const auto sl0          = static_cast<unsigned> (vtcr::start_level.get (registers.vtcr_el2));
    const unsigned start    = 2 - (sl0 & 3);
    const unsigned capacity = covered_bits (start) + 9;
    const bool consistent =
        sl0 != 3 && input_bits <= physical_bits && input_bits > capacity - 9 && input_bits <= capacity + 4;
    if (!consistent || request.ipa.value () >> input_bits != 0)
    {
        return std::unexpected{fault};
    }

    const unsigned output_bits = address_bits (vtcr::ps.get (registers.vtcr_el2));
    Pa table{registers.vttbr_el2 & entry::address.mask ()};
    for (unsigned level = start; level <= 3; ++level)
    {
        fault.level          = level;
        const unsigned shift = covered_bits (level);
        const unsigned width = level == start ? input_bits - shift : 9;
        const auto index     = request.ipa.value () >> shift & ((1ULL << width) - 1);
        const auto read      = read_descriptor (table + index * 8, fault);
        if (!read)
        {
            return std::unexpected{read.error ()};
        }
        const std::uint64_t found = *read;
        const bool points         = entry::points.any (found);
        if (!entry::valid.any (found) || (level == 3 && !points) || (level == 0 && !points))
        {
            return std::unexpected{fault};
        }
        const std::uint64_t output = found & entry::address.mask ();
        if (output >> output_bits != 0)
        {
            fault.type = FaultType::address_size;
            return std::unexpected{fault};
        }
        if (level < 3 && points)
        {
            table = Pa{output};
            continue;
        }
        if (!entry::accessed.any (found))
        {
            fault.type = FaultType::access_flag;
            return std::unexpected{fault};
        }
        const bool device     = !entry::memory_type.any (found);
        const bool walk_taboo = request.stage1_walk && device && hcr::protected_walk.any (registers.hcr_el2);
        if (!permits (found, request.kind) || walk_taboo)
        {
            fault.type = FaultType::permission;
            return std::unexpected{fault};
        }
        const std::uint64_t inside = (1ULL << shift) - 1;
        return Translation{Pa{(output & ~inside) | (request.ipa.value () & inside)}, device};
    }
    return std::unexpected{fault};
}

}  // namespace ravelin::sim
