// SPDX-License-Identifier: BSD-2-Clause
// The registers of a distributor.  [IHI 0048B, 4.3; identification as a GIC-400's, DDI 0471, 3.2]
#include "hyp/vdev/distributor.hpp"

namespace ravelin {

namespace {
constexpr std::uint64_t ctlr          = 0x000;
constexpr std::uint64_t typer         = 0x004;
constexpr std::uint64_t iidr          = 0x008;
constexpr std::uint64_t bits          = 0x080;  // from here on a bit for each interrupt, in seven kinds
constexpr std::uint64_t active_bits   = 0x200;  // from here on such bits that list registers have a part in
constexpr std::uint64_t priorities    = 0x400;  // a byte for each
constexpr std::uint64_t targets       = 0x800;  // a byte for each
constexpr std::uint64_t configuration = 0xc00;  // two bits for each
constexpr std::uint64_t reserved      = 0xd00;
constexpr std::uint64_t sgir          = 0xf00;
constexpr std::uint64_t cpendsgir     = 0xf10;  // a byte for each SGI
constexpr std::uint64_t spendsgir     = 0xf20;  // a byte for each SGI
constexpr std::uint64_t behind_sgis   = 0xf30;
constexpr std::uint64_t identity      = 0xfd0;

/// What the bits are of, offset / 128.
enum Kind : std::uint64_t {
    igroupr    = 1,
    isenabler  = 2,
    icenabler  = 3,
    ispendr    = 4,
    icpendr    = 5,
    isactiver  = 6,
    icactiver  = 7,
    kind_shift = 7,
};

constexpr std::uint32_t gic400_iidr = 0x0200'143b;
constexpr std::array<std::uint8_t, 12> gic400_identity{0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1};

constexpr Bits32 sgi_filter{25, 24};
constexpr Bits32 sgi_targets{23, 16};
constexpr Bits32 sgi_number{3, 0};

constexpr std::uint32_t all_sgis = 0xffff;

[[nodiscard]] auto bit (std::uint64_t of) -> std::uint32_t {
    return 1U << (of % Distributor::banked);
}
}  // namespace

auto DistributorAccess::is_by_byte () const -> bool {
    return (offset >= priorities && offset < configuration) || (offset >= cpendsgir && offset < behind_sgis);
}

auto DistributorAccess::needs_lists () const -> bool {
    return offset >= active_bits && offset < priorities;
}

auto DistributorAccess::bank_number () const -> unsigned {
    const auto number = offset < priorities      ? offset % 128 / sizeof (std::uint32_t)
                        : offset < configuration ? offset % 1024 / Distributor::banked
                                                 : offset % 256 / 8;
    return static_cast<unsigned> (number);
}

auto DistributorAccess::touched (std::uint32_t value) const -> std::uint32_t {
    if (offset < priorities) { return offset >> kind_shift == igroupr ? ~0U : value; }
    if (offset < configuration) { return (bytes == 1 ? 1U : 0xfU) << offset % Distributor::banked; }
    return 0xffffU << offset % 8 * 4;
}

auto DistributorAccess::read () const -> std::uint32_t {
    const bool whole = bytes == sizeof (std::uint32_t) && offset % sizeof (std::uint32_t) == 0;
    if (!is_by_byte ()) { return whole ? read_word () : 0; }
    if (bytes == 1) { return read_byte (offset); }
    std::uint32_t value = 0;
    for (unsigned i = 0; whole && i < sizeof value; ++i) {
        value |= read_byte (offset + i) << 8 * i;
    }
    return value;
}

auto DistributorAccess::read_word () const -> std::uint32_t {
    if (offset >= bits && offset < priorities) {
        const auto &bank = gic.bank (vcpu, bank_number ());
        switch (offset >> kind_shift) {
        case igroupr:   return bank.group1;
        case isenabler:
        case icenabler: return bank.enabled;
        case ispendr:
        case icpendr:   return bank.pending ();
        default:        return bank.active;
        }
    }
    if (offset >= configuration && offset < reserved) {
        const auto edges    = gic.bank (vcpu, bank_number ()).edge >> offset % 8 * 4;
        std::uint32_t value = 0;
        for (unsigned i = 0; i < 16; ++i) {
            value |= (edges >> i & 1) << (2 * i + 1);
        }
        return value;
    }
    if (offset >= identity) { return gic400_identity[(offset - identity) / sizeof (std::uint32_t)]; }
    switch (offset) {
    case ctlr:  return gic.control;
    case typer: return (gic.banks - 1) | (gic.vcpu_limit - 1) << 5;
    case iidr:  return gic400_iidr;
    default:    return 0;
    }
}

auto DistributorAccess::read_byte (std::uint64_t at) const -> std::uint32_t {
    std::uint32_t value = 0;
    if (at >= cpendsgir) {
        for (unsigned source = 0; source < gic.vcpu_limit; ++source) {
            value |= (gic.vcpus[vcpu].own.by_vcpu[source] >> at % 16 & 1) << source;
        }
        return value;
    }
    const auto number = bank_number ();
    if ((gic.existing (number) & bit (at)) == 0) { return 0; }
    const auto &bank = gic.bank (vcpu, number);
    if (at < targets) { return bank.about[at % Distributor::banked] & InterruptBank::priority; }
    if (gic.vcpu_limit == 1) { return 0; }
    if (number == 0) { return 1U << vcpu; }
    for (unsigned i = 0; i < gic.vcpu_limit; ++i) {
        value |= (bank.by_vcpu[i] & bit (at)) != 0 ? 1U << i : 0;
    }
    return value;
}

auto DistributorAccess::write (std::uint32_t value) const -> std::uint32_t {
    const bool whole = bytes == sizeof (std::uint32_t) && offset % sizeof (std::uint32_t) == 0;
    if (!whole && !(is_by_byte () && bytes == 1)) { return 0; }
    if (offset == sgir) { return send_sgi (value); }
    if (offset == ctlr) {
        gic.control = value & 3;
        return ~0U;
    }
    const bool shared   = offset >= bits && offset < reserved && bank_number () != 0;
    auto &bank          = gic.bank (vcpu, shared ? bank_number () : 0);
    std::uint32_t which = shared ? gic.concerned (bank, touched (value)) : 0;
    if (is_by_byte ()) {
        for (unsigned i = 0; i < bytes; ++i) {
            write_byte (offset + i, value >> 8 * i & 0xff);
        }
    } else {
        write_word (value);
    }
    if (shared) {
        gic.busy |= 1U << bank_number ();
        which |= gic.concerned (bank, touched (value));
    }
    return which;
}

void DistributorAccess::write_word (std::uint32_t value) const {
    if (offset >= bits && offset < priorities) {
        write_bits (bank_number (), value & gic.existing (bank_number ()));
    } else if (offset >= configuration && offset < reserved && bank_number () != 0) {
        write_edges (value);
    }
}

void DistributorAccess::write_bits (unsigned number, std::uint32_t value) const {
    auto &bank = gic.bank (vcpu, number);
    // SGIs are always enabled, and who sends and withdraws them does it by other registers.
    const auto but_sgis = number == 0 ? value & ~all_sgis : value;
    switch (offset >> kind_shift) {
    case igroupr:   bank.group1 = value; break;
    case isenabler: bank.enabled |= value; break;
    case icenabler: bank.enabled &= ~but_sgis; break;
    case ispendr:   bank.latched |= but_sgis; break;
    case icpendr:
        bank.latched &= ~but_sgis;
        bank.moved &= ~but_sgis;
        break;
    case isactiver:
        for (unsigned i = 0; i < Distributor::banked; ++i) {
            if ((value & ~bank.active & ~bank.listed & bit (i)) != 0) { bank.set_vcpu (i, number == 0 ? 0 : vcpu); }
        }
        bank.active |= value;
        break;
    default:
        bank.active &= ~value;
        bank.ended |= value & bank.listed;
        break;
    }
}

void DistributorAccess::write_edges (std::uint32_t value) const {
    const auto half     = offset % 8 * 4;
    std::uint32_t edges = 0;
    for (unsigned i = 0; i < 16; ++i) {
        edges |= (value >> (2 * i + 1) & 1) << (half + i);
    }
    auto &bank = gic.bank (vcpu, bank_number ());
    bank.edge  = (bank.edge & ~(0xffffU << half)) | (edges & gic.existing (bank_number ()));
}

void DistributorAccess::write_byte (std::uint64_t at, std::uint32_t value) const {
    const auto number = bank_number ();
    const auto vcpus  = value & ((1U << gic.vcpu_limit) - 1);
    if (at >= cpendsgir) {
        for (unsigned source = 0; source < gic.vcpu_limit; ++source) {
            if ((vcpus >> source & 1) != 0) { gic.set_sgis (vcpu, source, 1U << at % 16, at >= spendsgir); }
        }
        return;
    }
    if ((gic.existing (number) & bit (at)) == 0) { return; }
    auto &bank = gic.bank (vcpu, number);
    if (at < targets) {
        auto &about = bank.about[at % Distributor::banked];
        about       = static_cast<std::uint8_t> ((value & InterruptBank::priority) | (about & InterruptBank::vcpu));
    } else if (number != 0 && gic.vcpu_limit > 1) {
        for (unsigned i = 0; i < gic.vcpu_limit; ++i) {
            bank.by_vcpu[i] = (vcpus >> i & 1) != 0 ? bank.by_vcpu[i] | bit (at) : bank.by_vcpu[i] & ~bit (at);
        }
    }
}

auto DistributorAccess::send_sgi (std::uint32_t value) const -> std::uint32_t {
    const auto filter   = sgi_filter.get (value);
    const auto everyone = (1U << gic.vcpu_limit) - 1;
    const auto to       = filter == 0   ? sgi_targets.get (value) & everyone
                          : filter == 1 ? everyone & ~(1U << vcpu)
                          : filter == 2 ? 1U << vcpu
                                        : 0;
    for (unsigned target = 0; target < gic.vcpu_limit; ++target) {
        if ((to >> target & 1) != 0) { gic.set_sgis (target, vcpu, 1U << sgi_number.get (value), true); }
    }
    return to;
}

}  // namespace ravelin
