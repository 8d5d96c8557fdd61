// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/firmware/vm.hpp"

#include "hyp/abi/vm_calls.h"

namespace ravelin::firmware {

auto Vm::is_device (IpaRange range) const -> bool {
    const IpaRange all{Ipa{0}, 1ULL << parameters_.ipa_bits};
    if (range.size == 0 || !all.contains (range)) { return false; }
    const auto ranges = std::span{parameters_.ram}.first (parameters_.ram_ranges);
    const bool on_ram = std::ranges::any_of (
        ranges, [&] (const ravelin_ram &ram) { return range.overlaps ({Ipa{ram.start}, ram.size}); });
    return !on_ram && !(has_gic () && (range.overlaps (distributor ()) || range.overlaps (cpu_interface ())));
}

auto Vm::distributor () const -> IpaRange {
    return {Ipa{parameters_.distributor}, std::uint64_t{RAVELIN_GICD_PAGES} * page_size};
}

auto Vm::cpu_interface () const -> IpaRange {
    return {Ipa{parameters_.cpu_interface}, std::uint64_t{RAVELIN_GICC_PAGES} * page_size};
}

}  // namespace ravelin::firmware
