// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/board/pi4b.hpp"
#include "hyp/board/virt.hpp"
#include "tests/unit/hyp/host_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using sim::BoardName;
using test::HostMachine;

/// Where the host's tables lead for @p address.
[[nodiscard]] auto translate (HostMachine &machine, std::uint64_t address) -> std::optional<Pa> {
    return machine.machine ().hypervisor ().host_stage2 ().translate (machine.hal (), Ipa{address});
}

void expect_identity (HostMachine &machine, std::uint64_t address) {
    EXPECT_EQ (translate (machine, address), Pa{address}) << std::hex << address;
}

void expect_nothing (HostMachine &machine, std::uint64_t address) {
    EXPECT_EQ (translate (machine, address), std::nullopt) << std::hex << address;
}
}  // namespace

TEST (HostStage2, gives_the_host_its_ram_at_its_own_address) {
    auto machine = HostMachine::booted (BoardName::virt);
    expect_identity (machine, 0x4000'0000);
    expect_identity (machine, 0x401f'ffff);
    expect_identity (machine, 0x4040'0000);
    expect_identity (machine, 0x7f80'0000);
}

TEST (HostStage2, keeps_ravelin_to_itself) {
    auto machine = HostMachine::booted (BoardName::virt);
    expect_nothing (machine, 0x4020'0000);
    expect_nothing (machine, 0x403f'ffff);
}

TEST (HostStage2, keeps_the_states_of_pages_to_ravelin_in_at_most_three_thousandths_of_ram_and_4_mib) {
    for (const std::uint64_t memory : {512ULL << 20, 1ULL << 30, 2ULL << 30, 4ULL << 30, 8ULL << 30}) {
        auto machine       = HostMachine::booted (BoardName::pi4b, {.memory = memory});
        std::uint64_t kept = 0;
        for (const PaRange &bank : machine.machine ().hypervisor ().platform ().ram) {
            for (Pa page = bank.start; page < bank.end (); page = page + page_size) {
                kept += translate (machine, page.value ()) ? 0 : page_size;
            }
        }
        EXPECT_GT (kept, 2 * block_size - 1) << memory;
        EXPECT_LE (kept, memory / 1000 * 3 + (4ULL << 20)) << memory;
    }
}

TEST (HostStage2, leads_nowhere_outside_ram) {
    auto machine = HostMachine::booted (BoardName::virt);
    expect_nothing (machine, 0x8000'0000);
    expect_nothing (machine, 0xff'ffff'f000 / 4);
}

TEST (HostStage2, of_virt_has_the_devices_and_neither_gich_nor_gicv) {
    auto machine = HostMachine::booted (BoardName::virt);
    expect_identity (machine, 0x0800'0000);
    expect_identity (machine, 0x0801'1fff);
    expect_identity (machine, 0x0900'0000);
    expect_identity (machine, 0x0a00'3e00);
    expect_identity (machine, 0xff'ffff'ffff);
    expect_nothing (machine, 0x0800'1000);
    expect_nothing (machine, 0x0801'2000);
    expect_nothing (machine, 0x0803'0000);
    expect_nothing (machine, 0x0804'0000);
    expect_nothing (machine, 0x0905'0000);
    expect_nothing (machine, 0x0e00'0000);
}

TEST (HostStage2, of_the_pi_has_the_devices_without_gich_gicv_pm_and_the_local_block) {
    auto machine = HostMachine::booted (BoardName::pi4b);
    expect_identity (machine, 0xfc00'0000);
    expect_identity (machine, 0xfe0f'ffff);
    expect_identity (machine, 0xfe20'1000);
    expect_identity (machine, 0xff7f'ffff);
    expect_identity (machine, 0xff84'1000);
    expect_identity (machine, 0xff84'3fff);
    expect_identity (machine, 0x6'0000'0000);
    expect_nothing (machine, 0xfe10'0000);
    expect_nothing (machine, 0xfe10'0fff);
    expect_nothing (machine, 0xff80'0000);
    expect_nothing (machine, 0xff84'0000);
    expect_nothing (machine, 0xff84'4000);
    expect_nothing (machine, 0xff84'5000);
    expect_nothing (machine, 0xff84'6000);
    expect_nothing (machine, 0xffff'f000);
}

TEST (HostStage2, forwarded_devices_are_in_no_window) {
    for (const Board &board : boards ()) {
        for (const PaRange &device : board.forwarded) {
            for (const PaRange &window : board.host_devices) {
                EXPECT_FALSE (window.overlaps (device)) << board.name;
            }
        }
    }
}

TEST (HostStage2, covers_all_banks_of_an_8_gib_pi) {
    HostMachine machine{BoardName::pi4b, {.memory = 8ULL << 30}};
    ASSERT_TRUE (machine.machine ().boot ());

    for (const PaRange &bank : machine.machine ().map ().ram (8ULL << 30)) {
        expect_identity (machine, bank.start.value ());
        expect_identity (machine, bank.start.value () + bank.size / 2);
    }
}

TEST (HostStage2, says_when_ram_and_devices_overlap) {
    HostMachine machine{BoardName::virt};
    hal::Cpu &cpu = machine.hal ();
    const PaRange pages{Pa{0x4010'0000}, 64 * page_size};
    ASSERT_TRUE (cpu.reach (pages, hal::Reach::memory));

    Platform platform;
    platform.board = &virt::board;
    ASSERT_TRUE (platform.ram.push (PaRange{Pa{0x0800'0000}, block_size}));
    PagePool pool{pages};
    EXPECT_EQ (HostStage2::build (cpu, pool, platform, {}).error (), Status::exists);
}

TEST (HostStage2, says_when_the_pool_is_too_small) {
    HostMachine machine{BoardName::virt};
    hal::Cpu &cpu = machine.hal ();
    const PaRange pages{Pa{0x4010'0000}, 4 * page_size};
    ASSERT_TRUE (cpu.reach (pages, hal::Reach::memory));

    Platform platform;
    platform.board = &virt::board;
    ASSERT_TRUE (platform.ram.push (PaRange{Pa{0x4000'0000}, 3 * block_size}));
    for (std::uint64_t size = 0; size < pages.size; size += page_size) {
        PagePool pool{PaRange{pages.start, size}};
        EXPECT_EQ (HostStage2::build (cpu, pool, platform, {}).error (), Status::no_memory) << size;
    }
}

TEST (HostStage2, takes_what_lies_in_two_blocks_apart_and_makes_both_whole_again) {
    HostMachine machine{BoardName::virt};
    hal::Cpu &cpu = machine.hal ();
    const PaRange pages{Pa{0x4010'0000}, 16 * page_size};
    ASSERT_TRUE (cpu.reach (pages, hal::Reach::memory));
    PagePool pool{pages};

    Platform platform;
    platform.board = &virt::board;
    ASSERT_TRUE (platform.ram.push (PaRange{Pa{0x4000'0000}, 3 * block_size}));
    auto stage2 = HostStage2::build (cpu, pool, platform, {});
    ASSERT_TRUE (stage2);
    const auto free = pool.available ();
    const Pa second{0x4000'0000 + block_size};
    const PaRange taken{Pa{second.value () - page_size}, 2 * page_size};
    ASSERT_TRUE (stage2->take (cpu, pool, taken));
    EXPECT_EQ (pool.available (), free - 2) << "a table of pages for each block";
    ASSERT_TRUE (stage2->give (cpu, pool, taken));
    EXPECT_EQ (pool.available (), free);
    EXPECT_EQ (stage2->translate (cpu, Ipa{second.value ()}), second);
}

TEST (HostStage2, has_a_table_for_each_block_and_each_gib_that_ram_lies_in) {
    Platform platform;
    EXPECT_EQ (HostStage2::most_tables (platform), 0U);
    ASSERT_TRUE (platform.ram.push (PaRange{Pa{0x4000'0000 + block_size - page_size}, 2 * page_size}));
    EXPECT_EQ (HostStage2::most_tables (platform), 2U + 1U);
    ASSERT_TRUE (platform.ram.push (PaRange{Pa{0x8000'0000 - page_size}, 2 * page_size}));
    EXPECT_EQ (HostStage2::most_tables (platform), 2U + 1U + 2U + 2U);
}

TEST (HostStage2, vtcr_asks_for_40_bits_from_level_1_through_the_caches) {
    // T0SZ 24, SL0 1, IRGN0 and ORGN0 1, SH0 3, TG0 0, PS 2, bit 31 RES1.
    EXPECT_EQ (HostStage2::vtcr (), 0x8002'3558U);
}

}  // namespace ravelin
