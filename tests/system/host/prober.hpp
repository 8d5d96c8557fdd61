// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "tests.hpp"
#include "vmm.hpp"

#include <array>
#include <cstring>

constexpr std::uint64_t page = 4096;

/// Where a prober has no memory at first.
constexpr std::uint64_t place = 0x8000'0000;

/// A VM that stores X1 where X0 says, and then loads X2 from there, each time that it runs.
struct Prober {
    explicit Prober (Test &report) : test{report} {
        vm.ram.write (0, std::array{a64::str_x1_x0, a64::ldr_x2_x0, a64::str_x1_x3, a64::stay});
    }

    /// Probes @p ipa: whether both are made of memory.
    [[nodiscard]] auto reaches (std::uint64_t ipa, std::uint64_t value) const -> bool {
        return ends_from (ram_start, ipa, value);
    }
    /// Loads from @p ipa, and stores nothing: whether it's made of memory.
    [[nodiscard]] auto loads (std::uint64_t ipa) const -> bool { return ends_from (ram_start + 4, ipa, 0); }

    [[nodiscard]] auto set (std::uint64_t where, std::uint64_t size, std::uint32_t flags = 0) const -> int {
        return vm.set_slot ({1, flags, where, size, reinterpret_cast<std::uint64_t> (more.bytes ())});
    }

    [[nodiscard]] auto word (std::uint64_t offset) const -> std::uint64_t {
        std::uint64_t value = 0;
        std::memcpy (&value, more.bytes () + offset, sizeof value);
        return value;
    }

    /// Runs from @p pc on: whether it comes to the end without an exit before.
    [[nodiscard]] auto ends_from (std::uint64_t pc, std::uint64_t ipa, std::uint64_t value) const -> bool {
        static_cast<void> (vcpu.finish ());
        static_cast<void> (vcpu.set (x (0), ipa));
        static_cast<void> (vcpu.set (x (1), value));
        static_cast<void> (vcpu.set (x (3), outside));
        expect (test, "KVM_RUN", vcpu.go (pc), 0);
        expect (test, "its reason", static_cast<int> (vcpu.run->exit_reason), KVM_EXIT_MMIO);
        return vcpu.run->mmio.phys_addr == outside;
    }

    Test &test;
    Vm vm{plain_vm};
    Vcpu vcpu{vm};
    Memory more{4 * page};
};
