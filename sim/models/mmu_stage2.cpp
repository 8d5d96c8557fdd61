// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/violation.hpp"
#include "sim/models/mmu.hpp"
#include "sim/models/mmu_registers.hpp"

namespace ravelin::sim {

namespace {
[[nodiscard]] auto permits (std::uint64_t leaf, AccessKind kind) -> bool {
    switch (kind) {
    case AccessKind::read:  return entry::may_read.any (leaf);
    case AccessKind::write: return entry::may_write.any (leaf);
    case AccessKind::fetch: return entry::may_read.any (leaf) && !entry::not_code.any (leaf);
    }
    return false;
}
}  // namespace

auto Mmu::stage2 (const MmuRegisters &registers, const Stage2Request &request) const -> Mmued<Translation> {
    MmuFault fault{.type           = FaultType::translation,
                   .level          = 0,
                   .second_stage   = true,
                   .on_stage1_walk = request.stage1_walk,
                   .ipa            = request.ipa};
    const bool on = hcr::stage2.any (registers.hcr_el2) || hcr::default_cacheable.any (registers.hcr_el2);
    if (!on) { return Translation{.pa = Pa{request.ipa.value ()}, .device = false, .cacheable = true}; }
    if (vtcr::granule.any (registers.vtcr_el2)) { throw Violation{"stage 2 has another granule than 4 KiB"}; }
    const auto vmid = vttbr::vmid.get (registers.vttbr_el2);
    if (const auto *known = tlb_ == nullptr ? nullptr : tlb_->find_stage2 (vmid, request.ipa)) {
        // Permissions may have got wider since.
        if (auto result = by_leaf (registers, request, *known)) { return result; }
    }
    const auto leaf = find_leaf (registers, request.ipa, fault);
    if (!leaf) { return std::unexpected{leaf.error ()}; }
    if (tlb_ != nullptr) { tlb_->fill_stage2 (vmid, request.ipa, *leaf); }
    return by_leaf (registers, request, *leaf);
}

auto Mmu::by_leaf (const MmuRegisters &registers, const Stage2Request &request, const Stage2Leaf &leaf)
    -> Mmued<Translation> {
    const bool device     = !entry::memory_type.any (leaf.descriptor);
    const bool walk_taboo = request.stage1_walk && device && hcr::protected_walk.any (registers.hcr_el2);
    if (!permits (leaf.descriptor, request.kind) || walk_taboo) {
        return std::unexpected{MmuFault{.type           = FaultType::permission,
                                        .level          = leaf.level,
                                        .second_stage   = true,
                                        .on_stage1_walk = request.stage1_walk,
                                        .ipa            = request.ipa}};
    }
    const std::uint64_t inside = (1ULL << covered_bits (leaf.level)) - 1;
    const std::uint64_t output = leaf.descriptor & entry::address.mask ();
    return Translation{.pa        = Pa{(output & ~inside) | (request.ipa.value () & inside)},
                       .device    = device,
                       .cacheable = entry::memory_attributes.get (leaf.descriptor) == entry::write_back};
}

auto Mmu::find_leaf (const MmuRegisters &registers, Ipa ipa, MmuFault fault) const -> Mmued<Stage2Leaf> {
    // The start level covers between 1 and 16 concatenated tables.  [D8.2.2]
    const auto input_bits   = static_cast<unsigned> (64 - vtcr::t0sz.get (registers.vtcr_el2));
    const auto sl0          = static_cast<unsigned> (vtcr::start_level.get (registers.vtcr_el2));
    const unsigned start    = 2 - (sl0 & 3);
    const unsigned capacity = covered_bits (start) + 9;
    const bool consistent =
        sl0 != 3 && input_bits <= physical_bits && input_bits > capacity - 9 && input_bits <= capacity + 4;
    if (!consistent || ipa.value () >> input_bits != 0) { return std::unexpected{fault}; }

    const unsigned output_bits = address_bits (vtcr::ps.get (registers.vtcr_el2));
    Pa table{registers.vttbr_el2 & entry::address.mask ()};
    for (unsigned level = start; level <= 3; ++level) {
        fault.level          = level;
        const unsigned shift = covered_bits (level);
        const unsigned width = level == start ? input_bits - shift : 9;
        const auto index     = ipa.value () >> shift & ((1ULL << width) - 1);
        const Pa where       = table + index * 8;
        const auto read      = read_descriptor (where, fault);
        if (!read) { return std::unexpected{read.error ()}; }
        const std::uint64_t found = *read;
        const bool points         = entry::points.any (found);
        if (!entry::valid.any (found) || (level == 3 && !points) || (level == 0 && !points)) {
            return std::unexpected{fault};
        }
        const std::uint64_t output = found & entry::address.mask ();
        if (output >> output_bits != 0) {
            fault.type = FaultType::address_size;
            return std::unexpected{fault};
        }
        if (level < 3 && points) {
            table = Pa{output};
            continue;
        }
        if (!entry::accessed.any (found)) {
            fault.type = FaultType::access_flag;
            return std::unexpected{fault};
        }
        return Stage2Leaf{found, where, level};
    }
    return std::unexpected{fault};
}

}  // namespace ravelin::sim
