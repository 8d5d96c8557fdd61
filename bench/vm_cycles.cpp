// SPDX-License-Identifier: BSD-2-Clause

// vm_cycles N: N virtual machines live and die, one after the other. After each, its pages are the host's again, and
// it took as many operations of EL2 as the one of its kind in the beginning; in the end all memory is as it was at
// first: who owns each page, and every entry of the host's stage 2, which is joined back.

#include "hyp/mem/host_stage2.hpp"
#include "tests/unit/hyp/vm_machine.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace {
using namespace ravelin;
using namespace hal::sysreg;

// VMs are protected or plain, and lie across the border of two blocks or inside one.
constexpr unsigned kinds = 8;

// The host's pages that a VM gets: control and root, then pages for tables, the vCPU, and some of RAM, where a
// protected VM's firmware is.
constexpr std::uint64_t table_pages = 4;
constexpr std::uint64_t tables_at   = RAVELIN_VM_PAGES;
constexpr std::uint64_t vcpu_at     = tables_at + table_pages;
constexpr std::uint64_t ram_at      = vcpu_at + RAVELIN_VCPU_PAGES;
constexpr std::uint64_t ram_pages   = RAVELIN_FIRMWARE_PAGES;
constexpr std::uint64_t pages       = ram_at + ram_pages;

[[noreturn]] void fail (const std::string &what) {
    throw std::runtime_error{what};
}

/// All that must be as it was.
struct Memory {
    std::vector<std::uint32_t> states;  // of each page of RAM
    std::vector<std::uint64_t> stage2;  // an input and what is there, again and again
    auto operator== (const Memory &) const -> bool = default;
};

class Lives {
  public:
    /// One VM of a kind, from its first page to its last.
    /// @return  the operations of EL2
    auto live (unsigned kind) -> std::uint64_t {
        const auto begin = machine_.hal ().operations ();
        const auto base  = base_of (kind);
        expect (machine_.call ({RAVELIN_VM_CREATE, base, 40 | (is_protected (kind) ? RAVELIN_VM_PROTECTED : 0), 1}));
        const auto vm = machine_.registers ().x[1];
        expect (machine_.call ({RAVELIN_VM_ADD_RAM, vm, ram, block_size}));
        expect (machine_.call ({RAVELIN_VM_TOP_UP, vm, base + tables_at * page_size, table_pages}));
        give_ram (kind, vm, base + ram_at * page_size);
        expect (machine_.call ({RAVELIN_VCPU_CREATE, vm, 0, base + vcpu_at * page_size, ram, 0}));
        machine_.enter (vm);
        if (is_protected (kind)) { expect (machine_.guest_call ({RAVELIN_GUEST_SHARE, ram, 0, 0})); }
        machine_.interrupt ();
        machine_.destroy (vm);
        return machine_.hal ().operations () - begin;
    }

    /// The pages of a VM of this kind are the host's alone.
    void check_pages (unsigned kind) {
        const auto &memory = machine_.machine ().hypervisor ().vms ().host_memory ().at_rest ();
        for (std::uint64_t i = 0; i < pages; ++i) {
            const Pa page{base_of (kind) + i * page_size};
            if (!memory.is_hosts_alone (machine_.hal (), {page, page_size}) || !machine_.host_reaches (page.value ())) {
                fail ("a page of the VM isn't the host's again");
            }
        }
    }

    [[nodiscard]] auto memory () -> Memory {
        Memory found;
        auto &hal          = machine_.hal ();
        const auto &memory = machine_.machine ().hypervisor ().vms ().host_memory ().at_rest ();
        for (const PaRange &bank : machine_.machine ().hypervisor ().platform ().ram) {
            for (Pa page = bank.start; page < bank.end (); page = page + page_size) {
                found.states.push_back (memory.state (hal, page)->bits ());
            }
        }
        const PageTable<HostStage2Format> stage2{Pa{memory.stage2 ().vttbr ()}};
        for (Ipa at{}; at.value () >> HostStage2Format::input_bits == 0;) {
            const auto leaf = stage2.find (hal, at);
            found.stage2.insert (found.stage2.end (), {at.value (), leaf.entry});
            at = at + leaf.bytes ();
        }
        return found;
    }

  private:
    static constexpr std::uint64_t ram = test::VmMachine::ram;

    [[nodiscard]] static auto is_protected (unsigned kind) -> bool { return kind % 2 == 0; }

    [[nodiscard]] static auto base_of (unsigned kind) -> std::uint64_t {
        constexpr std::uint64_t border = test::VmMachine::free_memory + block_size;
        return border - RAVELIN_VM_PAGES * page_size + kind / 2 * (block_size / 2);
    }

    void give_ram (unsigned kind, std::uint64_t vm, std::uint64_t page) {
        expect (is_protected (kind) ? machine_.call ({RAVELIN_VM_DONATE, vm, ram, page, ram_pages})
                                    : machine_.call ({RAVELIN_VM_LEND, vm, ram, page, ram_pages, RAVELIN_WRITABLE}));
    }

    static void expect (std::int64_t status) {
        if (status != 0) { fail ("a call that should succeed returned " + std::to_string (status)); }
    }

    test::VmMachine machine_{{.memory = 512ULL << 20}};
};

void run (std::uint64_t cycles) {
    Lives lives;
    const auto before = lives.memory ();

    // What is done once and never again is done now.
    std::array<std::uint64_t, kinds> operations{};
    for (unsigned kind = 0; kind < 2 * kinds; ++kind) {
        operations.at (kind % kinds) = lives.live (kind % kinds);
    }
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < cycles; ++i) {
        const auto kind = static_cast<unsigned> (i % kinds);
        const auto now  = lives.live (kind);
        sum += now;
        lives.check_pages (kind);
        if (now != operations.at (kind)) {
            fail ("cycle " + std::to_string (i) + " took " + std::to_string (now) +
                  " operations, the first of its kind " + std::to_string (operations.at (kind)));
        }
    }
    if (lives.memory () != before) { fail ("memory isn't as it was"); }
    std::printf ("vm_cycles: %llu cycles, %.1f operations each, first and last alike\n",
                 static_cast<unsigned long long> (cycles), static_cast<double> (sum) / static_cast<double> (cycles));
}
}  // namespace

auto main (int count, char **arguments) -> int {
    const std::uint64_t cycles = count == 2 ? std::strtoull (arguments[1], nullptr, 10) : 0;
    if (cycles == 0) {
        std::fprintf (stderr, "usage: %s CYCLES\n", arguments[0]);
        return 2;
    }
    try {
        run (cycles);
    } catch (const std::exception &failure) {
        std::fprintf (stderr, "vm_cycles: %s\n", failure.what ());
        return 1;
    }
    return 0;
}
