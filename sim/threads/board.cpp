// SPDX-License-Identifier: BSD-2-Clause
#include "sim/threads/board.hpp"

#include "sim/machine/device_tree.hpp"
#include "sim/machine/load_places.hpp"
#include "sim/machine/ravelin_image.hpp"
#include "sim/machine/stopped.hpp"
#include "sim/models/psci_firmware.hpp"
#include "sim/models/spin_table.hpp"

#include <algorithm>
#include <thread>

namespace ravelin::sim::threads {

namespace {
// Wires of the timers of each CPU that EL2 has to do with.  [BSA, 3.8.3]
constexpr std::uint32_t virtual_timer = 27;
constexpr std::uint32_t el2_timer     = 26;
}  // namespace

Board::Board (BoardName name, std::uint32_t cpus, std::uint64_t memory)
    : cpus_{cpus}, map_{BoardMap::of (name)}, clock_{map_.counter_frequency}, memory_{bus_},
      gic_{cpus, map_.intids, name == BoardName::virt ? GicSecurity::absent : GicSecurity::non_secure},
      uart_{InterruptLine{gic_, map_.pl011_intid}}, firmware_{make_firmware ()}, timers_ (cpus, GenericTimer{clock_}) {
    for (const PaRange &range : map_.ram (memory)) {
        bus_.add_ram (range);
    }
    bus_.add_device (map_.distributor, gic_.distributor ());
    bus_.add_device (map_.cpu_interface, gic_.cpu_interface ());
    bus_.add_device (map_.virtual_control, gic_.virtual_control ());
    bus_.add_device (map_.virtual_interface, gic_.virtual_interface ());
    bus_.add_device (map_.pl011, uart_);
    load (memory);
}

auto Board::make_firmware () -> std::unique_ptr<Firmware> {
    if (map_.name == BoardName::virt) {
        return std::make_unique<PsciFirmware> (cpus_, [this] (Outcome) { over_ = true; });
    }
    return std::make_unique<SpinTable> (bus_, cpus_);
}

void Board::load (std::uint64_t memory) {
    const RamRegion &ram = bus_.ram_regions ().front ();
    const auto tree      = DeviceTree::of (map_, {.cpus = cpus_, .memory = memory});
    device_tree_ =
        place_of_tree (map_, ram.range.size, place_of_initrd (map_, ram.range.size, 0), tree.bytes ().size ());
    std::ranges::copy (RavelinImage::with_tiny_kernel (), ram.at (map_.image));
    std::ranges::copy (tree.bytes (), ram.at (device_tree_));
}

auto Board::read (CpuIndex cpu, Pa pa) -> std::uint32_t {
    const Unseen alone{lock_};
    return memory_.mmio_read (cpu, pa);
}

void Board::write (CpuIndex cpu, Pa pa, std::uint32_t value) {
    const Unseen alone{lock_};
    memory_.mmio_write (cpu, pa, value);
}

auto Board::read_virtual (CpuIndex cpu, std::uint64_t offset) -> std::uint32_t {
    const Unseen alone{lock_};
    return static_cast<std::uint32_t> (gic_.virtual_interface ().read ({cpu, offset, sizeof (std::uint32_t)}));
}

void Board::write_virtual (CpuIndex cpu, std::uint64_t offset, std::uint32_t value) {
    const Unseen alone{lock_};
    gic_.virtual_interface ().write ({cpu, offset, sizeof value}, value);
}

auto Board::count () -> Ticks {
    const Unseen alone{lock_};
    clock_.advance_to (clock_.now () + 1);
    return clock_.now ();
}

auto Board::control (CpuIndex cpu, GenericTimer::Which which) -> std::uint64_t {
    const Unseen alone{lock_};
    return timers_[cpu.value ()].control (which);
}

void Board::set_control (CpuIndex cpu, GenericTimer::Which which, std::uint64_t value) {
    const Unseen alone{lock_};
    timers_[cpu.value ()].set_control (which, value);
}

void Board::set_compare_value (CpuIndex cpu, GenericTimer::Which which, Ticks value) {
    const Unseen alone{lock_};
    timers_[cpu.value ()].set_compare_value (which, value);
}

void Board::set_virtual_offset (CpuIndex cpu, Ticks offset) {
    const Unseen alone{lock_};
    timers_[cpu.value ()].set_virtual_offset (offset);
}

auto Board::is_woken (CpuIndex cpu) -> bool {
    const Unseen alone{lock_};
    const GenericTimer &timer = timers_[cpu.value ()];
    gic_.set_private (cpu, virtual_timer, timer.asserted (GenericTimer::Which::virtual_el1));
    gic_.set_private (cpu, el2_timer, timer.asserted (GenericTimer::Which::physical_el2));
    return gic_.irq_pending (cpu) || gic_.fiq_pending (cpu);
}

auto Board::smc (CpuIndex cpu, const hal::SmcRegisters &arguments) -> hal::SmcRegisters {
    const Unseen alone{lock_};
    return firmware_->smc (cpu, arguments);
}

void Board::send_event () {
    const Unseen alone{lock_};
    firmware_->event ();
}

void Board::clean (PaRange range) {
    const Unseen alone{lock_};
    firmware_->cleaned (range);
}

auto Board::take_start (CpuIndex cpu) -> bool {
    const Unseen alone{lock_};
    return firmware_->take_start (cpu);
}

void Board::begin (CpuIndex cpu) {
    if (baton_) { baton_->wait_for (cpu); }
}

void Board::let_others (CpuIndex cpu) {
    if (baton_) {
        baton_->pass (cpu);
    } else {
        std::this_thread::yield ();
    }
}

void Board::leave (CpuIndex cpu) {
    if (baton_) { baton_->leave (cpu); }
}

void Board::end () {
    over_ = true;
}

auto Board::is_over () const -> bool {
    return over_;
}

void Board::end_if_over () const {
    if (is_over ()) { throw Stopped{Stopped::What::machine}; }
}

}  // namespace ravelin::sim::threads
