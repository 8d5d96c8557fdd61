// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/replayed_cpu.hpp"

#include "hyp/host/syndrome.hpp"
#include "sim/machine/stopped.hpp"
#include "sim/machine/violation.hpp"
#include "sim/replay/divergence.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace ravelin::sim::replay {

using namespace hal::sysreg;

namespace {
using Which = GenericTimer::Which;

/// Where the simulated CPU keeps each of recorded_registers.
constexpr auto places = [] {
    std::array<std::size_t, recorded_registers.size ()> found{};
    for (std::size_t i = 0; i < found.size (); ++i) {
        found.at (i) = static_cast<std::size_t> (std::ranges::find (hal::sysreg::all, recorded_registers.at (i).which) -
                                                 hal::sysreg::all.begin ());
    }
    return found;
}();
static_assert (std::ranges::all_of (places, [] (std::size_t place) { return place < hal::sysreg::all.size (); }));

// What a hypervisor call saves, and what the vectors leave in the CPU.
constexpr auto is_preserved = [] (std::size_t number) {
    return number >= 19 && number <= 28;
};

template <class Chosen>
void copy (const Registers &from, Registers &to, Chosen chosen) {
    for (std::size_t i = 0; i < from.x.size (); ++i) {
        if (chosen (i)) { to.x.at (i) = from.x.at (i); }
    }
}

/// Without ISTATUS of a timer's control, which changes by itself.
[[nodiscard]] auto without_status (std::size_t number, std::uint64_t value) -> std::uint64_t {
    const bool is_control = number == number_of (cntv_ctl_el0) || number == number_of (cnthp_ctl_el2);
    return is_control ? value & ~timer_control::pending.mask () : value;
}
}  // namespace

ReplayedCpu::ReplayedCpu (CpuIndex index, const hal::Cpu::Wiring &wiring)
    : wiring_{wiring}, hal_{index, wiring, index.value ()} {}

void ReplayedCpu::learn (std::span<const RegisterValue> changed) {
    for (const RegisterValue &each : changed) {
        recorded_.at (each.number) = each.value;
    }
}

void ReplayedCpu::set () {
    std::copy_n (recorded_.begin (), x_registers, x_.x.begin ());
    auto kept = hal_.keep ();
    for (std::size_t i = 0; i < places.size (); ++i) {
        kept.registers.at (places.at (i)) = recorded_.at (x_registers + i);
    }
    hal_.put_back (kept);
    GenericTimer &timer = wiring_.timer;
    timer.set_virtual_offset (kept.registers[hal::index_of (cntvoff_el2)]);
    timer.set_control (Which::virtual_el1, kept.registers[hal::index_of (cntv_ctl_el0)]);
    timer.set_compare_value (Which::virtual_el1, kept.registers[hal::index_of (cntv_cval_el0)]);
    timer.set_control (Which::physical_el2, kept.registers[hal::index_of (cnthp_ctl_el2)]);
    timer.set_compare_value (Which::physical_el2, kept.registers[hal::index_of (cnthp_cval_el2)]);
    fp_.clear ();
}

void ReplayedCpu::set_fp (std::span<const std::byte> bytes) {
    auto kept = hal_.keep ();
    if (bytes.size () != sizeof kept.fp.halves) { throw Divergence{"the record has other FP registers than V0-V31"}; }
    std::memcpy (kept.fp.halves.data (), bytes.data (), bytes.size ());
    hal_.put_back (kept);
}

auto ReplayedCpu::call (Hypervisor &hypervisor, Cause cause, Registers &registers) -> Next {
    switch (cause) {
    case Cause::interrupt:    return hypervisor.interrupt (hal_);
    case Cause::system_error: return hypervisor.system_error (hal_);
    default:                  return hypervisor.synchronous (hal_, registers);
    }
}

void ReplayedCpu::exchange (Hypervisor &hypervisor, Cause cause) {
    const bool saves_all =
        cause == Cause::synchronous && esr::class_of (recorded_[number_of (esr_el2)]) != esr::Class::hvc64;
    Registers *registers = &hypervisor.registers (hal_);
    copy (x_, *registers, [&] (std::size_t i) { return saves_all || !is_preserved (i); });
    const Next next = call (hypervisor, cause, *registers);
    if (next == Next::resume) {
        copy (*registers, x_, [&] (std::size_t i) { return saves_all || !is_preserved (i); });
        return;
    }
    if (!saves_all) { copy (x_, *registers, is_preserved); }
    if (next == Next::off) {
        hypervisor.park (hal_, *registers);
    } else {
        registers = &hypervisor.change_world (hal_);
    }
    x_ = *registers;
}

void ReplayedCpu::take (Hypervisor &hypervisor, Cause cause) {
    hal_.begin_trap ({HostStage2::vtcr (), hypervisor.host_stage2 ().vttbr ()});
    try {
        exchange (hypervisor, cause);
    } catch (const Stopped &) {
        hal_.end_trap ();
        throw;
    }
    hal_.end_trap ();
}

auto ReplayedCpu::value_of (const hal::Cpu::Kept &kept, std::size_t number) const -> std::uint64_t {
    if (number < x_registers) { return x_.x.at (number); }
    const auto which          = recorded_registers.at (number - x_registers).which;
    const GenericTimer &timer = wiring_.timer;
    if (which == cntv_ctl_el0) { return without_status (number, timer.control (Which::virtual_el1)); }
    if (which == cnthp_ctl_el2) { return without_status (number, timer.control (Which::physical_el2)); }
    if (which == cntv_cval_el0) { return timer.compare_value (Which::virtual_el1); }
    return kept.registers.at (places.at (number - x_registers));
}

auto ReplayedCpu::values () const -> std::vector<RegisterValue> {
    const auto kept = hal_.keep ();
    std::vector<RegisterValue> all (all_registers);
    for (std::size_t i = 0; i < all.size (); ++i) {
        all[i] = {static_cast<std::uint8_t> (i), value_of (kept, i)};
    }
    return all;
}

void ReplayedCpu::compare () {
    const auto kept = hal_.keep ();
    for (std::size_t i = 0; i < all_registers; ++i) {
        const auto recorded = without_status (i, recorded_.at (i));
        if (const auto here = value_of (kept, i); here != recorded) {
            throw Divergence{register_name (i) + " afterwards: in QEMU " + hex (recorded) + ", in the simulator " +
                             hex (here)};
        }
    }
    if (!fp_.empty () && std::memcmp (kept.fp.halves.data (), fp_.data (), fp_.size ()) != 0) {
        throw Divergence{"V0-V31 afterwards are others than in QEMU"};
    }
}

}  // namespace ravelin::sim::replay
