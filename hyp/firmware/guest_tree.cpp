// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/firmware/guest_tree.hpp"

#include "hyp/firmware/tree_writer.hpp"

#include <bit>

namespace ravelin::firmware {

namespace {
constexpr std::uint32_t gic_handle   = 1;
constexpr std::uint32_t clock_handle = 2;

// [Linux, dt-bindings: interrupt-controller/arm,gic.yaml]
constexpr std::uint32_t spi        = 0;
constexpr std::uint32_t ppi        = 1;
constexpr std::uint32_t level_high = 4;

// [dt-bindings: arm/cpus.yaml, arm/psci.yaml]
void write_cpus (TreeWriter &tree, std::uint32_t vcpus) {
    tree.node ("cpus", [&] {
        tree.cells ("#address-cells", {1});
        tree.cells ("#size-cells", {0});
        for (std::uint32_t left = vcpus; left != 0; left &= left - 1) {
            const auto number = static_cast<std::uint32_t> (std::countr_zero (left));
            tree.node ("cpu", number, [&] {
                tree.text ("device_type", "cpu");
                tree.text ("compatible", "arm,armv8");
                tree.cells ("reg", {number});
                tree.text ("enable-method", "psci");
            });
        }
    });
    tree.node ("psci", [&] {
        tree.text ("compatible", "arm,psci-1.0");
        tree.text ("method", "hvc");
    });
}

// [dt-bindings: timer/arm,arch_timer.yaml]
void write_gic_and_timer (TreeWriter &tree, const Vm &vm, std::uint32_t vcpus) {
    tree.node ("intc", vm.distributor ().start.value (), [&] {
        tree.text ("compatible", "arm,cortex-a15-gic");
        tree.ranges ("reg", std::array{vm.distributor (), vm.cpu_interface ()});
        tree.cells ("#interrupt-cells", {3});
        tree.flag ("interrupt-controller");
        tree.cells ("phandle", {gic_handle});
    });
    tree.node ("timer", [&] {
        // Secure, non-secure, virtual, hypervisor: PPIs, each of all vCPUs.
        const std::uint32_t flags = vcpus << 8 | level_high;
        tree.text ("compatible", "arm,armv8-timer");
        tree.flag ("always-on");
        tree.cells ("interrupts", {ppi, 13, flags, ppi, 14, flags, ppi, 11, flags, ppi, 10, flags});
    });
}

/// What both kinds of device have.
void write_device (TreeWriter &tree, const Device &device) {
    tree.ranges ("reg", std::array{device.registers});
    tree.cells ("interrupts", {spi, device.spi, device.flags});
}

[[nodiscard]] auto name_of (const Uart &uart) -> std::string_view {
    return uart.kind == Uart::Kind::pl011 ? "pl011" : "serial";
}

// [dt-bindings: serial/pl011.yaml, serial/8250.yaml]
void write_uart (TreeWriter &tree, const Uart &uart) {
    constexpr std::uint32_t pl011_clock   = 24'000'000;  // Hz
    constexpr std::uint32_t ns16550_clock = 1'843'200;

    tree.node (name_of (uart), uart.device.registers.start.value (), [&] {
        write_device (tree, uart.device);
        if (uart.kind == Uart::Kind::ns16550) {
            tree.text ("compatible", "ns16550a");
            tree.cells ("clock-frequency", {ns16550_clock});
            return;
        }
        constexpr char compatible[] = "arm,pl011\0arm,primecell";
        tree.text ("compatible", {compatible, sizeof compatible - 1});
        constexpr char clocks[] = "uartclk\0apb_pclk";
        tree.text ("clock-names", {clocks, sizeof clocks - 1});
        tree.cells ("clocks", {clock_handle, clock_handle});
    });
    if (uart.kind != Uart::Kind::pl011) { return; }
    tree.node ("clock", [&] {
        tree.text ("compatible", "fixed-clock");
        tree.cells ("#clock-cells", {0});
        tree.cells ("clock-frequency", {pl011_clock});
        tree.cells ("phandle", {clock_handle});
    });
}

// [dt-bindings: virtio/mmio.yaml]
void write_virtio (TreeWriter &tree, const Device &device) {
    tree.node ("virtio_mmio", device.registers.start.value (), [&] {
        tree.text ("compatible", "virtio,mmio");
        write_device (tree, device);
        tree.flag ("dma-coherent");
    });
}

// [Devicetree Specification 0.4, 3.6; Linux, dt-schema: chosen.yaml]
void write_chosen (TreeWriter &tree, const Uart &uart, const Chosen &chosen) {
    tree.node ("chosen", [&] {
        tree.text ("bootargs", chosen.command_line);
        if (const auto &initramfs = chosen.image.initramfs; initramfs.size != 0) {
            tree.address ("linux,initrd-start", initramfs.start);
            tree.address ("linux,initrd-end", initramfs.end ());
        }
        if (uart.kind != Uart::Kind::none) {
            tree.path ("stdout-path", name_of (uart), uart.device.registers.start.value ());
        }
    });
}
}  // namespace

auto write_tree (std::span<std::byte> room, const Vm &vm, const GuestMachine &machine, const Chosen &chosen)
    -> Verified<std::uint64_t> {
    TreeWriter tree{room};
    tree.node ("", [&] {
        tree.cells ("#address-cells", {2});
        tree.cells ("#size-cells", {2});
        tree.text ("compatible", "linux,dummy-virt");
        tree.text ("model", "Ravelin protected VM");
        if (vm.has_gic ()) { tree.cells ("interrupt-parent", {gic_handle}); }
        write_chosen (tree, machine.uart, chosen);
        tree.node ("memory", machine.memory[0].start.value (), [&] {
            tree.text ("device_type", "memory");
            tree.ranges ("reg", {machine.memory.begin (), machine.memory.size ()});
        });
        write_cpus (tree, machine.vcpus);
        if (vm.has_gic ()) { write_gic_and_timer (tree, vm, machine.vcpus); }
        if (machine.uart.kind != Uart::Kind::none) { write_uart (tree, machine.uart); }
        for (const Device &device : machine.virtio) {
            write_virtio (tree, device);
        }
    });
    const int size = tree.finish ();
    if (size < 0) { return refuse (RAVELIN_REFUSED_NO_ROOM); }
    return static_cast<std::uint64_t> (size);
}

}  // namespace ravelin::firmware
