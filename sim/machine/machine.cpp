// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/machine.hpp"

#include "sim/machine/cpu_fibers.hpp"
#include "sim/machine/device_tree.hpp"
#include "sim/machine/dsb_option.hpp"
#include "sim/machine/load_places.hpp"
#include "sim/machine/stopped.hpp"
#include "sim/models/psci_firmware.hpp"
#include "sim/models/spin_table.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

namespace ravelin::sim {

namespace {
// Wires of the timers of each CPU.  [BSA, 3.8.3]
constexpr std::uint32_t virtual_timer  = 27;
constexpr std::uint32_t physical_timer = 30;
constexpr std::uint32_t el2_timer      = 26;

[[nodiscard]] constexpr auto wire_of (GenericTimer::Which which) -> std::uint32_t {
    switch (which) {
    case GenericTimer::Which::virtual_el1:  return virtual_timer;
    case GenericTimer::Which::physical_el1: return physical_timer;
    default:                                return el2_timer;
    }
}

[[nodiscard]] auto security_of (BoardName board, const MachineOptions &options) -> GicSecurity {
    const auto usual = board == BoardName::virt ? GicSecurity::absent : GicSecurity::non_secure;
    return options.gic_security.value_or (usual);
}

[[nodiscard]] auto caches_of (const Bus &bus, const MachineOptions &options) -> std::unique_ptr<CacheSystem> {
    return options.caches ? std::make_unique<CacheSystem> (bus, options.cpus, *options.caches, options.seed) : nullptr;
}

/// @param bytes  a multiple of 8
void fill_with_rubbish (std::span<std::byte> bytes, Random &random) {
    for (std::size_t at = 0; at < bytes.size (); at += sizeof (std::uint64_t)) {
        const std::uint64_t word = random.next ();
        std::memcpy (bytes.subspan (at, sizeof word).data (), &word, sizeof word);
    }
}
}  // namespace

Machine::Machine (BoardName board, const MachineOptions &options)
    : options_{options}, map_{BoardMap::of (board)}, random_{options.seed}, clock_{map_.counter_frequency},
      caches_{caches_of (bus_, options)}, el2_memory_{bus_, caches_ ? &caches_->data () : nullptr}, exposed_{bus_},
      tlbs_{options.cpus}, gic_{options.cpus, map_.intids, security_of (board, options)},
      pl011_{InterruptLine{gic_, map_.pl011_intid}}, mini_uart_{InterruptLine{gic_, map_.mini_uart_intid}},
      power_{clock_}, parts_{RavelinImage::parts (map_.image)} {
    if (options.cpus == 0 || options.cpus > max_cpus) { throw std::invalid_argument{"a machine has 1 to 8 CPUs"}; }
    for (const PaRange &range : map_.ram (options.memory)) {
        bus_.add_ram (range);
    }
    bus_.add_device (map_.distributor, gic_.distributor ());
    bus_.add_device (map_.cpu_interface, gic_.cpu_interface ());
    bus_.add_device (map_.virtual_control, gic_.virtual_control ());
    bus_.add_device (map_.virtual_interface, gic_.virtual_interface ());
    bus_.add_device (map_.pl011, pl011_);
    if (board == BoardName::pi4b) {
        bus_.add_device (map_.mini_uart, mini_uart_);
        bus_.add_device (map_.power_management, power_);
        bus_.add_device (map_.pcie, pcie_);
        firmware_ = std::make_unique<SpinTable> (bus_, options.cpus, caches_ ? &caches_->data () : nullptr);
    } else {
        firmware_ = std::make_unique<PsciFirmware> (options.cpus, [this] (Outcome end) { end_ = end; });
    }
    for (std::uint32_t i = 0; i < options.cpus; ++i) {
        timers_.push_back (std::make_unique<GenericTimer> (clock_));
        processors_.push_back (std::make_unique<Processor> (*this, CpuIndex{i}));
    }
    clock_.set_alarm (*this);
    fibers_ = std::make_unique<CpuFibers> (*this);
}

Machine::~Machine () = default;

void Machine::take_over_ram (Machine &other) {
    const auto is_zero = [] (std::span<const std::byte> bytes) {
        return std::ranges::all_of (bytes, [] (std::byte each) { return each == std::byte{0}; });
    };
    for (const auto &bank : other.bus_.ram_regions ()) {
        for (Pa page = bank.range.start; page < bank.range.end (); page = page + page_size) {
            const std::span<const std::byte> bytes{bank.at (page), page_size};
            if (!is_zero (bytes)) { place (page, bytes); }
        }
    }
}

void Machine::place (Pa pa, std::span<const std::byte> bytes) {
    const auto *ram = bus_.find_ram ({pa, bytes.size ()});
    if (ram == nullptr) { throw std::invalid_argument{"the machine has no RAM where something is to be loaded"}; }
    std::ranges::copy (bytes, ram->at (pa));
}

void Machine::load (const Loadables &files) {
    const std::uint64_t first_bank = bus_.ram_regions ().front ().range.size;
    const PaRange initrd           = place_of_initrd (map_, first_bank, files.initrd.size ());

    TreeOptions options;
    options.cpus         = options_.cpus;
    options.memory       = options_.memory;
    options.command_line = files.command_line;
    if (!files.initrd.empty ()) { options.initrd = initrd; }
    const auto tree = files.device_tree != nullptr ? *files.device_tree : DeviceTree::of (map_, options);
    device_tree_    = place_of_tree (map_, first_bank, initrd, tree.bytes ().size ());
    place (map_.image, files.image);
    place (initrd.start, files.initrd);
    place (device_tree_, tree.bytes ());

    // Ravelin's working memory and the slot for the host's tree are in no file: they hold what RAM held.
    const PaRange own{map_.image + RavelinImage::pool_offset, RavelinImage::kernel_offset - RavelinImage::pool_offset};
    fill_with_rubbish ({bus_.find_ram (own)->at (own.start), own.size}, random_);
    if (caches_) {
        const std::array loaded{PaRange{map_.image, RavelinImage::pool_offset},
                                PaRange{own.end (), RavelinImage::memory_of_kernel (files.image)}, initrd,
                                PaRange{device_tree_, tree.bytes ().size ()}, SpinTable::code};
        caches_->fill_with_rubbish (own, loaded, random_);
    }
}

auto Machine::boot () -> Booted<void> {
    if (El2Witness::maker != nullptr) { witness_ = El2Witness::maker->make (*this); }
    // The code that runs before boot() has put EL2's translation on, for Ravelin's own memory.
    if (!el2_memory_.reach ({map_.image, RavelinImage::own_size}, hal::Reach::memory)) {
        throw std::logic_error{"Ravelin's own memory is reached as a device before it has run"};
    }
    settle ();
    return fibers_->booted ().value_or (give_up ("boot has not come to an end"));
}

auto Machine::run (Ticks duration) -> Outcome {
    const Ticks now = clock_.now ();
    return fibers_->run (duration > never - now ? never : now + duration, CpuFibers::Engines::run);
}

void Machine::pause () {
    fibers_->pause ();
}

void Machine::settle () {
    static_cast<void> (fibers_->run (never, CpuFibers::Engines::hold));
}

auto Machine::smc (CpuIndex cpu, const hal::SmcRegisters &arguments) -> hal::SmcRegisters {
    El2Deed deed{.kind = El2Deed::Kind::secure_call, .in = arguments};
    try {
        deed.out = firmware_->smc (cpu, arguments);
    } catch (const Stopped &) {
        tell (cpu, deed);
        throw;
    }
    tell (cpu, deed);
    return deed.out;
}

void Machine::wait_for_interrupt (CpuIndex cpu) {
    Processor &processor = *processors_[cpu.value ()];
    if (witness_) { witness_->pauses (processor, El2Witness::Pause::wait); }
    wait_until_interrupted (cpu);
    if (witness_) { witness_->goes_on (processor); }
}

void Machine::wait_until_interrupted (CpuIndex cpu) {
    if (fibers_->inside ()) {
        fibers_->wait_for_interrupt ();
        return;
    }
    // A test that takes a trap itself can't wait for other CPUs: time passes, and WFI may always end early.
    if (!gic_.irq_pending (cpu) && !gic_.fiq_pending (cpu) && clock_.deadline () != never) {
        clock_.advance_to (clock_.deadline ());
    }
    if (end_) { throw Stopped{Stopped::What::machine}; }
}

void Machine::send_event (CpuIndex cpu) {
    tell (cpu, {.kind = El2Deed::Kind::event});
    firmware_->event ();
}

void Machine::announce (CpuIndex index, Affinity affinity) {
    if (affinity.value () < options_.cpus) { processors_[affinity.value ()]->hal ().set_index (index); }
}

void Machine::synchronize (CpuIndex cpu, hal::Dsb kind) {
    tell (cpu, {.kind = El2Deed::Kind::barrier, .in = {option_of (kind)}});
    tlbs_.order_stores (cpu);
    if (kind != hal::Dsb::ishst) {
        tlbs_.complete (cpu);
        tell (cpu, {.kind = Maintenance::Kind::complete});
    }
}

void Machine::stored (CpuIndex cpu, Pa pa, std::uint64_t old, std::uint64_t value) {
    exposed_.change (value);
    tlbs_.store (cpu, pa, old, value);
}

void Machine::invalidate (CpuIndex cpu, const TlbInvalidation &what) {
    tell (cpu, {.kind = El2Deed::Kind::invalidate, .in = {static_cast<std::uint64_t> (what.kind), what.ipa.value ()}});
    tlbs_.invalidate (cpu, what);
    tell (cpu, {.kind = Maintenance::Kind::invalidate, .tlb = what});
    for (const auto &processor : processors_) {
        if (what.is_broadcast () || processor->index () == cpu) { processor->hal ().drop_translations (); }
    }
}

void Machine::invalidate_code (CpuIndex cpu, bool everywhere) {
    tell (cpu, {.kind = El2Deed::Kind::code, .in = {everywhere ? 1U : 0U}});
    if (caches_) { caches_->invalidate_code (cpu, everywhere); }
    for (const auto &processor : processors_) {
        if (everywhere || processor->index () == cpu) { processor->hal ().drop_code (); }
    }
    if (everywhere) { tell (cpu, {.kind = Maintenance::Kind::code}); }
}

auto Machine::translate_stage1 (CpuIndex cpu, Va va) -> std::uint64_t {
    auto *engine      = processors_[cpu.value ()]->engine ();
    const auto result = engine != nullptr ? engine->translate_stage1 (va) : Engine::not_translated;
    tell (cpu, {.kind = El2Deed::Kind::translate, .in = {va.value ()}, .out = {result}});
    return result;
}

void Machine::clean (CpuIndex cpu, PaRange range) {
    tell (cpu, {.kind = El2Deed::Kind::clean, .in = {range.start.value (), range.size}});
    if (caches_) { caches_->clean_and_invalidate (range); }
    firmware_->cleaned (range);
    tell (cpu, {.kind = Maintenance::Kind::clean, .range = range});
}

auto Machine::read_time (CpuIndex cpu, hal::SystemRegister which) -> std::uint64_t {
    const GenericTimer &timer = *timers_[cpu.value ()];
    if (which == hal::sysreg::cntv_ctl_el0) { return timer.control (GenericTimer::Which::virtual_el1); }
    if (which == hal::sysreg::cnthp_ctl_el2) { return timer.control (GenericTimer::Which::physical_el2); }
    // Time passes for who looks at the clock, or a loop that waits for it would never end.
    clock_.advance_to (clock_.now () + 1);
    return timer.physical_count ();
}

auto Machine::keep () const -> Kept {
    Kept kept{.now = clock_.now (), .timers = {}, .gic = gic_.keep ()};
    for (const auto &timer : timers_) {
        kept.timers.push_back (timer->keep ());
    }
    return kept;
}

void Machine::go_back (const Kept &kept) {
    for (std::size_t i = 0; i < timers_.size (); ++i) {
        timers_[i]->put_back (kept.timers[i]);
    }
    gic_.put_back (kept.gic);
    clock_.go_back (kept.now);
}

void Machine::touched (CpuIndex cpu, PaRange range) {
    tlbs_.touch (cpu, range);
    tell (cpu, {.kind = Maintenance::Kind::write, .range = range});
}

void Machine::accessed (CpuIndex cpu, Pa pa, std::uint32_t value, bool written) {
    if (witness_ == nullptr) [[likely]] { return; }
    if (written) {
        tell (cpu, {.kind = El2Deed::Kind::device_write, .in = {pa.value (), value}});
    } else {
        tell (cpu, {.kind = El2Deed::Kind::device_read, .in = {pa.value ()}, .out = {value}});
    }
}

void Machine::tell (CpuIndex cpu, const El2Deed &deed) {
    if (witness_) [[unlikely]] { witness_->does (*processors_[cpu.value ()], deed); }
}

void Machine::tell (CpuIndex cpu, const Maintenance &what) {
    Processor &processor = *processors_[cpu.value ()];
    if (auto *observer = processor.observer ()) [[unlikely]] { observer->maintained (processor, what); }
}

auto Machine::ring (Ticks now) -> Ticks {
    Ticks next = power_.deadline ();
    if (now >= next && !end_) { end_ = power_.halts () ? Outcome::off : Outcome::reset; }
    for (std::uint32_t i = 0; i < timers_.size (); ++i) {
        for (const auto which : GenericTimer::all) {
            gic_.set_private (CpuIndex{i}, wire_of (which), timers_[i]->asserted (which));
        }
        next = std::min (next, timers_[i]->deadline ());
    }
    return next <= now ? never : next;
}

}  // namespace ravelin::sim
