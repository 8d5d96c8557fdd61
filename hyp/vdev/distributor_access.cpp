// SPDX-License-Identifier: BSD-2-Clause
// The registers of a distributor.  [IHI 0048B, 4.3; identification as a GIC-400's, DDI 0471, 3.2]
#include "hyp/vdev/distributor.hpp"

#include <bit>

namespace ravelin {

namespace {
constexpr std::uint64_t ctlr          = 0x000;
constexpr std::uint64_t bits          = Distributor::groups;  // from here on a bit for each interrupt, in seven kinds
constexpr std::uint64_t priorities    = 0x400;                // a byte for each
constexpr std::uint64_t targets       = 0x800;                // a byte for each
constexpr std::uint64_t configuration = 0xc00;                // two bits for each
constexpr std::uint64_t reserved      = 0xd00;
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

constexpr std::array<std::uint8_t, 12> gic400_identity{0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1};

constexpr std::uint32_t all_sgis = 0xffff;

[[nodiscard]] auto bit (std::uint64_t of) -> std::uint32_t {
    return 1U << (of % Distributor::banked);
}
}  // namespace

auto DistributorAccess::is_by_byte () const -> bool {
    return (offset >= priorities && offset < configuration) || (offset >= cpendsgir && offset < behind_sgis);
}

auto DistributorAccess::is_allowed () const -> bool {
    const bool whole = bytes == sizeof (std::uint32_t) && offset % sizeof (std::uint32_t) == 0;
    return whole || (bytes == 1 && is_by_byte ());
}

auto DistributorAccess::needs_lists () const -> bool {
    return (offset >= Distributor::states && offset < priorities) || (offset >= cpendsgir && offset < behind_sgis);
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
    if (!is_allowed ()) { return 0; }
    if (!is_by_byte ()) { return read_word (); }
    std::uint32_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) {
        value |= read_byte (offset + i) << 8 * i;
    }
    return value;
}

auto DistributorAccess::read_word () const -> std::uint32_t {
    if (Distributor::is_plain_word (offset)) { return gic.plain_word (vcpu, offset); }
    if (offset >= bits && offset < priorities) {
        const auto &bank = gic.bank (vcpu, bank_number ());
        return offset >> kind_shift < isactiver ? bank.pending () | bank.moved : bank.active;
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
    return offset == ctlr ? gic.control : 0;
}

auto DistributorAccess::read_byte (std::uint64_t at) const -> std::uint32_t {
    if (at >= cpendsgir) { return gic.vcpus[vcpu].senders[at % Distributor::sgis]; }
    std::uint32_t value = 0;
    const auto number   = bank_number ();
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
    if (!is_allowed ()) { return 0; }
    if (offset == Distributor::sgir) { return send_sgi (value); }
    if (offset == ctlr) {
        gic.control = value & 3;
        return ~0U;
    }
    const bool shared = offset >= bits && offset < reserved && bank_number () != 0;
    if (is_by_byte ()) {
        for (unsigned i = 0; i < bytes; ++i) {
            write_byte (offset + i, value >> 8 * i & 0xff);
        }
    } else if (offset >= bits && offset < priorities) {
        write_bits (bank_number (), value & gic.existing (bank_number ()));
    } else if (offset >= configuration && shared) {
        write_edges (value);
    }
    if (!shared) { return 0; }
    gic.busy |= 1U << bank_number ();
    return gic.concerned (gic.bank (vcpu, bank_number ()), touched (value));
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
        bank.decided |= value & bank.listed;
        break;
    default:
        bank.active &= ~value;
        bank.decided |= value & bank.listed;
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
        const auto intid = static_cast<unsigned> (at % Distributor::sgis);
        for (auto left = vcpus; left != 0; left &= left - 1) {
            const auto source = static_cast<unsigned> (std::countr_zero (left));
            at >= spendsgir ? gic.send_sgi (vcpu, source, intid) : gic.withdraw_sgi (vcpu, source, intid);
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
    const auto filter   = sgir::filter.get (value);
    const auto everyone = (1U << gic.vcpu_limit) - 1;
    const auto to       = filter == 0   ? sgir::targets.get (value) & everyone
                          : filter == 1 ? everyone & ~(1U << vcpu)
                          : filter == 2 ? 1U << vcpu
                                        : 0;
    for (auto left = to; left != 0; left &= left - 1) {
        gic.send_sgi (static_cast<unsigned> (std::countr_zero (left)), vcpu, sgir::intid.get (value));
    }
    return to;
}

}  // namespace ravelin
