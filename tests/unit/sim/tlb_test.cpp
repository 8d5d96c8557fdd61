// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/violation.hpp"
#include "tests/unit/sim/guest_tables.hpp"
#include "tests/unit/sim/machine_fixture.hpp"
#include "tests/unit/sim/worlds.hpp"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

using namespace hal::sysreg;
using hal::Dsb;

constexpr Ipa ipa{0x8000'0000};

/// A guest that loads from a page, calls EL2, which does something to its tables, and loads again.
class TlbTest : public testing::Test {
  protected:
    TlbTest () {
        tables.map (ipa, page);
        worlds.guests.push_back (World::guest (tables.vttbr (), ipa.value ()));
        machine->cpu (0U).observe (&worlds);
    }

    /// @return  whether the guest still reaches the page after @p deed of EL2
    auto reaches_after (std::function<void (hal::Cpu &)> deed) -> bool {
        bool reached   = false;
        worlds.handler = [&, called = false] (hal::Cpu &cpu, World &) mutable {
            if (called) { return false; }
            called = true;
            EXPECT_TRUE (cpu.reach ({Pa{0x4b00'0000}, 0x10'0000}, hal::Reach::memory));
            deed (cpu);
            return true;
        };
        ScriptedCpu host{machine->cpu (0U), [] (ScriptedCpu &cpu) -> Script {
                             co_await cpu.hvc (Worlds::enter);
                         }};
        host.guest ({.vmid = 1, .vcpu = 0}, [&] (ScriptedGuest &cpu) -> Script {
            EXPECT_TRUE (co_await cpu.load (ipa));
            co_await cpu.hvc (0);
            EXPECT_TRUE (co_await cpu.load (ipa));
            reached = true;
            co_await cpu.hvc (0);
        });
        EXPECT_EQ (machine.boot_and_run (), Outcome::finished);
        return reached;
    }

    void unmap (hal::Cpu &cpu) { cpu.store<std::uint64_t> (tables.entry (ipa), 0); }

    ScriptedMachine machine{BoardName::virt, {.prefetch = 0}};
    const Pa page{0x4a00'0000};
    GuestTables tables{machine.get (), Pa{0x4b00'0000}, 1};
    Worlds worlds;

    // A table that isn't linked yet, and where its link will be.
    const Pa table{0x4b08'0000};
    const Pa link{tables.entry (ipa + block_size, 2)};
};

TEST_F (TlbTest, an_unmapped_page_is_reached_if_no_tlbi_follows) {
    EXPECT_TRUE (reaches_after ([this] (hal::Cpu &cpu) {
        unmap (cpu);
        cpu.dsb<Dsb::ish> ();
    }));
}

TEST_F (TlbTest, an_unmapped_page_is_not_reached_after_all_of_the_sequence) {
    EXPECT_FALSE (reaches_after ([this] (hal::Cpu &cpu) {
        unmap (cpu);
        cpu.dsb<Dsb::ishst> ();
        cpu.tlbi_ipas2e1is (ipa);
        cpu.dsb<Dsb::ish> ();
        cpu.tlbi_vmalle1is ();
        cpu.dsb<Dsb::ish> ();
    }));
}

TEST_F (TlbTest, a_combined_entry_outlives_a_tlbi_of_stage_2_alone) {
    EXPECT_TRUE (reaches_after ([this] (hal::Cpu &cpu) {
        unmap (cpu);
        cpu.dsb<Dsb::ishst> ();
        cpu.tlbi_ipas2e1is (ipa);
        cpu.dsb<Dsb::ish> ();
    }));
}

TEST_F (TlbTest, a_stage_2_entry_outlives_a_tlbi_of_stage_1_alone) {
    EXPECT_TRUE (reaches_after ([this] (hal::Cpu &cpu) {
        unmap (cpu);
        cpu.dsb<Dsb::ishst> ();
        cpu.tlbi_vmalle1is ();
        cpu.dsb<Dsb::ish> ();
    }));
}

TEST_F (TlbTest, a_tlbi_is_not_over_before_its_dsb) {
    EXPECT_TRUE (reaches_after ([this] (hal::Cpu &cpu) {
        unmap (cpu);
        cpu.dsb<Dsb::ishst> ();
        cpu.tlbi_vmalls12e1is ();
        cpu.dsb<Dsb::ishst> ();
    }));
}

TEST_F (TlbTest, a_tlbi_that_no_dsb_separates_from_the_store_may_be_in_vain) {
    EXPECT_TRUE (reaches_after ([this] (hal::Cpu &cpu) {
        unmap (cpu);
        cpu.tlbi_vmalls12e1is ();
        cpu.dsb<Dsb::ish> ();
    }));
}

TEST_F (TlbTest, a_tlbi_under_another_vmid_is_in_vain) {
    EXPECT_TRUE (reaches_after ([this] (hal::Cpu &cpu) {
        unmap (cpu);
        cpu.dsb<Dsb::ishst> ();
        const auto vttbr = cpu.read<vttbr_el2> ();
        cpu.write<vttbr_el2> (vttbr + (1ULL << 48));
        cpu.tlbi_vmalls12e1is ();
        cpu.write<vttbr_el2> (vttbr);
        cpu.dsb<Dsb::ish> ();
    }));
}

TEST_F (TlbTest, a_page_that_changes_without_a_break_is_a_violation) {
    EXPECT_THROW (reaches_after ([this] (hal::Cpu &cpu) {
                      const Pa entry = tables.entry (ipa);
                      cpu.store<std::uint64_t> (entry, tables.get (entry) + page_size);
                  }),
                  Violation);
}

TEST_F (TlbTest, permissions_may_change_without_a_break) {
    EXPECT_TRUE (reaches_after ([this] (hal::Cpu &cpu) {
        const Pa entry = tables.entry (ipa);
        cpu.store<std::uint64_t> (entry, tables.get (entry) & ~GuestTables::write);
    }));
}

TEST_F (TlbTest, pages_that_become_a_block_without_a_break_are_a_violation) {
    EXPECT_THROW (reaches_after ([this] (hal::Cpu &cpu) {
                      cpu.store<std::uint64_t> (tables.entry (ipa, 2), page.value () | 0x7fd);
                  }),
                  Violation);
}

TEST_F (TlbTest, a_change_after_break_and_tlbi_is_none) {
    EXPECT_TRUE (reaches_after ([this] (hal::Cpu &cpu) {
        const Pa entry = tables.entry (ipa);
        const auto old = tables.get (entry);
        unmap (cpu);
        cpu.dsb<Dsb::ishst> ();
        cpu.tlbi_vmalls12e1is ();
        cpu.dsb<Dsb::ish> ();
        cpu.store<std::uint64_t> (entry, old + page_size);
        cpu.dsb<Dsb::ish> ();
    }));
}

TEST_F (TlbTest, a_change_after_a_break_that_no_tlbi_followed_is_a_violation) {
    EXPECT_THROW (reaches_after ([this] (hal::Cpu &cpu) {
                      const Pa entry = tables.entry (ipa);
                      const auto old = tables.get (entry);
                      unmap (cpu);
                      cpu.dsb<Dsb::ish> ();
                      cpu.store<std::uint64_t> (entry, old + page_size);
                  }),
                  Violation);
}

TEST_F (TlbTest, a_combined_entry_that_outlives_the_break_is_a_violation_too) {
    EXPECT_THROW (reaches_after ([this] (hal::Cpu &cpu) {
                      const Pa entry = tables.entry (ipa);
                      const auto old = tables.get (entry);
                      unmap (cpu);
                      cpu.dsb<Dsb::ishst> ();
                      cpu.tlbi_ipas2e1is (ipa);
                      cpu.dsb<Dsb::ish> ();
                      cpu.store<std::uint64_t> (entry, old + page_size);
                  }),
                  Violation);
}

TEST_F (TlbTest, a_table_that_is_linked_with_no_dsb_behind_its_zeros_is_a_violation) {
    EXPECT_THROW (reaches_after ([this] (hal::Cpu &cpu) {
                      std::ranges::fill (cpu.bytes ({table, page_size}), std::byte{0});
                      cpu.store<std::uint64_t> (link, table.value () | 3);
                  }),
                  Violation);
}

TEST_F (TlbTest, a_word_counts_as_written_until_a_dsb) {
    EXPECT_THROW (reaches_after ([this] (hal::Cpu &cpu) {
                      cpu.store<std::uint64_t> (table + 8, 0);
                      cpu.store<std::uint64_t> (link, table.value () | 3);
                  }),
                  Violation);
}

TEST_F (TlbTest, a_table_may_be_linked_behind_a_dsb) {
    EXPECT_TRUE (reaches_after ([this] (hal::Cpu &cpu) {
        std::ranges::fill (cpu.bytes ({table, page_size}), std::byte{0});
        cpu.store<std::uint64_t> (table + 8, 0);
        cpu.dsb<Dsb::ishst> ();
        cpu.store<std::uint64_t> (link, table.value () | 3);
    }));
}

TEST (Tlb, speculation_fills_what_nobody_has_asked_for) {
    for (const std::uint32_t prefetch : {0U, 1U}) {
        ScriptedMachine machine{BoardName::virt, {.prefetch = prefetch}};
        machine.script (0, [] (ScriptedCpu &cpu) -> Script {
            for (int i = 0; i < 100; ++i) {
                co_await cpu.hvc (0);
            }
        });
        EXPECT_EQ (machine.boot_and_run (), Outcome::finished);
        EXPECT_EQ (machine->tlb (CpuIndex{0}).size () != 0, prefetch != 0);
    }
}

TEST (Tlb, a_block_goes_by_a_tlbi_of_any_address_in_it) {
    Tlb tlb;
    tlb.fill_stage2 (1, Ipa{0x8000'0000}, {.descriptor = 0x7fd, .where = Pa{0x1000}, .level = 2});

    tlb.doom ({.kind = TlbInvalidation::Kind::ipas2e1is, .vttbr = 1ULL << 48, .ipa = Ipa{0x8020'0000}}, 0, {});
    tlb.complete (0);
    EXPECT_NE (tlb.find_stage2 (1, Ipa{0x8000'0000}), nullptr);

    tlb.doom ({.kind = TlbInvalidation::Kind::ipas2e1is, .vttbr = 1ULL << 48, .ipa = Ipa{0x801f'f000}}, 0, {});
    tlb.complete (0);
    EXPECT_EQ (tlb.find_stage2 (1, Ipa{0x8000'0000}), nullptr);
    EXPECT_EQ (tlb.size (), 0U);
}

TEST (Tlb, entries_are_of_one_asid_unless_global) {
    Tlb tlb;
    const VaKey one{.vmid = 1, .asid = 5, .va_page = 7, .stage1_on = true};
    const VaKey other{.vmid = 1, .asid = 6, .va_page = 7, .stage1_on = true};

    tlb.fill_combined (one, false, {});
    EXPECT_NE (tlb.find_combined (one), nullptr);
    EXPECT_EQ (tlb.find_combined (other), nullptr);

    tlb.fill_combined (one, true, {});
    EXPECT_NE (tlb.find_combined (other), nullptr);
}

}  // namespace
}  // namespace ravelin::sim
