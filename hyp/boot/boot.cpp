// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/boot/steps.hpp"
#include "hyp/core/hypervisor.hpp"
#include "hyp/firmware/boot_key.hpp"
#include "hyp/host/confine.hpp"

#include <array>

namespace ravelin {

using namespace hal::sysreg;

namespace {
constexpr Bits64 mmfr0_pa_range{3, 0};  // ID_AA64MMFR0_EL1.PARange
constexpr std::uint64_t pa_range_40_bits = 2;

/// Lets EL2 reach what it uses of the machine later on.
[[nodiscard]] auto reach_platform (hal::Cpu &cpu, const Platform &platform) -> Result<void> {
    const auto reach = [&cpu] (std::span<const PaRange> ranges, hal::Reach kind) -> Result<void> {
        for (const PaRange &range : ranges) {
            if (const auto reached = cpu.reach (range, kind); !reached) { return reached; }
        }
        return {};
    };
    const std::array gic{platform.gic.distributor, platform.gic.cpu_interface, platform.gic.virtual_control};
    if (const auto ram = reach (platform.ram, hal::Reach::memory); !ram) { return ram; }
    if (const auto devices = reach (platform.board->forwarded, hal::Reach::device); !devices) { return devices; }
    return reach (gic, hal::Reach::device);
}
}  // namespace

void Hypervisor::open_console (hal::Cpu &cpu, Uart uart) {
    if (uart.kind != Uart::Kind::none &&
        cpu.reach (PaRange{uart.base.align_down (page_size), page_size}, hal::Reach::device)) {
        console_ = Console{uart};
    }
}

void Hypervisor::print_summary (hal::Cpu &cpu) {
    console_.write (cpu, "Ravelin: board ", platform_.board->name, ", ", Decimal{platform_.cpus.size ()}, " CPUs, ",
                    Decimal{platform_.ram_size () / (1024 * 1024)}, " MiB of RAM, of which Ravelin has ",
                    Decimal{(own_.size + reserve_.size) / 1024}, " KiB at ", own_.start.value (), " and ",
                    reserve_.start.value (), "\nRavelin: protected VMs boot what ", boot_key::name,
                    " has signed\nRavelin: entering the host at EL1\n");
}

auto Hypervisor::boot (hal::Cpu &cpu, Registers &registers, const BootArguments &arguments) -> Booted<void> {
    open_console (cpu, last_resort_at (arguments.image));
    const auto done = take_over (cpu, registers, arguments);
    if (!done) { console_.write (cpu, "Ravelin: ", done.error ().what, " ", done.error ().value, "; stopped\n"); }
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
    if (const auto reached = reach_platform (cpu, platform_); !reached) {
        return give_up ("EL2 can't map the machine: status minus", reached.error ());
    }
    if (const auto kernel = check_kernel (cpu, *layout); !kernel) { return kernel; }
    const auto reserve = find_reserve (platform_, *layout, tree_range, HostMemory::reserve_size (platform_));
    if (!reserve) { return std::unexpected{reserve.error ()}; }
    reserve_ = *reserve;
    const PaRange host_tree{layout->tree_slot.start, tree->size () + tree_growth};
    if (const auto written = write_host_tree (cpu.bytes (host_tree), *tree, platform_, std::array{own_, reserve_});
        !written) {
        return written;
    }
    PagePool pool{arguments.pool};
    const auto memory = HostMemory::build (cpu, pool, platform_, own_, reserve_);
    if (!memory) { return give_up ("the host's stage 2 can't be built: status minus", memory.error ()); }
    vms_.host_memory ().at_rest () = *memory;
    vms_.set_firmware (arguments.firmware);

    // The host starts with its caches off and reads past them.
    cpu.clean_and_invalidate (host_tree);
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
