// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/el2_registers.hpp"

#include "hyp/host/syndrome.hpp"
#include "sim/machine/each_register.hpp"

#include <utility>

namespace ravelin::sim {

namespace {
using namespace hal::sysreg;

/// Only EL2 writes these, and Unicorn obeys them. Its timers aren't used: CNTVOFF_EL2 is the timer model's.
constexpr std::array el2_registers{vpidr_el2, vmpidr_el2, mdcr_el2, cptr_el2,   hstr_el2,
                                   vttbr_el2, vtcr_el2,   hcr_el2,  cnthctl_el2};

/// Whether the CPU writes HPFAR_EL2 for an abort; it's UNKNOWN else.  [ARM DDI 0487, D17.2.61]
[[nodiscard]] auto tells_ipa (std::uint64_t syndrome) -> bool {
    constexpr std::uint64_t address_size = 0b0000;  // DFSC[5:2]: the level is in the bits below
    constexpr std::uint64_t translation  = 0b0001;
    constexpr std::uint64_t access_flag  = 0b0010;

    const auto type = esr::fault_status.get (syndrome) >> 2;
    return esr::stage1_walk.any (syndrome) || type == address_size || type == translation || type == access_flag;
}
}  // namespace

auto El2Registers::read_el1 (hal::SystemRegister which) -> std::uint64_t {
    return which == sp_el0 || which == sp_el1 ? emulator_.stack_pointer (which) : emulator_.read (which);
}

void El2Registers::set_return () {
    cpu_.write<elr_el2> (emulator_.pc ());
    cpu_.write<spsr_el2> (emulator_.pstate ());
}

void El2Registers::set_syndrome (const ExceptionRecord &exception, Random &random) {
    using enum esr::Class;
    cpu_.write<esr_el2> (exception.syndrome);
    set_return ();
    const auto kind = esr::class_of (exception.syndrome);
    if (kind == data_abort_lower || kind == code_abort_lower) {
        cpu_.write<far_el2> (exception.address);
        cpu_.write<hpfar_el2> (tells_ipa (exception.syndrome) ? exception.ipa_page : random.next ());
    }
}

auto El2Registers::give_el1 () -> bool {
    bool translates = false;
    for_each_register<el1_registers> ([&]<hal::SystemRegister Which> () {
        if (!cpu_.was_written (hal::index_of (Which))) { return; }
        const auto value = cpu_.read<Which> ();
        if constexpr (Which == sp_el0 || Which == sp_el1) {
            emulator_.set_stack_pointer (Which, value);
        } else {
            emulator_.write (Which, value);
        }
        translates = translates || steers_translation (Which);
    });
    if (cpu_.fp_was_written ()) {
        hal::FpState state;
        cpu_.save_fp (state);
        emulator_.set_fp (state);
    }
    cpu_.forget_writes ();
    return translates;
}

auto El2Registers::leave_el2 () -> bool {
    bool translates = cpu_.was_written () && give_el1 ();
    for_each_register<el2_registers> ([&]<hal::SystemRegister Which> () {
        const auto value = cpu_.read<Which> ();
        auto &known      = known_[hal::index_of (Which)];
        if (complete_ && known == value) { return; }
        emulator_.write (Which, value);
        known      = value;
        translates = translates || steers_translation (Which);
    });
    if (translates) { emulator_.forget_addresses (); }
    if (!complete_) {
        // Without it Unicorn doesn't notice, much later, that its buffer for translated code is full.
        emulator_.forget_code ();
    }
    complete_          = true;
    const bool dropped = obey_maintenance ();
    emulator_.set_pstate (cpu_.read<spsr_el2> ());
    emulator_.set_pc (cpu_.read<elr_el2> ());
    return translates || dropped;
}

auto El2Registers::obey_maintenance () -> bool {
    const bool translations =
        std::exchange (translations_dropped_, cpu_.translations_dropped ()) != cpu_.translations_dropped ();
    const bool code = std::exchange (code_dropped_, cpu_.code_dropped ()) != cpu_.code_dropped ();
    if (translations) { emulator_.forget_addresses (); }
    if (code) { code_.obey (); }
    return translations || code;
}

}  // namespace ravelin::sim
