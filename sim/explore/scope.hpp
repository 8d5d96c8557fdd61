// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/boot.h"
#include "hyp/abi/vm_calls.h"
#include "hyp/core/range.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace ravelin::sim::explore {

/// How much of everything there is in the machine whose states are explored.
struct Scope {
    unsigned protected_vms{2};
    unsigned plain_vms{1};
    unsigned pages{3};  // for VMs' memory, beside what each has for its control and its firmware
    unsigned ipas{1};   // of a VM, where these pages go
    unsigned cpus{2};
    unsigned vcpus{1};  // of a VM; where there are several, they turn one another on and off

    // Of interrupts: where there are any, the VM is one that has been made with a GIC, and steps are about that alone.
    unsigned sgis{0};    // from 0 on
    unsigned spis{0};    // from 32 on; the first is level-sensitive, the others are edges
    unsigned timers{0};  // 1: the virtual timer, 2: and the physical one
    // Of an interrupt changes, by its guest's writes, whether
    unsigned states{0};      // it's enabled, pending and active
    unsigned priorities{0};  // it's urgent, and others are masked
    unsigned groups{0};      // it's in group 1, and which groups are on
    unsigned modes{0};       // ending and deactivating are two things

    [[nodiscard]] constexpr auto vms () const -> unsigned { return protected_vms + plain_vms; }

    /// Protected ones come first.
    [[nodiscard]] constexpr auto is_protected (unsigned vm) const -> bool { return vm < protected_vms; }

    /// Whether it's a VM's GIC and timers that are explored.
    [[nodiscard]] constexpr auto has_interrupts () const -> bool { return sgis + spis + timers != 0; }

    auto operator== (const Scope &) const -> bool = default;

    static constexpr unsigned most_vms   = 4;
    static constexpr unsigned most_pages = 8;
    static constexpr unsigned most_ipas  = 4;
    static constexpr unsigned most_cpus  = 4;
    static constexpr unsigned most_vcpus = 3;
    static constexpr unsigned most_sgis  = 2;
    static constexpr unsigned most_spis  = 6;
};

/// One that has a name, or a file with a line `NAME NUMBER` for each member of Scope that isn't as in
/// `small`.
/// @return  the scope, or what is wrong with the name or the file
[[nodiscard]] auto read_scope (const std::string &name) -> std::expected<Scope, std::string>;

/// INTIDs of the interrupts that are explored.
[[nodiscard]] auto intids_of (const Scope &scope) -> std::vector<std::uint8_t>;

/// The same as a file would say it, one member after the other.
[[nodiscard]] auto to_text (const Scope &scope) -> std::string;

/// The scope as designated initialisers.
[[nodiscard]] auto to_code (const Scope &scope) -> std::string;

/// Where everything is. Each VM has pages of its own for its control block, its tables, its vCPU and its firmware:
/// which of them it gets makes no difference, and so isn't explored.
struct Layout {
    static constexpr std::uint64_t memory = 40ULL << 20;  // bytes of the machine's RAM

    static constexpr Pa own_pages{0x4200'0000};
    static constexpr Pa data_pages{0x4220'0000};  // in another block of the host's than those
    static constexpr std::uint64_t host_code = 0x4100'0000;

    static constexpr std::uint64_t pages_of_a_vm = 64;

    [[nodiscard]] static constexpr auto data (unsigned page) -> Pa { return data_pages + page * page_size; }
    [[nodiscard]] static constexpr auto control (unsigned vm) -> Pa {
        return own_pages + vm * pages_of_a_vm * page_size;
    }
    [[nodiscard]] static constexpr auto tables (unsigned vm) -> Pa {
        return control (vm) + RAVELIN_VM_PAGES * page_size;
    }
    [[nodiscard]] static constexpr auto vcpu (unsigned vm, unsigned number) -> Pa {
        return tables (vm) + (1 + number * RAVELIN_VCPU_PAGES) * page_size;
    }
    [[nodiscard]] static constexpr auto firmware (unsigned vm) -> Pa { return vcpu (vm, Scope::most_vcpus); }

    static_assert (RAVELIN_VM_PAGES + 1 + Scope::most_vcpus * RAVELIN_VCPU_PAGES + RAVELIN_FIRMWARE_PAGES <=
                   pages_of_a_vm);

    // Of a VM: its RAM, where its firmware begins, and behind that its data.
    static constexpr IpaRange ram{Ipa{0x4000'0000}, block_size};
    static constexpr Ipa firmware_ipa = ram.start;
    [[nodiscard]] static constexpr auto data_ipa (unsigned number) -> Ipa {
        return ram.start + (RAVELIN_FIRMWARE_PAGES + number) * page_size;
    }
    static constexpr Ipa outside{0x0900'0000};  // where it has neither RAM nor a GIC

    // Of one with a GIC: that, and its pages for tables: it's a plain one, and has no firmware.
    static constexpr Ipa gicd{0x0800'0000};
    static constexpr Ipa gicc{0x0801'0000};
    static constexpr std::uint64_t gic_tables = 4;
    [[nodiscard]] static constexpr auto tables_with_gic (unsigned vm) -> Pa { return firmware (vm); }
};

}  // namespace ravelin::sim::explore
