// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/core/bit_field.hpp"
#include "sim/machine/tlb_invalidation.hpp"
#include "sim/machine/violation.hpp"
#include "sim/twin/divergence.hpp"
#include "sim/twin/el2_cpu.hpp"
#include "sim/unicorn/register_name.hpp"
#include "sim/unicorn/unicorn_error.hpp"

#include <algorithm>
#include <utility>

namespace ravelin::sim {

namespace {
using namespace hal::sysreg;

constexpr std::uint64_t most_blocks = 1ULL << 30;  // many times what the longest trap has

constexpr Bits64 sctlr_mmu{0, 0};  // SCTLR_EL2

// CPUACTLR_EL1 of a Cortex-A72, whose firmware leaves that to EL2.
constexpr Bits64 no_prefetch{32, 32};

constexpr Bits64 cptr_tfp{10, 10};  // CPTR_EL2: floating point traps

/// Instructions at which something is to be seen or done.  [ARM DDI 0487, C6.2]
struct Watched {
    std::uint32_t mask;
    std::uint32_t value;
};
constexpr Watched eret_instruction{0xffff'ffff, 0xd69f'03e0};
constexpr Watched wfi_instruction{0xffff'ffff, 0xd503'207f};
constexpr Watched sev_instruction{0xffff'ffff, 0xd503'209f};
constexpr Watched smc_instruction{0xffff'ffff, 0xd400'0003};
constexpr Watched dsb_instruction{0xffff'f0ff, 0xd503'309f};
constexpr Watched isb_instruction{0xffff'f0ff, 0xd503'30df};
constexpr Watched write_sctlr_instruction{0xffff'ffe0, 0xd51c'1000};  // MSR SCTLR_EL2
constexpr Watched at_s1e1r_instruction{0xffff'ffe0, 0xd508'7800};
constexpr Watched read_cpuactlr_instruction{0xffff'ffe0, 0xd539'f200};   // MRS, of a Cortex-A72
constexpr Watched write_cpuactlr_instruction{0xffff'ffe0, 0xd519'f200};  // MSR
constexpr std::array watched_instructions{eret_instruction,          wfi_instruction,      sev_instruction,
                                          smc_instruction,           dsb_instruction,      isb_instruction,
                                          write_sctlr_instruction,   at_s1e1r_instruction, read_cpuactlr_instruction,
                                          write_cpuactlr_instruction};

constexpr Bits32 dsb_option{11, 8};  // CRm
constexpr Bits32 dsb_types{9, 8};    // of accesses: only with loads and stores it's maintenance, too
constexpr std::uint32_t all_types = 0b11;
constexpr Bits32 transfer_register{4, 0};

[[nodiscard]] constexpr auto is (std::uint32_t instruction, Watched watched) -> bool {
    return (instruction & watched.mask) == watched.value;
}

/// Where a register is in sysreg::all; nothing: elsewhere.
[[nodiscard]] auto place_of (hal::SystemRegister which) -> std::optional<std::size_t> {
    constexpr std::uint8_t nowhere = 0xff;
    const auto key                 = [] (hal::SystemRegister name) -> std::size_t {
        return (name.op0 & 3U) << 14U | name.op1 * 0x800U | name.crn * 0x80U | name.crm * 8U | name.op2;
    };
    static const auto places = [&] {
        std::vector<std::uint8_t> table (1U << 16, nowhere);
        for (std::size_t i = 0; i < all.size (); ++i) {
            table[key (all[i])] = static_cast<std::uint8_t> (i);
        }
        return table;
    }();
    const auto place = places[key (which)];
    return place == nowhere ? std::nullopt : std::optional<std::size_t>{place};
}

/// The TLBI of the seam that SYS with these operands is.  [C5.5]
[[nodiscard]] auto invalidation_of (hal::SystemRegister which) -> std::optional<TlbInvalidation::Kind> {
    using enum TlbInvalidation::Kind;
    struct Known {
        hal::SystemRegister name;
        TlbInvalidation::Kind kind;
    };
    constexpr std::array known{
        Known{{1, 4, 8, 7, 4}, alle1},     Known{{1, 0, 8, 7, 0}, vmalle1},      Known{{1, 4, 8, 0, 1}, ipas2e1is},
        Known{{1, 0, 8, 3, 0}, vmalle1is}, Known{{1, 4, 8, 3, 6}, vmalls12e1is},
    };
    const auto *found = std::ranges::find (known, which, &Known::name);
    return found == known.end () ? std::nullopt : std::optional{found->kind};
}

constexpr hal::SystemRegister ic_iallu{1, 0, 7, 5, 0};
constexpr hal::SystemRegister ic_ialluis{1, 0, 7, 1, 0};
constexpr hal::SystemRegister dc_civac{1, 3, 7, 14, 1};
constexpr hal::SystemRegister dc_ivac{1, 0, 7, 6, 1};
constexpr hal::SystemRegister tlbi_alle2{1, 4, 8, 7, 0};
constexpr hal::SystemRegister at_s1e1r{1, 0, 7, 8, 0};
}  // namespace

void El2Cpu::watch_code () {
    const auto watch = [this] (std::uint64_t offset) {
        const auto address = wiring_.image_at.value () + offset;
        uc_hook hook{};
        check (uc_hook_add (emulator_.handle (), &hook, UC_HOOK_CODE, reinterpret_cast<void *> (&on_code), this,
                            address, address),
               "watching an instruction");
    };
    for (std::uint64_t offset = 0; offset + 4 <= wiring_.image.code_size (); offset += 4) {
        const auto instruction = wiring_.image.instruction (offset);
        const bool watched =
            std::ranges::any_of (watched_instructions, [&] (Watched each) { return is (instruction, each); });
        if (watched) { watch (offset); }
    }
    for (const auto offset : {boot_, arrival_, proceed_, save_fp_, load_fp_}) {
        watch (offset);
    }
}

void El2Cpu::on_code (uc_engine * /*engine*/, std::uint64_t address, std::uint32_t /*size*/, void *user) {
    auto &self = *static_cast<El2Cpu *> (user);
    static_cast<void> (self.guard_.call ([&] {
        // Where it has stopped, it comes by again.
        if (std::exchange (self.resumes_at_, ~0ULL) != address) { self.at (address - self.wiring_.image_at.value ()); }
    }));
}

void El2Cpu::at (std::uint64_t offset) {
    if (offset == boot_ || offset == arrival_) {
        comparing_ = true;
        return;
    }
    if (offset == proceed_) {
        if (static_cast<std::uint32_t> (emulator_.read (UC_ARM64_REG_X2)) == std::to_underlying (Next::off)) {
            stop_at (offset, Stop::park);
        }
        return;
    }
    if (offset == save_fp_ || offset == load_fp_) {
        if (cptr_tfp.any (registers[hal::index_of (cptr_el2)])) {
            throw Divergence{"the image uses FP registers while CPTR_EL2.TFP traps them"};
        }
        if (unsynchronized_.fp ()) { throw Divergence{"the image uses FP registers with no ISB behind CPTR_EL2"}; }
        return;
    }
    const auto instruction = wiring_.image.instruction (offset);
    if (is (instruction, isb_instruction)) { unsynchronized_.synchronize (); }
    // What comes next may else go past MMU and caches.
    if (is (instruction, write_sctlr_instruction) && !is (wiring_.image.instruction (offset + 4), isb_instruction)) {
        throw Divergence{"the image writes SCTLR_EL2, and no ISB follows"};
    }
    if (is (instruction, eret_instruction)) { stop_at (offset, Stop::eret); }
    if (is (instruction, wfi_instruction)) { stop_at (offset, Stop::wait); }
    if (is (instruction, smc_instruction)) { stop_at (offset, Stop::secure_call); }
    if (is (instruction, read_cpuactlr_instruction) || is (instruction, write_cpuactlr_instruction)) {
        auto general    = emulator_.general ();
        const auto name = transfer_register.get (instruction);
        if (is (instruction, write_cpuactlr_instruction)) { cpuactlr_ = general.read (name); }
        general.write (name, cpuactlr_);
        emulator_.set_general (general);
        stop_at (offset, Stop::unknown);
    }
    if (cold_ && is (instruction, dsb_instruction) && dsb_types.get (instruction) == all_types) { cold_->complete (); }
    if (!comparing_) { return; }
    if (is (instruction, sev_instruction)) { wiring_.deeds.take ({.kind = El2Deed::Kind::event}); }
    // While booting, EL2's own tables change too, which the library doesn't have. In front of WFI and SEV it's part of
    // what the seam asks for.
    const auto next     = wiring_.image.instruction (offset + 4);
    const bool is_extra = booting_ || is (next, wfi_instruction) || is (next, sev_instruction);
    if (is (instruction, dsb_instruction) && !is_extra) {
        wiring_.deeds.take ({.kind = El2Deed::Kind::barrier, .in = {dsb_option.get (instruction)}});
    }
    if (is (instruction, at_s1e1r_instruction)) {
        const auto general = emulator_.general ();
        const auto &answer = wiring_.deeds.take (
            {.kind = El2Deed::Kind::translate, .in = {general.read (transfer_register.get (instruction))}});
        registers[hal::index_of (par_el1)] = answer[0];
        unsynchronized_.translate ();
    }
}

void El2Cpu::on_block (uc_engine * /*engine*/, std::uint64_t /*address*/, std::uint32_t /*size*/, void *user) {
    auto &self = *static_cast<El2Cpu *> (user);
    static_cast<void> (self.guard_.call ([&] {
        if (++self.blocks_ > most_blocks) { throw Divergence{"the image doesn't come to an end"}; }
    }));
}

void El2Cpu::on_exception (uc_engine * /*engine*/, std::uint32_t number, void *user) {
    auto &self = *static_cast<El2Cpu *> (user);
    static_cast<void> (self.guard_.call ([&] {
        throw Divergence{"the image takes an exception of its own, to Unicorn number " + std::to_string (number)};
    }));
}

void El2Cpu::on_store (uc_engine * /*engine*/, uc_mem_type /*type*/, std::uint64_t address, int size,
                       std::int64_t /*value*/, void *user) {
    auto &self = *static_cast<El2Cpu *> (user);
    if (self.cold_) [[unlikely]] {
        static_cast<void> (
            self.guard_.call ([&] { self.cold_->store ({Pa{address}, static_cast<std::uint64_t> (size)}); }));
    }
    self.wiring_.memory.store (address, static_cast<unsigned> (size));
}

auto El2Cpu::on_read (uc_engine * /*engine*/, std::uint64_t offset, unsigned size, void *user) -> std::uint64_t {
    auto &window        = *static_cast<Window *> (user);
    auto &self          = window.cpu;
    std::uint64_t value = 0;
    static_cast<void> (self.guard_.call ([&] {
        const Pa pa = window.start + offset;
        if (size != 4) {
            throw Divergence{"the image reads " + std::to_string (size) + " bytes of a device at " + hex (pa)};
        }
        value = self.wiring_.deeds.take ({.kind = El2Deed::Kind::device_read, .in = {pa.value ()}})[0];
    }));
    return value;
}

void El2Cpu::on_write (uc_engine * /*engine*/, std::uint64_t offset, unsigned size, std::uint64_t value, void *user) {
    auto &window = *static_cast<Window *> (user);
    auto &self   = window.cpu;
    static_cast<void> (self.guard_.call ([&] {
        const Pa pa = window.start + offset;
        if (size != 4) {
            throw Divergence{"the image writes " + std::to_string (size) + " bytes of a device at " + hex (pa)};
        }
        self.wiring_.deeds.take ({.kind = El2Deed::Kind::device_write, .in = {pa.value (), value}});
    }));
}

auto El2Cpu::read (hal::SystemRegister which) -> std::optional<std::uint64_t> {
    if (const auto time = timer_.read (which)) { return time; }
    if (which == par_el1 && unsynchronized_.translation ()) {
        throw Divergence{"the image reads PAR_EL1 with no ISB behind AT"};
    }
    if (const auto place = place_of (which)) { return registers[*place]; }
    const bool identifies = which.op0 == 3 && which.op1 == 0 && which.crn == 0;
    if (identifies) { return wiring_.library.id_register (which.crm, which.op2); }
    return std::nullopt;
}

auto El2Cpu::write (hal::SystemRegister which, std::uint64_t value) -> bool {
    timer_.write (which, value);
    unsynchronized_.write (which);
    if (which == sctlr_el2 && sctlr_mmu.any (value)) {
        if (cold_) { cold_->turn_on (); }
        if (!no_prefetch.any (cpuactlr_)) { throw Divergence{"erratum 859971 of the Cortex-A72 isn't worked around"}; }
        cold_.reset ();
    }
    const auto place = place_of (which);
    if (place) { registers[*place] = value; }
    return place.has_value ();
}

auto El2Cpu::execute (hal::SystemRegister which, std::uint64_t value) -> bool {
    if (cold_) {
        if (which == dc_ivac) { cold_->invalidate_line (Pa{value}); }
        if (which == ic_iallu) { cold_->invalidate_code (); }
        if (which == tlbi_alle2) { cold_->invalidate_addresses (); }
    }
    if (!comparing_) { return false; }
    if (const auto kind = invalidation_of (which)) {
        const auto ipa = *kind == TlbInvalidation::Kind::ipas2e1is ? value * page_size : 0;
        wiring_.deeds.take ({.kind = El2Deed::Kind::invalidate, .in = {static_cast<std::uint64_t> (*kind), ipa}});
    } else if (which == ic_iallu || which == ic_ialluis) {
        wiring_.deeds.take ({.kind = El2Deed::Kind::code, .in = {which == ic_ialluis ? 1U : 0U}});
    } else if (which == dc_civac) {
        wiring_.deeds.take_line (value);
    } else if (which != at_s1e1r) {
        throw Divergence{"the image executes a system instruction that the library doesn't have: op1 " +
                         std::to_string (which.op1) + ", CRn " + std::to_string (which.crn) + ", CRm " +
                         std::to_string (which.crm) + ", op2 " + std::to_string (which.op2)};
    }
    return true;
}

auto El2Cpu::on_mrs (uc_engine * /*engine*/, uc_arm64_reg target, const uc_arm64_cp_reg *which, void *user)
    -> std::uint32_t {
    auto &self  = *static_cast<El2Cpu *> (user);
    auto answer = let_unicorn_do_it;
    static_cast<void> (self.guard_.call ([&] {
        if (const auto value = self.read (as_system_register (*which))) {
            self.emulator_.write (target, *value);
            answer = hook_did_it;
        }
    }));
    return answer;
}

auto El2Cpu::on_msr (uc_engine * /*engine*/, uc_arm64_reg /*source*/, const uc_arm64_cp_reg *which, void *user)
    -> std::uint32_t {
    auto &self  = *static_cast<El2Cpu *> (user);
    auto answer = let_unicorn_do_it;
    static_cast<void> (self.guard_.call ([&] {
        if (self.write (as_system_register (*which), which->val)) { answer = hook_did_it; }
    }));
    return answer;
}

auto El2Cpu::on_sys (uc_engine * /*engine*/, uc_arm64_reg /*source*/, const uc_arm64_cp_reg *which, void *user)
    -> std::uint32_t {
    auto &self  = *static_cast<El2Cpu *> (user);
    auto answer = let_unicorn_do_it;
    static_cast<void> (self.guard_.call ([&] {
        if (self.execute (as_system_register (*which), which->val)) { answer = hook_did_it; }
    }));
    return answer;
}

}  // namespace ravelin::sim
