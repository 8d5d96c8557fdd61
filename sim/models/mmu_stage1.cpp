// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/violation.hpp"
#include "sim/models/mmu.hpp"
#include "sim/models/mmu_registers.hpp"

#include <optional>

namespace ravelin::sim {

namespace {
/// What TCR_EL1 and a TTBR say of the half of the address space that an address is in.
struct Half {
    std::uint64_t base;    // TTBRn_EL1
    std::uint64_t offset;  // of the address in this half
    unsigned input_bits;
};

/// Nothing if the address is in no half, or walks of its half are off.  [D8.2.5]
[[nodiscard]] auto half_of (const MmuRegisters &registers, Va va) -> std::optional<Half> {
    const std::uint64_t control = registers.tcr_el1;
    const bool upper            = (va.value () >> 55 & 1) != 0;
    const bool tagged           = upper ? tcr::tbi1.any (control) : tcr::tbi0.any (control);
    const auto size             = upper ? tcr::t1sz.get (control) : tcr::t0sz.get (control);
    const bool off              = upper ? tcr::epd1.any (control) : tcr::epd0.any (control);
    const bool small_pages      = upper ? tcr::tg1.get (control) == tcr::tg1_4k : tcr::tg0.get (control) == tcr::tg0_4k;
    if (!small_pages) { throw Violation{"stage 1 of EL1 has another granule than 4 KiB, which isn't modelled"}; }
    const auto input_bits       = static_cast<unsigned> (64 - size);
    const std::uint64_t checked = tagged ? 0x00ff'ffff'ffff'ffff : ~0ULL;
    const std::uint64_t above   = checked & ~((1ULL << input_bits) - 1);
    const std::uint64_t wanted  = upper ? above : 0;
    const bool supported        = size >= 16 && size <= 39;
    if (off || !supported || (va.value () & above) != wanted) { return std::nullopt; }
    return Half{upper ? registers.ttbr1_el1 : registers.ttbr0_el1, va.value () & ~above & checked, input_bits};
}

/// What the tables on the way take from the permissions of a leaf.
[[nodiscard]] auto restrict (std::uint64_t leaf, std::uint64_t tables) -> std::uint64_t {
    leaf |= entry::table_read_only.any (tables) ? entry::read_only.mask () : 0;
    leaf |= entry::table_not_code_el1.any (tables) ? entry::not_code_el1.mask () : 0;
    leaf |= entry::table_not_code_el0.any (tables) ? entry::not_code_el0.mask () : 0;
    return entry::table_not_el0.any (tables) ? leaf & ~entry::for_el0.mask () : leaf;
}

/// The byte of MAIR_EL1 that @p leaf names.
[[nodiscard]] auto attributes_of (std::uint64_t leaf, std::uint64_t mair) -> std::uint64_t {
    return mair >> 8 * entry::attribute.get (leaf) & 0xff;
}

/// Whether @p attributes are one of the Device types.
[[nodiscard]] auto is_device (std::uint64_t attributes) -> bool {
    return (attributes & 0xf0) == 0;
}

/// Whether half of them, inner or outer, says write-back, transient or not.  [D17.2.97]
[[nodiscard]] auto is_write_back (std::uint64_t half) -> bool {
    return (half & 0b1100) == 0b1100 || ((half & 0b1100) == 0b0100 && (half & 0b0011) != 0);
}

/// A Cortex-A72 caches what is write-back by both halves, and nothing else.
[[nodiscard]] auto is_cacheable (std::uint64_t attributes) -> bool {
    return !is_device (attributes) && is_write_back (attributes >> 4) && is_write_back (attributes & 0xf);
}
}  // namespace

// [D8.4.1]
auto Mmu::stage1_permits (std::uint64_t leaf, const MmuAccess &access, std::uint64_t control) -> bool {
    const bool el0      = entry::for_el0.any (leaf);
    const bool writable = !entry::read_only.any (leaf);
    if (access.from_el0) {
        const bool code = !entry::not_code_el0.any (leaf) && !(writable && sctlr::write_not_code.any (control));
        return el0 && (access.kind == AccessKind::fetch ? code : access.kind == AccessKind::read || writable);
    }
    if (access.kind == AccessKind::fetch) {
        // What EL0 can write is never EL1's code.
        const bool forced = (el0 && writable) || (writable && sctlr::write_not_code.any (control));
        return !entry::not_code_el1.any (leaf) && !forced;
    }
    return access.kind == AccessKind::read || writable;
}

auto Mmu::walk_stage1 (const MmuRegisters &registers, const MmuAccess &access) const -> Mmued<Stage1> {
    MmuFault fault{.type = FaultType::translation};
    const auto half = half_of (registers, access.va);
    if (!half) { return std::unexpected{fault}; }
    const unsigned output_bits = address_bits (tcr::ips.get (registers.tcr_el1));
    const unsigned start       = 4 - (half->input_bits - 12 + 8) / 9;
    std::uint64_t tables       = 0;
    Ipa table{half->base & entry::address.mask ()};
    for (unsigned level = start; level <= 3; ++level) {
        fault.level          = level;
        const unsigned shift = covered_bits (level);
        const auto index     = half->offset >> shift & 0x1ff;
        const auto where     = stage2 (registers, {table + index * 8, AccessKind::read, true});
        if (!where) { return std::unexpected{where.error ()}; }
        const auto read = read_descriptor (where->pa, fault);
        if (!read) { return std::unexpected{read.error ()}; }
        const std::uint64_t found = *read;
        const bool points         = entry::points.any (found);
        if (!entry::valid.any (found) || (!points && (level == 0 || level == 3))) { return std::unexpected{fault}; }
        const std::uint64_t output = found & entry::address.mask ();
        if (output >> output_bits != 0) {
            fault.type = FaultType::address_size;
            return std::unexpected{fault};
        }
        if (level < 3 && points) {
            tables |= found;
            table = Ipa{output};
            continue;
        }
        const std::uint64_t leaf = restrict (found, tables);
        if (!entry::accessed.any (leaf) || !stage1_permits (leaf, access, registers.sctlr_el1)) {
            fault.type = entry::accessed.any (leaf) ? FaultType::permission : FaultType::access_flag;
            return std::unexpected{fault};
        }
        const std::uint64_t inside = (1ULL << shift) - 1;
        const auto attributes      = attributes_of (leaf, registers.mair_el1);
        return Stage1{Ipa{(output & ~inside) | (half->offset & inside)}, is_device (attributes),
                      is_cacheable (attributes), leaf};
    }
    return std::unexpected{fault};
}

}  // namespace ravelin::sim
