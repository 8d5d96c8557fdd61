// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/boot/host_tree.hpp"
#include "hyp/boot/image.hpp"
#include "hyp/boot/layout.hpp"
#include "hyp/boot/read_platform.hpp"
#include "hyp/boot/reserve.hpp"
#include "hyp/core/hypervisor.hpp"
#include "hyp/host/confine.hpp"

#include <array>

namespace ravelin {

using namespace hal::sysreg;

namespace {
constexpr Bits64 mmfr0_pa_range{3, 0};  // ID_AA64MMFR0_EL1.PARange
constexpr std::uint64_t pa_range_40_bits = 2;

/// Lets EL2 reach what it uses of the machine later on.
[[nodiscard]] auto reach_platform (hal::Cpu &cpu, const Platform &platform) -> Result<void> {
    for (const PaRange &bank : platform.ram) {
        if (const auto reached = cpu.reach (bank, hal::Reach::memory); !reached) { return reached; }
    }
    for (const PaRange &device : platform.board->forwarded) {
        if (const auto reached = cpu.reach (device, hal::Reach::device); !reached) { return reached; }
    }
    for (const PaRange &part :
         std::array{platform.gic.distributor, platform.gic.cpu_interface, platform.gic.virtual_control}) {
        if (const auto reached = cpu.reach (part, hal::Reach::device); !reached) { return reached; }
    }
    return {};
}

/// Boot goes on if @p done, and gives up if not.
[[nodiscard]] auto or_give_up (const Result<void> &done, std::string_view what) -> Booted<void> {
    return done ? Booted<void>{}
                : give_up (what, static_cast<std::uint64_t> (-static_cast<std::int64_t> (done.error ())));
}
}  // namespace

void Hypervisor::open_console (hal::Cpu &cpu, Uart uart) {
    if (cpu.reach (PaRange{uart.base.align_down (page_size), page_size}, hal::Reach::device)) {
        console_ = Console{uart};
    }
}

void Hypervisor::choose_last_resort (hal::Cpu &cpu, Pa image) {
    for (const Board &board : boards ()) {
        if (board.load_window.contains (image)) { open_console (cpu, board.last_resort.front ()); }
    }
}

void Hypervisor::print_summary (hal::Cpu &cpu) {
    std::uint64_t ram = 0;
    for (const PaRange &bank : platform_.ram) {
        ram += bank.size;
    }
    console_.write (cpu, "Ravelin: board ");
    console_.write (cpu, platform_.board->name);
    console_.write (cpu, ", ");
    console_.write_decimal (cpu, platform_.cpus.size ());
    console_.write (cpu, " CPUs, ");
    console_.write_decimal (cpu, ram / (1024 * 1024));
    console_.write (cpu, " MiB of RAM, of which Ravelin has ");
    console_.write_decimal (cpu, (own_.size + reserve_.size) / 1024);
    console_.write (cpu, " KiB at ");
    console_.write_hex (cpu, own_.start.value ());
    console_.write (cpu, " and ");
    console_.write_hex (cpu, reserve_.start.value ());
    console_.write (cpu, "\nRavelin: entering the host at EL1\n");
}

auto Hypervisor::boot (hal::Cpu &cpu, Registers &registers, const BootArguments &arguments) -> Booted<void> {
    choose_last_resort (cpu, arguments.image);
    const auto done = take_over (cpu, registers, arguments);
    if (!done) {
        console_.write (cpu, "Ravelin: ");
        console_.write (cpu, done.error ().what);
        console_.write (cpu, " ");
        console_.write_hex (cpu, done.error ().value);
        console_.write (cpu, "; stopped\n");
    }
    return done;
}

auto Hypervisor::take_over (hal::Cpu &cpu, Registers &registers, const BootArguments &arguments) -> Booted<void> {
    const auto tree = open_tree (cpu, arguments.device_tree);
    if (!tree) { return std::unexpected{tree.error ()}; }
    const auto platform = read_platform (*tree, Affinity{cpu.read<mpidr_el1> ()});
    if (!platform) { return std::unexpected{platform.error ()}; }
    platform_   = *platform;
    interrupts_ = {.gic           = Gic{platform_.gic},
                   .lists         = VirtualInterface{platform_.gic.virtual_control.start},
                   .cpu_interface = platform_.gic.virtual_interface.start,
                   .kicks         = {}};
    open_console (cpu, platform_.console);

    if (const auto pa_range = mmfr0_pa_range.get (cpu.read<id_aa64mmfr0_el1> ()); pa_range < pa_range_40_bits) {
        return give_up ("this CPU has less than 40 bits of physical address: ID_AA64MMFR0_EL1.PARange is", pa_range);
    }
    const auto layout = read_image (cpu, arguments.image);
    if (!layout) { return std::unexpected{layout.error ()}; }
    own_ = layout->own;
    const PaRange tree_range{arguments.device_tree, tree->size ()};
    if (const auto fits = check_layout (platform_, *layout, tree_range); !fits) { return fits; }
    if (const auto reached = or_give_up (reach_platform (cpu, platform_), "EL2 can't map the machine: status minus");
        !reached) {
        return reached;
    }
    if (const auto kernel = check_kernel (cpu, *layout); !kernel) { return kernel; }
    const auto reserve = find_reserve (platform_, *layout, tree_range, HostMemory::reserve_size (platform_));
    if (!reserve) { return std::unexpected{reserve.error ()}; }
    reserve_ = *reserve;
    if (const auto written =
            write_host_tree (cpu.bytes (layout->tree_slot), *tree, platform_, std::array{own_, reserve_});
        !written) {
        return written;
    }
    PagePool pool{arguments.pool};
    const auto memory = HostMemory::build (cpu, pool, platform_, own_, reserve_);
    if (!memory) {
        return give_up ("the host's stage 2 can't be built: status minus",
                        static_cast<std::uint64_t> (-static_cast<std::int64_t> (memory.error ())));
    }
    vms_.host_memory ().at_rest () = *memory;

    // The host starts with its caches off and reads past them.
    cpu.clean_and_invalidate (PaRange{layout->tree_slot.start, tree->size () + tree_growth});
    cpu.dsb<hal::Dsb::sy> ();

    print_summary (cpu);
    boot_secondary (cpu);
    self (cpu).power.store_release (PowerState::on);
    for (std::uint32_t i = 0; i < platform_.cpus.size (); ++i) {
        cpu.announce (CpuIndex{i}, platform_.cpus[i].affinity);
    }
    power ().collect_cores (cpu);
    enter_host_at (cpu, layout->kernel.start);
    registers      = {};
    registers.x[0] = layout->tree_slot.start.value ();
    return {};
}

void Hypervisor::boot_secondary (hal::Cpu &cpu) {
    confine_host (cpu, host_stage2 ());
    interrupts_.lists.reset (cpu);
}

}  // namespace ravelin
