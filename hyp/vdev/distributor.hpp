// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/lock.hpp"
#include "hyp/vdev/interrupt_bank.hpp"

namespace ravelin {

/// What the distributor has for one vCPU alone.
struct VcpuInterrupts {
    InterruptBank own;                       // INTID 0-31
    std::array<std::uint8_t, 16> senders{};  // of each pending SGI: a bit for each vCPU
    std::uint8_t lists{};                    // list registers that hold something of it, while it runs
    bool more_pending{};                     // interrupts for which there was no list register
    bool more_active{};
    bool waits_for_others{};  // it reads what other vCPUs' list registers have to tell first
};

/// A VM's interrupt distributor: the state behind its registers, and of every interrupt that isn't in a list register.
/// A GICv2 without security extension, with two groups and 32 priorities.  [IHI 0048B]
struct Distributor {
    static constexpr LockRank lock_rank   = LockRank::interrupts;
    static constexpr std::uint32_t sgis   = 16;  // INTIDs below are software-generated
    static constexpr std::uint32_t banked = 32;  // INTIDs below are a vCPU's own

    std::array<VcpuInterrupts, RAVELIN_MAX_VCPUS> vcpus{};
    std::array<InterruptBank, RAVELIN_MAX_INTIDS / banked - 1> shared{};
    std::uint32_t control{};  // GICD_CTLR
    std::uint32_t banks{};    // of 32 INTIDs
    std::uint32_t vcpu_limit{};
    std::uint32_t busy{};         // shared banks in which something may be pending or active; a bit for each, from 1 on
    std::uint32_t sync_wanted{};  // vCPUs whose list registers somebody waits for

    /// It is as at reset: of @p count banks of 32 INTIDs each, for @p vcpus_there vCPUs.
    void begin (std::uint32_t count, std::uint32_t vcpus_there);

    /// Bank @p number as @p vcpu sees it: 0 is its own.
    [[nodiscard]] auto bank (unsigned vcpu, unsigned number) -> InterruptBank & {
        return number == 0 ? vcpus[vcpu].own : shared[number - 1];
    }

    /// The interrupts of bank @p number that there are.
    [[nodiscard]] auto existing (unsigned number) const -> std::uint32_t {
        constexpr unsigned last = RAVELIN_MAX_INTIDS / banked - 1;
        return number >= banks ? 0 : number == last ? 0x0fff'ffff : ~0U;
    }

    /// Those of @p bank that a vCPU to which they go should be interrupted by.
    [[nodiscard]] auto deliverable (const InterruptBank &bank) const -> std::uint32_t {
        const std::uint32_t group1 = bank.group1;
        const auto on              = ((control & 1) != 0 ? ~group1 : 0) | ((control & 2) != 0 ? group1 : 0);
        return bank.pending () & bank.enabled & on & ~bank.active & ~bank.listed;
    }

    /// Whether there is a word at @p offset that is read as it is kept: GICD_TYPER, IIDR, IGROUPR, ISENABLER,
    /// ICENABLER.
    [[nodiscard]] static constexpr auto is_plain_word (std::uint64_t offset) -> bool {
        return offset % sizeof (std::uint32_t) == 0 &&
               (offset == typer || offset == iidr || (offset >= groups && offset < states));
    }

    /// Such a word as @p vcpu sees it.
    [[nodiscard]] auto plain_word (unsigned vcpu, std::uint64_t offset) const -> std::uint32_t {
        if (offset == iidr) { return gic400_iidr; }
        if (offset == typer) { return (banks - 1) | (vcpu_limit - 1) << 5; }
        const auto number = static_cast<unsigned> (offset % 128 / sizeof (std::uint32_t));
        const auto &bank  = number == 0 ? vcpus[vcpu].own : shared[number - 1];
        return offset < enables ? bank.group1 : bank.enabled;
    }

    // Where these registers are; others: see distributor_access.cpp.
    static constexpr std::uint64_t typer   = 0x004;
    static constexpr std::uint64_t iidr    = 0x008;
    static constexpr std::uint64_t groups  = 0x080;
    static constexpr std::uint64_t enables = 0x100;  // set-enable, and from 0x180 on clear-enable
    static constexpr std::uint64_t states  = 0x200;  // pending and active, which list registers have a part in

    static constexpr std::uint64_t sgir = 0xf00;

    static constexpr std::uint32_t gic400_iidr = 0x0200'143b;

    /// Whether something waits for @p vcpu that isn't in a list register, or will be back soon from one where it
    /// doesn't belong any more.
    [[nodiscard]] auto has_work (unsigned vcpu) -> bool;

    /// Interrupts of a shared bank that are pending in the list register of a vCPU to which they don't go any more.
    [[nodiscard]] static auto strays (const InterruptBank &bank) -> std::uint32_t;

    /// @p source sends @p vcpu SGI @p intid, or withdraws it.
    void send_sgi (unsigned vcpu, unsigned source, unsigned intid) {
        vcpus[vcpu].senders[intid] |= static_cast<std::uint8_t> (1U << source);
        vcpus[vcpu].own.latched |= 1U << intid;
    }
    void withdraw_sgi (unsigned vcpu, unsigned source, unsigned intid) {
        auto &senders = vcpus[vcpu].senders[intid];
        senders &= static_cast<std::uint8_t> (~(1U << source));
        if (senders == 0) { vcpus[vcpu].own.latched &= ~(1U << intid); }
    }

    /// The wire of shared interrupt @p intid, which exists, has now this level.
    /// @return  vCPUs that it concerns, a bit for each
    [[nodiscard]] auto set_line (std::uint32_t intid, bool level) -> std::uint32_t;

    /// vCPUs that interrupts @p which of a shared bank concern as they are now, a bit for each.
    [[nodiscard]] auto concerned (const InterruptBank &bank, std::uint32_t which) const -> std::uint32_t;
};

static_assert (sizeof (Guarded<Distributor>) <= RAVELIN_PAGE_SIZE);

/// GICD_SGIR.  [4.3.15]
namespace sgir {
inline constexpr Bits32 filter{25, 24};   // TargetListFilter: 0 is the list, 1 all but the sender, 2 the sender
inline constexpr Bits32 targets{23, 16};  // CPUTargetList
inline constexpr Bits32 intid{3, 0};      // SGIINTID
}  // namespace sgir

/// An access to a register of the distributor, which needs no list register's opinion any more.
struct DistributorAccess {
    Distributor &gic;
    unsigned vcpu;         // whose banked registers are meant
    std::uint64_t offset;  // below 4096
    std::uint64_t bytes;

    /// Whether the register has bits that list registers have a part in.
    [[nodiscard]] auto needs_lists () const -> bool;

    /// Whether these may be several vCPUs' list registers.
    [[nodiscard]] auto needs_others () const -> bool { return offset % 128 >= sizeof (std::uint32_t); }

    /// The value; what isn't there, or isn't accessed so, is zero.
    [[nodiscard]] auto read () const -> std::uint32_t;

    /// Writes @p value; where nothing is, nothing happens.
    /// @return  vCPUs that it concerns, a bit for each
    [[nodiscard]] auto write (std::uint32_t value) const -> std::uint32_t;

  private:
    [[nodiscard]] auto read_byte (std::uint64_t at) const -> std::uint32_t;
    void write_byte (std::uint64_t at, std::uint32_t value) const;
    [[nodiscard]] auto read_word () const -> std::uint32_t;
    void write_bits (unsigned number, std::uint32_t value) const;
    void write_edges (std::uint32_t value) const;
    [[nodiscard]] auto send_sgi (std::uint32_t value) const -> std::uint32_t;
    [[nodiscard]] auto is_by_byte () const -> bool;
    [[nodiscard]] auto is_allowed () const -> bool;
    [[nodiscard]] auto touched (std::uint32_t value) const -> std::uint32_t;
    [[nodiscard]] auto bank_number () const -> unsigned;
};

}  // namespace ravelin
