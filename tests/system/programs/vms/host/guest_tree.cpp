// SPDX-License-Identifier: BSD-2-Clause
#include "guest_tree.hpp"

#include "guests/layout.h"
#include "report.hpp"

#include <array>
#include <libfdt.h>

namespace vms {

namespace {
void must (int result) {
    if (result < 0) { el1::give_up ("a VM's device tree can't be written"); }
}

void text (void *tree, const char *name, const char *value) {
    must (fdt_property_string (tree, name, value));
}

void write_cpu (void *tree, std::uint64_t number) {
    constexpr std::array<const char *, GUEST_MAX_VCPUS> names{"cpu@0", "cpu@1", "cpu@2", "cpu@3",
                                                              "cpu@4", "cpu@5", "cpu@6", "cpu@7"};
    must (fdt_begin_node (tree, names.at (number)));
    text (tree, "device_type", "cpu");
    must (fdt_property_u32 (tree, "reg", static_cast<std::uint32_t> (number)));
    must (fdt_end_node (tree));
}

void write_uart (void *tree) {
    must (fdt_begin_node (tree, "pl011@9000000"));
    text (tree, "compatible", "arm,pl011");
    const std::array reg{cpu_to_fdt64 (GUEST_CONSOLE), cpu_to_fdt64 (0x1000)};
    must (fdt_property (tree, "reg", reg.data (), sizeof reg));
    const std::array interrupts{cpu_to_fdt32 (0), cpu_to_fdt32 (1), cpu_to_fdt32 (4)};
    must (fdt_property (tree, "interrupts", interrupts.data (), sizeof interrupts));
    must (fdt_end_node (tree));
}
}  // namespace

auto write_guest_tree (std::span<std::byte> room, std::uint64_t vcpus, bool has_uart) -> std::span<const std::byte> {
    void *const tree = room.data ();
    must (fdt_create (tree, static_cast<int> (room.size ())));
    must (fdt_finish_reservemap (tree));
    must (fdt_begin_node (tree, ""));
    text (tree, "compatible", "linux,dummy-virt");
    must (fdt_property_u32 (tree, "#address-cells", 2));
    must (fdt_property_u32 (tree, "#size-cells", 2));
    must (fdt_begin_node (tree, "chosen"));
    text (tree, "bootargs", "differences");
    must (fdt_end_node (tree));
    must (fdt_begin_node (tree, "memory"));
    text (tree, "device_type", "memory");
    const std::array reg{cpu_to_fdt64 (GUEST_RAM), cpu_to_fdt64 (GUEST_RAM_SIZE)};
    must (fdt_property (tree, "reg", reg.data (), sizeof reg));
    must (fdt_end_node (tree));
    must (fdt_begin_node (tree, "cpus"));
    must (fdt_property_u32 (tree, "#address-cells", 1));
    must (fdt_property_u32 (tree, "#size-cells", 0));
    for (std::uint64_t i = 0; i < vcpus; ++i) {
        write_cpu (tree, i);
    }
    must (fdt_end_node (tree));
    if (has_uart) { write_uart (tree); }
    must (fdt_end_node (tree));
    must (fdt_finish (tree));
    return room.first (fdt_totalsize (tree));
}

}  // namespace vms
