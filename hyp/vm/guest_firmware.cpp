// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vm/guest_firmware.hpp"

#include "hyp/abi/boot.h"
#include "hyp/core/lock.hpp"
#include "hyp/mem/host_memory.hpp"
#include "hyp/vm/batch.hpp"

#include <algorithm>
#include <iterator>

namespace ravelin {

static_assert (sizeof (ravelin_boot_parameters) <= RAVELIN_FIRMWARE_ENTRY);
static_assert (std::size (ravelin_boot_parameters{}.ram) == RAVELIN_MAX_RAM_RANGES);

auto has_room_for_firmware (hal::Cpu &cpu, const Vm &vm, std::uint64_t ipa) -> bool {
    const auto range = as_pages<Ipa> (ipa, RAVELIN_FIRMWARE_PAGES);
    if (!range || !vm.is_ram (*range)) { return false; }
    for (Ipa page = range->start; page < range->end (); page = page + page_size) {
        if (!vm.stage2.translate (cpu, page)) { return false; }
    }
    return true;
}

void place_firmware (hal::Cpu &cpu, Vm &vm, PaRange image, Ipa ipa, std::uint64_t device_tree) {
    auto left = cpu.bytes (image);
    for (std::uint64_t i = 0; i < RAVELIN_FIRMWARE_PAGES; ++i) {
        const auto found = vm.stage2.translate (cpu, ipa + i * page_size);
        if (!found) { cpu.panic ("a page of a VM's firmware is gone"); }
        const PaRange page{*found, page_size};
        const auto bytes = cpu.bytes (page);
        const auto part  = left.first (std::min<std::size_t> (left.size (), page_size));
        std::ranges::fill (std::ranges::copy (part, bytes.begin ()).out, bytes.end (), std::byte{0});
        left = left.subspan (part.size ());
        if (i == 0) {
            vm.firmware                                                  = page.start;
            cpu.object<ravelin_boot_parameters> (page.start).device_tree = device_tree;
        }
        make_coherent (cpu, page);
    }
}

void tell_firmware (hal::Cpu &cpu, const Vm &vm) {
    if (vm.firmware == Pa{}) { return; }
    auto &told = cpu.object<ravelin_boot_parameters> (vm.firmware);
    if (vm.has_gic ()) {
        Locked<Distributor> gic{cpu, cpu.object<Guarded<Distributor>> (vm.gic)};
        told.distributor   = vm.distributor_page * page_size;
        told.cpu_interface = vm.cpu_interface_page * page_size;
        told.intids        = gic->banks * Distributor::banked;
    }
    for (std::uint32_t i = 0; i < vm.vcpus.size (); ++i) {
        told.vcpus |= vm.vcpus[i] ? 1U << i : 0;
    }
    told.ipa_bits   = vm.ipa_bits;
    told.ram_ranges = static_cast<std::uint32_t> (vm.ram.size ());
    std::ranges::transform (vm.ram, std::begin (told.ram),
                            [] (IpaRange range) { return ravelin_ram{range.start.value (), range.size}; });
    make_coherent (cpu, {vm.firmware, page_size});
}

}  // namespace ravelin
