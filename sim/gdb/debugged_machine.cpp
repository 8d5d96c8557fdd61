// SPDX-License-Identifier: BSD-2-Clause
#include "sim/gdb/debugged_machine.hpp"

#include "sim/models/mmu.hpp"
#include "sim/models/mmu_registers.hpp"
#include "sim/unicorn/code_reader.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace ravelin::sim::gdb {

DebuggedMachine::DebuggedMachine (Machine &machine, UnicornCpus &engines) : machine_{machine}, engines_{engines} {
    for (std::uint32_t i = 0; i < cpus (); ++i) {
        engines_.engine (i).ask (this);
    }
}

DebuggedMachine::~DebuggedMachine () {
    for (std::uint32_t i = 0; i < cpus (); ++i) {
        for (const auto address : breakpoints_) {
            engines_.engine (i).instructions ().set (address, false);
        }
        engines_.engine (i).ask (nullptr);
    }
}

void DebuggedMachine::start () {
    // Not fresh: it stops before its first instruction already.
    stepping_ = 0;
    engines_.engine (0).instructions ().set_all (true);
    static_cast<void> (machine_.run ());
    engines_.engine (0).instructions ().set_all (false);
    stepping_.reset ();
}

auto DebuggedMachine::stops (CpuIndex cpu, std::uint64_t address) -> bool {
    Standing &own    = standing_[cpu.value ()];
    const bool steps = stepping_ == cpu.value ();
    if (std::exchange (own.fresh, false) && (steps || address == own.at)) { return false; }
    if (!steps && !breakpoints_.contains (address)) { return false; }
    stopped_ = {.why = steps ? Why::step : Why::breakpoint, .cpu = cpu.value ()};
    return true;
}

auto DebuggedMachine::resume (std::optional<std::uint32_t> stepping, const std::function<bool ()> &asked) -> Stop {
    constexpr Ticks turns_a_second = 100;

    for (std::uint32_t i = 0; i < cpus (); ++i) {
        standing_[i] = {.at = emulator (i).pc (), .fresh = true};
    }
    stepping_ = stepping;
    stopped_.reset ();
    if (stepping) { engines_.engine (*stepping).instructions ().set_all (true); }
    while (!stopped_) {
        const auto outcome = machine_.run (machine_.clock ().frequency () / turns_a_second);
        if (stopped_ || outcome == Outcome::time_over) {
            if (!stopped_ && asked ()) { stopped_ = {.why = Why::asked}; }
        } else {
            stopped_ = {.why = outcome == Outcome::asleep ? Why::asleep : Why::over, .outcome = outcome};
        }
    }
    if (stepping) { engines_.engine (*stepping).instructions ().set_all (false); }
    stepping_.reset ();
    return *stopped_;
}

auto DebuggedMachine::read_register (std::uint32_t cpu, std::size_t which) -> std::uint64_t {
    switch (which) {
    case sp:   return emulator (cpu).read (UC_ARM64_REG_SP);
    case pc:   return emulator (cpu).pc ();
    case cpsr: return emulator (cpu).pstate ();
    default:   return emulator (cpu).general ().x[which];
    }
}

void DebuggedMachine::write_register (std::uint32_t cpu, std::size_t which, std::uint64_t value) {
    switch (which) {
    case sp:   emulator (cpu).write (UC_ARM64_REG_SP, value); break;
    case pc:   emulator (cpu).set_pc (value); break;
    case cpsr: emulator (cpu).set_pstate (value); break;
    default:
        auto general     = emulator (cpu).general ();
        general.x[which] = value;
        emulator (cpu).set_general (general);
    }
}

auto DebuggedMachine::find (std::uint32_t cpu, Space space, std::uint64_t address) -> std::span<std::byte> {
    Pa pa{address};
    if (space == Space::translated) {
        const auto mmu   = mmu_registers (emulator (cpu));
        const auto reach = [&] (AccessKind kind) {
            return Mmu{machine_.bus ()}.translate (mmu, {.va = Va{address}, .kind = kind, .size = 1});
        };
        auto where = reach (AccessKind::read);
        if (!where) { where = reach (AccessKind::fetch); }
        if (!where) { return {}; }
        pa = where->pa;
    }
    const auto left = page_size - pa.value () % page_size;
    const auto *ram = machine_.bus ().find_ram ({pa, left});
    if (ram == nullptr) { return {}; }
    return {ram->at (pa), left};
}

auto DebuggedMachine::read (std::uint32_t cpu, Space space, std::uint64_t address, std::span<std::byte> bytes)
    -> std::size_t {
    std::size_t done = 0;
    while (done < bytes.size ()) {
        const auto found = find (cpu, space, address + done);
        const auto count = std::min (found.size (), bytes.size () - done);
        if (count == 0) { break; }
        std::ranges::copy (found.first (count), bytes.subspan (done).begin ());
        done += count;
    }
    return done;
}

auto DebuggedMachine::write (std::uint32_t cpu, Space space, std::uint64_t address, std::span<const std::byte> bytes)
    -> bool {
    std::vector<std::byte> there (bytes.size ());
    if (read (cpu, space, address, there) != bytes.size ()) { return false; }
    for (std::size_t done = 0; done < bytes.size ();) {
        const auto found = find (cpu, space, address + done);
        const auto count = std::min (found.size (), bytes.size () - done);
        std::ranges::copy (bytes.subspan (done, count), found.begin ());
        done += count;
    }
    // It may be code.
    for (std::uint32_t i = 0; i < cpus (); ++i) {
        emulator (i).forget_code ();
    }
    return true;
}

void DebuggedMachine::set_breakpoint (std::uint64_t address, bool on) {
    if (on) {
        breakpoints_.insert (address);
    } else {
        breakpoints_.erase (address);
    }
    for (std::uint32_t i = 0; i < cpus (); ++i) {
        engines_.engine (i).instructions ().set (address, on);
    }
}

auto DebuggedMachine::where (std::uint32_t cpu) -> std::string {
    constexpr Bits64 vcpu_number{7, 0};  // VMPIDR_EL2.Aff0
    Processor &own = machine_.cpu (cpu);
    switch (own.state ()) {
    case Processor::State::off:     return "off";
    case Processor::State::el2:     return "in EL2";
    case Processor::State::stopped: return "stopped for ever";
    case Processor::State::host:    break;
    }
    const auto vmid = vttbr::vmid.get (own.hal ().read<hal::sysreg::vttbr_el2> ());
    if (vmid == 0) { return "host"; }
    return "VM " + std::to_string (vmid) + " vCPU " +
           std::to_string (vcpu_number.get (own.hal ().read<hal::sysreg::vmpidr_el2> ()));
}

}  // namespace ravelin::sim::gdb
