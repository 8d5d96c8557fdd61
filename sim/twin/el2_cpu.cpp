// SPDX-License-Identifier: BSD-2-Clause
#include "sim/twin/el2_cpu.hpp"

#include "sim/machine/violation.hpp"
#include "sim/twin/divergence.hpp"
#include "sim/twin/el2_translation.hpp"
#include "sim/unicorn/unicorn_error.hpp"

#include <utility>

namespace ravelin::sim {

namespace {
constexpr hal::SystemRegister vbar_el2{3, 4, 12, 0, 0};
constexpr hal::SystemRegister tpidr_el2{3, 4, 13, 0, 2};

constexpr std::uint64_t sctlr_off  = 0x30c5'0830;  // RES1: MMU and caches are off
constexpr std::uint64_t el2h       = 0x3c9;        // PSTATE: EL2 with SP_EL2, everything masked
constexpr std::uint64_t rubbish    = 0x5bad'5bad'5bad'5bad;
constexpr std::uint64_t code_bytes = 4;  // of an instruction
}  // namespace

El2Cpu::El2Cpu (const Wiring &wiring, Ticks frequency)
    : wiring_{wiring}, timer_{frequency}, boot_{wiring.image.symbol ("ravelin_boot").offset},
      arrival_{wiring.image.symbol ("ravelin_boot_secondary").offset},
      proceed_{wiring.image.symbol ("ravelin_proceed").offset},
      save_fp_{wiring.image.symbol ("ravelin_save_fp").offset},
      load_fp_{wiring.image.symbol ("ravelin_load_fp").offset}, fp_{emulator_.fp ()} {
    for (const RamRegion &ram : wiring_.bus.ram_regions ()) {
        emulator_.map (ram);
    }
    for (const DeviceWindow &device : wiring_.bus.devices ()) {
        auto &window = *windows_.emplace_back (std::make_unique<Window> (*this, device.range.start));
        check (uc_mmio_map (emulator_.handle (), device.range.start.value (), device.range.size, &on_read, &window,
                            &on_write, &window),
               "mapping a device");
    }
    emulator_.add_hook (UC_HOOK_BLOCK, &on_block, this);
    emulator_.add_hook (UC_HOOK_INTR, &on_exception, this);
    emulator_.add_hook (UC_HOOK_MEM_WRITE, &on_store, this);
    emulator_.add_hook (UC_ARM64_INS_MRS, &on_mrs, this);
    emulator_.add_hook (UC_ARM64_INS_MSR, &on_msr, this);
    emulator_.add_hook (UC_ARM64_INS_SYS, &on_sys, this);
    watch_code ();
}

void El2Cpu::reset (std::uint64_t entry, std::uint64_t x0) {
    emulator_.write (UC_ARM64_REG_PSTATE, el2h);
    // Only a write of a system register makes Unicorn look at the new Exception level.
    emulator_.write (tpidr_el2, rubbish);
    emulator_.write (sctlr_el2, sctlr_off);
    emulator_.forget_addresses ();
    Registers general;
    general.x.fill (rubbish);
    general.x[0] = x0;
    emulator_.set_general (general);
    emulator_.set_pc (wiring_.image_at.value () + entry);
    booting_   = entry == 0;
    comparing_ = false;
    cpuactlr_  = 0;
    unsynchronized_.leave ();
    cold_.emplace (booting_ ? ColdStart::Who::first : ColdStart::Who::later,
                   PaRange{wiring_.image_at, wiring_.image.symbol ("image_end").offset});
}

void El2Cpu::take_exception (std::uint64_t vector, const Registers &general) {
    emulator_.set_general (general);
    emulator_.set_pc (emulator_.read (vbar_el2) + vector);
    booting_   = false;
    comparing_ = true;
    cold_.reset ();
    unsynchronized_.enter ();
}

void El2Cpu::set_fp (const hal::FpState &state) {
    if (fp_.halves == state.halves) { return; }
    emulator_.set_fp (state);
    fp_ = state;
}

auto El2Cpu::fp () -> hal::FpState {
    fp_ = emulator_.fp ();
    return fp_;
}

auto El2Cpu::run (bool off) -> Stop {
    blocks_ = 0;
    while (true) {
        stop_.reset ();
        try {
            emulator_.run ();
        } catch (const UnicornError &error) {
            guard_.rethrow ();
            throw Divergence{std::string{"Unicorn stops: "} + error.what ()};
        }
        guard_.rethrow ();
        if (!stop_) { throw Divergence{"Unicorn stops for no reason that's known"}; }
        const bool over = *stop_ == Stop::wait || *stop_ == Stop::unknown || *stop_ == Stop::secure_call;
        if (*stop_ == Stop::secure_call) { answer_secure_call (); }
        if (over) { emulator_.set_pc (emulator_.pc () + code_bytes); }
        if (*stop_ == Stop::park) { resumes_at_ = emulator_.pc (); }
        const bool goes_on = *stop_ == Stop::secure_call && !(off && wiring_.deeds.empty ());
        if (*stop_ != Stop::unknown && !goes_on) { return *stop_; }
    }
}

void El2Cpu::answer_secure_call () {
    auto general       = emulator_.general ();
    const auto &answer = wiring_.deeds.take (
        {.kind = El2Deed::Kind::secure_call, .in = {general.x[0], general.x[1], general.x[2], general.x[3]}});
    // SMCCC 1.0 firmware may change X4-X17.  [ARM DEN 0028, 2.6]
    std::fill (general.x.begin () + 4, general.x.begin () + 18, rubbish);
    std::ranges::copy (answer, general.x.begin ());
    emulator_.set_general (general);
}

void El2Cpu::check_translation () const {
    check_el2_translation ([this] (hal::SystemRegister which) { return emulator_.read (which); }, wiring_.bus);
}

void El2Cpu::stop_at (std::uint64_t offset, Stop why) {
    stop_ = why;
    emulator_.stop_before (wiring_.image_at.value () + offset);
}

}  // namespace ravelin::sim
