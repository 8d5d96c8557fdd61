// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/vm.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ravelin::spec {

auto Vm::vcpu (std::uint64_t number) -> Vcpu * {
    if (number >= vcpus.size ()) { return nullptr; }
    std::optional<Vcpu> &vcpu = vcpus[number];
    return vcpu ? &*vcpu : nullptr;
}

auto Vm::vcpu (std::uint64_t number) const -> const Vcpu * {
    if (number >= vcpus.size ()) { return nullptr; }
    const std::optional<Vcpu> &vcpu = vcpus[number];
    return vcpu ? &*vcpu : nullptr;
}

auto Vm::controller () -> Gic & {
    return const_cast<Gic &> (std::as_const (*this).controller ());
}

auto Vm::controller () const -> const Gic & {
    if (!gic) { throw std::logic_error ("a VM without a GIC"); }
    return *gic;
}

auto Vm::runs () const -> bool {
    return std::ranges::any_of (vcpus, [] (const auto &vcpu) { return vcpu && vcpu->running; });
}

auto Vm::has_addresses (std::uint64_t ipa, std::uint64_t bytes) const -> bool {
    const std::uint64_t end = 1ULL << ipa_bits;
    return ipa < end && bytes <= end - ipa;
}

auto Vm::has_ram (std::uint64_t ipa, std::uint64_t bytes) const -> bool {
    return std::ranges::any_of (ram, [=] (const AddressRange &range) {
        return ipa >= range.base && ipa - range.base < range.bytes && bytes <= range.bytes - (ipa - range.base);
    });
}

auto Vm::overlaps_ram (std::uint64_t ipa, std::uint64_t bytes) const -> bool {
    return std::ranges::any_of (
        ram, [=] (const AddressRange &range) { return ipa < range.base + range.bytes && range.base < ipa + bytes; });
}

auto Vm::overlaps_gic (std::uint64_t ipa, std::uint64_t bytes) const -> bool {
    const auto overlaps = [=] (std::uint64_t base, std::uint64_t pages) {
        return ipa < base + pages * RAVELIN_PAGE_SIZE && base < ipa + bytes;
    };
    return gic &&
           (overlaps (gic->distributor, RAVELIN_GICD_PAGES) || overlaps (gic->cpu_interface, RAVELIN_GICC_PAGES));
}

}  // namespace ravelin::spec
