// SPDX-License-Identifier: BSD-2-Clause
#include "tests.hpp"
#include "tests/system/init/files.hpp"
#include "vmm.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

namespace {
constexpr std::uint64_t distributor   = 0x0800'0000;
constexpr std::uint64_t cpu_interface = 0x0801'0000;
constexpr std::uint32_t intids        = 128;
constexpr std::uint32_t spi           = 40;  // INTID

// Registers of the distributor.  [IHI 0048B, 4.3]
constexpr std::uint64_t gicd_typer   = 0x004;
constexpr std::uint64_t gicd_ispendr = 0x200 + 4 * (spi / 32);
constexpr std::uint64_t gicd_icpendr = 0x280 + 4 * (spi / 32);
constexpr std::uint64_t gicd_icfgr   = 0xc00 + 4 * (spi / 16);
constexpr std::uint32_t pending      = 1U << (spi % 32);
constexpr std::uint32_t edge         = 2U << (2 * (spi % 16));

/// An eventfd's count, which is zero then.
[[nodiscard]] auto take (const Descriptor &event) -> std::uint64_t {
    std::uint64_t count = 0;
    return read (event.number (), &count, sizeof count) == sizeof count ? count : 0;
}

void signal (const Descriptor &event) {
    constexpr std::uint64_t one = 1;
    static_cast<void> (!write (event.number (), &one, sizeof one));
}

[[nodiscard]] auto new_event () -> Descriptor {
    return Descriptor{eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC)};
}

/// A VM's interrupt controller.
struct Gic {
    explicit Gic (const Vm &vm) {
        kvm_create_device device{.type = KVM_DEV_TYPE_ARM_VGIC_V2, .fd = 0, .flags = 0};
        created    = vm.vm.call (KVM_CREATE_DEVICE, &device);
        descriptor = Descriptor{created == 0 ? static_cast<int> (device.fd) : -1};
    }

    /// KVM_SET_DEVICE_ATTR: 0 or -errno.
    template <class T>
    [[nodiscard]] auto set (std::uint32_t group, std::uint64_t attribute, T value) const -> int {
        const kvm_device_attr all{0, group, attribute, reinterpret_cast<std::uint64_t> (&value)};
        return descriptor.call (KVM_SET_DEVICE_ATTR, &all);
    }
    [[nodiscard]] auto begin () const -> int { return set (KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, 0U); }
    /// A register of the distributor.
    [[nodiscard]] auto get (std::uint64_t offset) const -> std::uint32_t {
        std::uint32_t value = 0xdead'beef;
        const kvm_device_attr all{0, KVM_DEV_ARM_VGIC_GRP_DIST_REGS, offset, reinterpret_cast<std::uint64_t> (&value)};
        return descriptor.call (KVM_GET_DEVICE_ATTR, &all) == 0 ? value : 0xdead'beef;
    }
    /// Says what it is, as QEMU does.
    [[nodiscard]] auto set_up () const -> bool {
        return set (KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, intids) == 0 && begin () == 0 &&
               set (KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_DIST, distributor) == 0 &&
               set (KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_CPU, cpu_interface) == 0;
    }

    int created;
    Descriptor descriptor;
};

void test_gic (unsigned long type) {
    Test test{std::string{"the interrupt controller is what the VMM says: "} +
              (type == plain_vm ? "plain" : "protected")};
    const Vm vm{type};
    const Vcpu first{vm, 0};
    const Vcpu second{vm, 1};
    const Gic gic{vm};
    expect (test, "KVM_CREATE_DEVICE", gic.created, 0);
    expect (test, "a second one", Gic{vm}.created, -EEXIST);
    expect (test, "100 INTIDs", gic.set (KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, 100U), -EINVAL);
    expect (test, "an odd address", gic.set (KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_DIST, distributor + 8),
            -EINVAL);
    test.expect (gic.set_up (), "it can't be set up");
    expect (test, "INTIDs now", gic.set (KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, intids), -EBUSY);
    expect (test, "an address again", gic.set (KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_DIST, distributor),
            -EEXIST);
    test.expect ((gic.get (gicd_typer) & 0xff) == (1U << 5 | (intids / 32 - 1)),
                 "GICD_TYPER is " + std::to_string (gic.get (gicd_typer)));
    expect (test, "a vCPU now", vm.vm.call (KVM_CREATE_VCPU, 2UL), -EBUSY);
    expect (test, "GICC_PMR", gic.set (KVM_DEV_ARM_VGIC_GRP_CPU_REGS, 4, 0x1fU), 0);
}

/// KiB that the kernel has in its caches and can't do without.
[[nodiscard]] auto unreclaimable () -> long {
    const std::string all = read_file ("/proc/meminfo");
    constexpr std::string_view name{"SUnreclaim:"};
    return std::atol (all.c_str () + all.find (name) + name.size ());
}

/// Makes @p times an eventfd that is an interrupt, and closes it.
void assign_and_close (Test &test, const Vm &vm, int times) {
    for (int i = 0; i < times; ++i) {
        const Descriptor event = new_event ();
        kvm_irqfd arguments{};
        arguments.fd  = static_cast<std::uint32_t> (event.number ());
        arguments.gsi = spi - 32;
        expect (test, "KVM_IRQFD", vm.vm.call (KVM_IRQFD, &arguments), 0);
    }
}

void test_wires () {
    const Vm vm{plain_vm};
    const Vcpu vcpu{vm};
    const Gic gic{vm};
    const bool is_set_up = gic.set_up ();
    const auto set_line  = [&] (std::uint32_t type, std::uint32_t number, std::uint32_t level) {
        kvm_irq_level line{};
        line.irq   = type << KVM_ARM_IRQ_TYPE_SHIFT | number;
        line.level = level;
        return vm.vm.call (KVM_IRQ_LINE, &line);
    };
    {
        Test test{"a wire makes its interrupt pending while it's high"};
        test.expect (is_set_up, "the controller can't be set up");
        expect (test, "high", set_line (KVM_ARM_IRQ_TYPE_SPI, spi, 1), 0);
        test.expect ((gic.get (gicd_ispendr) & pending) != 0, "it isn't pending");
        expect (test, "low", set_line (KVM_ARM_IRQ_TYPE_SPI, spi, 0), 0);
        test.expect ((gic.get (gicd_ispendr) & pending) == 0, "it's still pending");
        expect (test, "an INTID that isn't there", set_line (KVM_ARM_IRQ_TYPE_SPI, intids, 1), -EINVAL);
        expect (test, "a private wire", set_line (KVM_ARM_IRQ_TYPE_PPI, 20, 1), -EINVAL);
    }
    {
        Test test{"an eventfd makes an interrupt pending"};
        const Descriptor event = new_event ();
        kvm_irqfd arguments{};
        arguments.fd  = static_cast<std::uint32_t> (event.number ());
        arguments.gsi = spi - 32;
        expect (test, "an edge", gic.set (KVM_DEV_ARM_VGIC_GRP_DIST_REGS, gicd_icfgr, edge), 0);
        expect (test, "KVM_IRQFD", vm.vm.call (KVM_IRQFD, &arguments), 0);
        expect (test, "the same again", vm.vm.call (KVM_IRQFD, &arguments), -EBUSY);
        signal (event);
        test.expect ((gic.get (gicd_ispendr) & pending) != 0, "it isn't pending");
        expect (test, "GICD_ICPENDR", gic.set (KVM_DEV_ARM_VGIC_GRP_DIST_REGS, gicd_icpendr, pending), 0);
        arguments.flags = KVM_IRQFD_FLAG_DEASSIGN;
        expect (test, "its end", vm.vm.call (KVM_IRQFD, &arguments), 0);
        signal (event);
        test.expect ((gic.get (gicd_ispendr) & pending) == 0, "it's pending after the end");
        arguments.flags = 0;
        arguments.gsi   = intids - 32;
        expect (test, "an INTID that isn't there", vm.vm.call (KVM_IRQFD, &arguments), -EINVAL);
    }
    {
        Test test{"an eventfd can be closed while it is assigned, and leaves nothing"};
        // The first ones may leave a cache behind that has grown.
        assign_and_close (test, vm, 100);
        const long before = unreclaimable ();
        assign_and_close (test, vm, 10'000);
        constexpr long noise = 1024;
        const auto end       = std::chrono::steady_clock::now () + std::chrono::seconds{30};
        while (unreclaimable () > before + noise && std::chrono::steady_clock::now () < end) {
            std::this_thread::yield ();
        }
        test.expect (unreclaimable () <= before + noise, std::to_string (unreclaimable () - before) + " KiB are left");
    }
}

void test_stores () {
    const Vm vm{plain_vm};
    const Vcpu vcpu{vm};
    const Descriptor event = new_event ();
    const auto change      = [&] (std::uint32_t flags, std::uint64_t value, std::uint32_t length = 4) {
        kvm_ioeventfd arguments{};
        arguments.datamatch = value;
        arguments.addr      = outside;
        arguments.len       = length;
        arguments.fd        = event.number ();
        arguments.flags     = flags;
        return vm.vm.call (KVM_IOEVENTFD, &arguments);
    };
    // Stores X1 there, and then to where no eventfd is.
    const auto store = [&] (std::uint64_t value) {
        vm.ram.write (0, std::array{a64::str_w1_x0, 0x9100'2000U /* ADD X0, X0, #8 */, a64::str_w1_x0, a64::stay});
        static_cast<void> (vcpu.finish ());
        static_cast<void> (vcpu.set (x (0), outside));
        static_cast<void> (vcpu.set (x (1), value));
        static_cast<void> (vcpu.go (ram_start));
        return vcpu.run->mmio.phys_addr;
    };
    Test test{"a store signals an eventfd instead of coming to the VMM"};
    expect (test, "KVM_IOEVENTFD", change (KVM_IOEVENTFD_FLAG_DATAMATCH, 7), 0);
    expect (test, "the same again", change (KVM_IOEVENTFD_FLAG_DATAMATCH, 7), -EEXIST);
    expect (test, "3 bytes", change (0, 0, 3), -EINVAL);
    expect (test, "a port", change (KVM_IOEVENTFD_FLAG_PIO, 0), -EINVAL);
    test.expect (store (7) == outside + 8, "the store came to the VMM");
    test.expect (take (event) == 1, "the eventfd wasn't signalled once");
    test.expect (store (8) == outside, "another value didn't come to the VMM");
    test.expect (take (event) == 0, "another value signalled it");
    expect (test, "the end of another", change (KVM_IOEVENTFD_FLAG_DATAMATCH | KVM_IOEVENTFD_FLAG_DEASSIGN, 8),
            -ENOENT);
    expect (test, "its end", change (KVM_IOEVENTFD_FLAG_DATAMATCH | KVM_IOEVENTFD_FLAG_DEASSIGN, 7), 0);
    test.expect (store (7) == outside, "after its end the store didn't come to the VMM");
}
}  // namespace

void test_events () {
    test_gic (plain_vm);
    test_gic (protected_vm);
    test_wires ();
    test_stores ();
}
