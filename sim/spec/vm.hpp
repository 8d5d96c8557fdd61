// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/vm_calls.h"
#include "sim/spec/address_space.hpp"
#include "sim/spec/gic.hpp"
#include "sim/spec/memory.hpp"
#include "sim/spec/vcpu.hpp"

#include <array>
#include <optional>
#include <set>
#include <vector>

namespace ravelin::spec {

/// How far a VM is in its life. It never goes back.
enum class Phase : std::uint8_t {
    fresh,  // no vCPU has run: what the headers call new
    started,
    dying,  // VM_DESTROY was called
};

/// A virtual machine.
struct Vm {
    bool is_protected{};
    unsigned ipa_bits{};
    std::uint64_t max_vcpus{};
    Phase phase{Phase::fresh};
    std::vector<AddressRange> ram;  // in the order of VM_ADD_RAM
    AddressSpace space;
    std::set<PageNumber> control;      // pages of RAM that Ravelin's state of it takes
    std::uint64_t pages_for_tables{};  // of these, those that are or may become tables; the root isn't counted
    std::array<std::optional<Vcpu>, RAVELIN_MAX_VCPUS> vcpus;
    std::optional<Gic> gic;
    std::optional<PageNumber> firmware;  // where its guest firmware begins, if it's protected and has a first vCPU
    std::uint64_t time_offset{};         // CNTVOFF_EL2: what its virtual count lacks of the physical one
    bool turned_off{};                   // by PSCI: a vCPU that still runs leaves when it traps

    /// Pages for tables that are in no use.
    [[nodiscard]] auto free_tables () const -> std::uint64_t { return pages_for_tables - space.tables (); }

    /// The vCPU of that number; nullptr: it wasn't made.
    [[nodiscard]] auto vcpu (std::uint64_t number) -> Vcpu *;

    [[nodiscard]] auto vcpu (std::uint64_t number) const -> const Vcpu *;

    /// Its GIC, which it has: else std::logic_error is thrown.
    [[nodiscard]] auto controller () -> Gic &;
    [[nodiscard]] auto controller () const -> const Gic &;

    /// Whether a vCPU is on some CPU.
    [[nodiscard]] auto runs () const -> bool;

    /// Whether all bytes of a range are below the VM's IPA bits.
    [[nodiscard]] auto has_addresses (std::uint64_t ipa, std::uint64_t bytes) const -> bool;

    /// Whether all bytes of a range are in one range of its RAM.
    [[nodiscard]] auto has_ram (std::uint64_t ipa, std::uint64_t bytes) const -> bool;

    /// Whether a byte of a range is in its RAM.
    [[nodiscard]] auto overlaps_ram (std::uint64_t ipa, std::uint64_t bytes) const -> bool;

    /// Whether a byte of a range is in a page of its GIC.
    [[nodiscard]] auto overlaps_gic (std::uint64_t ipa, std::uint64_t bytes) const -> bool;

    auto operator== (const Vm &) const -> bool = default;
};

}  // namespace ravelin::spec
