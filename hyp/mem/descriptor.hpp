// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "hyp/core/bit_field.hpp"

#include <cstdint>

namespace ravelin {

/// VMSAv8-64 descriptor, 4 KiB granule: the bits that both stages share.  [ARM DDI 0487, D8.3]
namespace descriptor {
inline constexpr Bits64 valid{0, 0};             // the entry is used
inline constexpr Bits64 table_or_page{1, 1};     // levels 0-2: next-level table; level 3: page
inline constexpr Bits64 shareability{9, 8};      // SH
inline constexpr Bits64 access_flag{10, 10};     // AF
inline constexpr Bits64 output_address{47, 12};  // of a table, block or page
inline constexpr Bits64 children{11, 2};         // of a table entry, ignored by the walk: valid entries below it
inline constexpr Bits64 execute_never{54, 54};   // XN

inline constexpr std::uint64_t inner_shareable = 3;  // SH

/// log2 of the bytes that one entry of @p level covers.
[[nodiscard]] constexpr auto level_shift (unsigned level) -> unsigned {
    return 12 + 9 * (3 - level);
}

/// Whether @p entry, at @p level, points to a table of the next level.
[[nodiscard]] constexpr auto is_table (std::uint64_t entry, unsigned level) -> bool {
    return level < 3 && valid.any (entry) && table_or_page.any (entry);
}

/// A table entry that points to @p next.
[[nodiscard]] constexpr auto table (Pa next) -> std::uint64_t {
    return next.value () | valid.mask () | table_or_page.mask ();
}

/// What a table, block or page entry points to.
[[nodiscard]] constexpr auto output (std::uint64_t entry) -> Pa {
    return Pa{entry & output_address.mask ()};
}
}  // namespace descriptor

/// Stage 2: 40-bit IPA, walks start at level 1 in two concatenated tables.
struct Stage2Format {
    using Input = Ipa;

    /// What an IPA leads to.
    enum class Kind : std::uint8_t {
        memory,     // Normal write-back, read, write, execute
        read_only,  // Normal write-back, read, execute
        device,     // Device-nGnRE, read and write
    };

    static constexpr unsigned input_bits  = 40;
    static constexpr unsigned start_level = 1;

    static constexpr Bits64 memory_attributes{5, 2};  // MemAttr  [D8.6.5]
    static constexpr Bits64 access{7, 6};             // S2AP

    [[nodiscard]] static constexpr auto attributes (Kind kind) -> std::uint64_t {
        constexpr std::uint64_t normal_write_back = 0b1111;
        constexpr std::uint64_t device_ngnre      = 0b0001;
        constexpr std::uint64_t read_write        = 0b11;
        constexpr std::uint64_t read              = 0b01;

        const std::uint64_t common =
            access.put (kind == Kind::read_only ? read : read_write) | descriptor::access_flag.mask ();
        return kind == Kind::device ? common | memory_attributes.put (device_ngnre) | descriptor::execute_never.mask ()
                                    : common | memory_attributes.put (normal_write_back) |
                                          descriptor::shareability.put (descriptor::inner_shareable);
    }
};

/// The host's: blocks of 1 GiB and 2 MiB.
struct HostStage2Format : Stage2Format {
    static constexpr unsigned block_level = 1;
};

/// A VM's: blocks of 2 MiB.
struct GuestStage2Format : Stage2Format {
    static constexpr unsigned block_level = 2;
};

/// VTCR_EL2: 40-bit PA, 4 KiB granule, 8-bit VMID, walks start at level 1 through the caches.  [ARM DDI 0487,
/// D17.2.155]
/// @param ipa_bits  31 to 40
[[nodiscard]] constexpr auto vtcr (unsigned ipa_bits) -> std::uint64_t {
    constexpr Bits64 t0sz{5, 0};     // 64 - bits of an IPA
    constexpr Bits64 sl0{7, 6};      // level where walks start, for this granule: 1 is level 1
    constexpr Bits64 irgn0{9, 8};    // inner: 1 is write-back
    constexpr Bits64 orgn0{11, 10};  // outer: 1 is write-back
    constexpr Bits64 sh0{13, 12};    // 3 is inner shareable
    constexpr Bits64 ps{18, 16};     // 2 is 40 bits of PA
    constexpr Bits64 res1{31, 31};
    return t0sz.put (64 - ipa_bits) | sl0.put (1) | irgn0.put (1) | orgn0.put (1) | sh0.put (3) | ps.put (2) |
           res1.mask ();
}

/// VTTBR_EL2.VMID.  [D17.2.156]
inline constexpr Bits64 vttbr_vmid{55, 48};

/// Stage 1 of EL2: 39-bit VA, walks start at level 1. Nothing is both writable and executable.
struct El2Stage1Format {
    using Input = Va;

    /// What a VA leads to.
    enum class Kind : std::uint8_t {
        code,       // Normal, read and execute
        constants,  // Normal, read
        memory,     // Normal, read and write
        device,     // Device-nGnRE, read and write
    };

    static constexpr unsigned input_bits  = 39;
    static constexpr unsigned start_level = 1;
    static constexpr unsigned block_level = 1;

    static constexpr Bits64 attribute_index{4, 2};  // AttrIndx: a byte of MAIR_EL2
    static constexpr Bits64 access_1{6, 6};         // AP[1]: RES1 where there is one privilege level
    static constexpr Bits64 read_only{7, 7};        // AP[2]

    /// Places in MAIR_EL2, and its value: Normal write-back, Device-nGnRE.
    static constexpr std::uint64_t normal_index = 0;
    static constexpr std::uint64_t device_index = 1;
    static constexpr std::uint64_t mair         = 0x04ff;

    [[nodiscard]] static constexpr auto attributes (Kind kind) -> std::uint64_t {
        const bool code   = kind == Kind::code;
        const bool device = kind == Kind::device;
        const bool writes = kind == Kind::memory || device;

        return descriptor::access_flag.mask () | access_1.mask () |
               attribute_index.put (device ? device_index : normal_index) |
               (device ? 0 : descriptor::shareability.put (descriptor::inner_shareable)) |
               (writes ? 0 : read_only.mask ()) | (code ? 0 : descriptor::execute_never.mask ());
    }
};

}  // namespace ravelin
