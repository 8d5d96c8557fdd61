// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/gic400_distributor.hpp"

namespace ravelin::sim {

namespace {
// Offsets of the registers. [IHI 0048B, table 4-1]
constexpr std::uint64_t gicd_ctlr  = 0x000;
constexpr std::uint64_t gicd_typer = 0x004;
constexpr std::uint64_t gicd_iidr  = 0x008;
constexpr std::uint64_t gicd_sgir  = 0xf00;

// Blocks with a bit for each interrupt: the group's number is the offset divided by 0x80.
constexpr std::uint64_t gicd_igroupr    = 0x080 / 0x80;
constexpr std::uint64_t gicd_isenabler  = 0x100 / 0x80;
constexpr std::uint64_t gicd_icenabler  = 0x180 / 0x80;
constexpr std::uint64_t gicd_ispendr    = 0x200 / 0x80;
constexpr std::uint64_t gicd_icpendr    = 0x280 / 0x80;
constexpr std::uint64_t gicd_isactiver  = 0x300 / 0x80;
constexpr std::uint64_t gicd_icactiver  = 0x380 / 0x80;
constexpr std::uint64_t bit_blocks_end  = 0x400;
constexpr std::uint64_t bit_block_bytes = 0x80;

// Blocks with a byte for each interrupt.
constexpr std::uint64_t gicd_ipriorityr  = 0x400;
constexpr std::uint64_t gicd_itargetsr   = 0x800;
constexpr std::uint64_t gicd_icfgr       = 0xc00;  // two bits for each
constexpr std::uint64_t gicd_icfgr_end   = 0xd00;
constexpr std::uint64_t gicd_cpendsgir   = 0xf10;
constexpr std::uint64_t gicd_spendsgir   = 0xf20;
constexpr std::uint64_t gicd_sgi_end     = 0xf30;
constexpr std::uint64_t identification   = 0xfd0;  // ICPIDR4 on
constexpr std::uint32_t implementer      = 0x0200'143b;
constexpr std::uint64_t registers_end    = 0x1000;
constexpr std::uint32_t lines_per_number = 32;  // of ITLinesNumber

// PIDR4-7, PIDR0-3, CIDR0-3.  [DDI 0471B, 3.2]
constexpr std::array<std::uint8_t, 12> peripheral_id{0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1};

[[nodiscard]] constexpr auto has_bytes (std::uint64_t offset) -> bool {
    return (offset >= gicd_ipriorityr && offset < gicd_icfgr) || (offset >= gicd_cpendsgir && offset < gicd_sgi_end);
}
}  // namespace

auto GicDistributor::read (const DeviceAccess &access) -> std::uint64_t {
    if (access.offset >= registers_end || access.size == 8) { return 0; }
    const std::uint32_t word = read_word (access.cpu, access.offset & ~3ULL);
    const auto shifted       = static_cast<std::uint64_t> (word) >> 8 * (access.offset & 3);
    return access.size == 4 ? shifted : shifted & ((1U << 8 * access.size) - 1);
}

void GicDistributor::write (const DeviceAccess &access, std::uint64_t value) {
    if (access.offset >= registers_end || access.size == 8) { return; }
    if (has_bytes (access.offset)) {
        for (unsigned i = 0; i < access.size; ++i) {
            write_byte (access.cpu, access.offset + i, static_cast<std::uint8_t> (value >> 8 * i));
        }
    } else if (access.size == 4) {
        write_word (access.cpu, access.offset, static_cast<std::uint32_t> (value));
    }
    const bool is_bits = access.offset >= gicd_igroupr * bit_block_bytes && access.offset < bit_blocks_end;
    if (is_bits) {
        state_.changed (access.cpu, static_cast<std::uint32_t> (access.offset % bit_block_bytes * 8));
    } else {
        state_.changed ();
    }
}

auto GicDistributor::read_word (CpuIndex cpu, std::uint64_t offset) -> std::uint32_t {
    if (has_bytes (offset) || offset >= identification) {
        std::uint32_t word = 0;
        for (unsigned i = 0; i < 4; ++i) {
            word |= static_cast<std::uint32_t> (read_byte (cpu, offset + i)) << 8 * i;
        }
        return word;
    }
    if (offset >= gicd_igroupr * bit_block_bytes && offset < bit_blocks_end) {
        const auto first   = static_cast<std::uint32_t> (offset % bit_block_bytes * 8);
        std::uint32_t word = 0;
        for (std::uint32_t i = 0; i < 32; ++i) {
            word |= read_bit (cpu, offset / bit_block_bytes, first + i) ? 1U << i : 0;
        }
        return word;
    }
    if (offset >= gicd_icfgr && offset < gicd_icfgr_end) { return read_config (cpu, offset); }

    const bool behind_stub = state_.security () == GicSecurity::non_secure;
    switch (offset) {
    case gicd_ctlr:
        // The non-secure view has group 1's enable in bit 0.  [4.3.1]
        return behind_stub ? state_.control () >> 1 : state_.control ();
    case gicd_typer:
        return (state_.intids () / lines_per_number - 1) | (state_.cpus () - 1) << 5 | (behind_stub ? 1U << 10 : 0);
    case gicd_iidr: return implementer;
    default:        return 0;
    }
}

auto GicDistributor::read_bit (CpuIndex cpu, std::uint64_t group, std::uint32_t intid) -> bool {
    const auto *interrupt = state_.interrupt (cpu, intid);
    if (interrupt == nullptr) { return false; }
    switch (group) {
    case gicd_igroupr:   return state_.security () == GicSecurity::absent && interrupt->group != 0;
    case gicd_isenabler:
    case gicd_icenabler: return interrupt->enabled;
    case gicd_ispendr:
    case gicd_icpendr:   return interrupt->pending ();
    default:             return interrupt->active;
    }
}

void GicDistributor::write_bit (CpuIndex cpu, std::uint64_t group, std::uint32_t intid, bool set) {
    auto *interrupt = state_.interrupt (cpu, intid);
    if (interrupt == nullptr) { return; }
    const bool is_sgi = intid < GicState::sgis;
    if (group == gicd_igroupr) {
        if (state_.security () == GicSecurity::absent) { interrupt->group = set ? 1 : 0; }
        return;
    }
    // All others act where a one is written. SGIs are always enabled, and pend by registers of their own.
    if (!set) { return; }
    switch (group) {
    case gicd_isenabler: interrupt->enabled = true; break;
    case gicd_icenabler: interrupt->enabled = is_sgi; break;
    case gicd_ispendr:   interrupt->latched = !is_sgi; break;
    case gicd_icpendr:   interrupt->latched = false; break;
    case gicd_isactiver: interrupt->active = true; break;
    case gicd_icactiver: interrupt->active = false; break;
    default:             break;
    }
}

auto GicDistributor::read_byte (CpuIndex cpu, std::uint64_t offset) -> std::uint8_t {
    if (offset >= identification) {
        const std::uint64_t number = (offset - identification) / 4;
        return offset % 4 == 0 ? peripheral_id[number] : 0;
    }
    if (offset >= gicd_cpendsgir) { return state_.interrupt (cpu, offset % 16)->sgi_sources; }
    const auto *interrupt = state_.interrupt (cpu, static_cast<std::uint32_t> (offset % 0x400));
    if (interrupt == nullptr) { return 0; }
    if (offset < gicd_itargetsr) {
        // The non-secure view spans the lower half of the priorities.  [3.8.1]
        return static_cast<std::uint8_t> (interrupt->priority
                                          << (state_.security () == GicSecurity::non_secure ? 1 : 0));
    }
    if (state_.cpus () == 1) {
        return 0;  // [4.3.12: RAZ/WI where there's one CPU]
    }
    const bool is_private = offset - gicd_itargetsr < GicState::privates;
    return is_private ? static_cast<std::uint8_t> (1U << cpu.value ()) : interrupt->targets;
}

void GicDistributor::write_byte (CpuIndex cpu, std::uint64_t offset, std::uint8_t value) {
    if (offset >= gicd_cpendsgir) {
        auto &sources       = state_.interrupt (cpu, offset % 16)->sgi_sources;
        const unsigned sent = value & ((1U << state_.cpus ()) - 1);  // there are bits for CPUs that there are
        sources             = static_cast<std::uint8_t> (offset >= gicd_spendsgir ? sources | sent : sources & ~sent);
        return;
    }
    auto *interrupt = state_.interrupt (cpu, static_cast<std::uint32_t> (offset % 0x400));
    if (interrupt == nullptr) { return; }
    if (offset < gicd_itargetsr) {
        const unsigned stored = state_.security () == GicSecurity::non_secure ? 0x80U | value >> 1 : value;
        interrupt->priority   = static_cast<std::uint8_t> (stored & GicCpuState::priority_bits);
    } else if (state_.cpus () > 1 && offset - gicd_itargetsr >= GicState::privates) {
        interrupt->targets = static_cast<std::uint8_t> (value & ((1U << state_.cpus ()) - 1));
    }
}

auto GicDistributor::read_config (CpuIndex cpu, std::uint64_t offset) -> std::uint32_t {
    const auto first   = static_cast<std::uint32_t> ((offset - gicd_icfgr) * 4);
    std::uint32_t word = 0;
    for (std::uint32_t i = 0; i < 16; ++i) {
        const auto *interrupt = state_.interrupt (cpu, first + i);
        word |= interrupt != nullptr && interrupt->edge ? 2U << 2 * i : 0;
    }
    return word;
}

void GicDistributor::write_config (CpuIndex cpu, std::uint64_t offset, std::uint32_t value) {
    const auto first = static_cast<std::uint32_t> ((offset - gicd_icfgr) * 4);
    for (std::uint32_t i = 0; i < 16; ++i) {
        // Those of SGIs and PPIs are fixed in a GIC-400.
        auto *interrupt = first + i < GicState::privates ? nullptr : state_.interrupt (cpu, first + i);
        if (interrupt != nullptr) { interrupt->edge = (value >> 2 * i & 2) != 0; }
    }
}

void GicDistributor::write_word (CpuIndex cpu, std::uint64_t offset, std::uint32_t value) {
    if (offset >= gicd_igroupr * bit_block_bytes && offset < bit_blocks_end) {
        const auto first = static_cast<std::uint32_t> (offset % bit_block_bytes * 8);
        for (std::uint32_t i = 0; i < 32; ++i) {
            write_bit (cpu, offset / bit_block_bytes, first + i, (value >> i & 1) != 0);
        }
    } else if (offset >= gicd_icfgr && offset < gicd_icfgr_end) {
        write_config (cpu, offset, value);
    } else if (offset == gicd_ctlr) {
        const bool behind_stub = state_.security () == GicSecurity::non_secure;
        state_.control () =
            behind_stub ? (value & 1) << 1 : value & (GicCpuState::enable_group0 | GicCpuState::enable_group1);
    } else if (offset == gicd_sgir) {
        send_sgi (cpu, value);
    }
}

void GicDistributor::send_sgi (CpuIndex cpu, std::uint32_t value) {
    const std::uint32_t self   = 1U << cpu.value ();
    const std::uint32_t filter = value >> 24 & 3;  // GICD_SGIR.TargetListFilter
    const std::uint32_t list   = value >> 16 & 0xff;
    const std::uint32_t target = filter == 0 ? list : filter == 1 ? ~self : filter == 2 ? self : 0;
    for (std::uint32_t i = 0; i < state_.cpus (); ++i) {
        if ((target >> i & 1) != 0) {
            auto &sources = state_.interrupt (CpuIndex{i}, value & 0xf)->sgi_sources;
            sources       = static_cast<std::uint8_t> (sources | self);
        }
    }
}

}  // namespace ravelin::sim
