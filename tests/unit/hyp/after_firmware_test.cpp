// SPDX-License-Identifier: BSD-2-Clause

// Whatever firmware, or who had the machine before, leaves behind makes no difference.
#include "tests/unit/hyp/host_machine.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <gtest/gtest.h>
#include <string>

namespace ravelin {

namespace {
using namespace hal::sysreg;
using sim::BoardMap;
using sim::BoardName;
using test::HostMachine;

constexpr std::uint32_t cpus   = 2;
constexpr std::uint64_t memory = 128U << 20;
constexpr std::uint64_t mmu_on = 1;  // SCTLR_EL1.M

/// A machine that is ready to boot.
class AfterFirmwareOf : public testing::Test {
  protected:
    explicit AfterFirmwareOf (BoardName board) : machine_{board, {.cpus = cpus, .memory = memory}} {}

    void boot () { ASSERT_TRUE (machine_.machine ().boot ()); }

    void turn_on_second () {
        ASSERT_EQ (machine_.call ({PSCI_CPU_ON_64, 1, map ().image.value () + 0x100'0000, 0x77}), PSCI_SUCCESS);
        machine_.machine ().settle ();
        ASSERT_EQ (machine_.machine ().cpu (1U).state (), sim::Processor::State::host);
    }

    [[nodiscard]] auto map () -> const BoardMap & { return machine_.machine ().map (); }
    [[nodiscard]] auto hal (std::uint32_t cpu) -> hal::Cpu & { return machine_.hal (cpu); }
    [[nodiscard]] auto machine () -> sim::Machine & { return machine_.machine (); }

    void write (std::uint32_t cpu, Pa word, std::uint32_t value) {
        ASSERT_TRUE (machine ().bus ().write (CpuIndex{cpu}, word, sizeof value, value));
    }
    [[nodiscard]] auto read (std::uint32_t cpu, Pa word) -> std::uint64_t {
        return machine ().bus ().read (CpuIndex{cpu}, word, sizeof (std::uint32_t)).value_or (~0ULL);
    }

    /// The host finds 0 in all registers of a CPU but X0.
    void expect_new_registers (std::uint32_t cpu) {
        const auto &x = machine ().cpu (cpu).registers ().x;
        EXPECT_TRUE (std::all_of (x.begin () + 1, x.end (), [] (std::uint64_t each) { return each == 0; })) << cpu;
    }

  private:
    HostMachine machine_;
};

class AfterFirmware : public AfterFirmwareOf, public testing::WithParamInterface<BoardName> {
  protected:
    AfterFirmware () : AfterFirmwareOf{GetParam ()} {}
};

class AfterFirmwareOfPi : public AfterFirmwareOf {
  protected:
    AfterFirmwareOfPi () : AfterFirmwareOf{BoardName::pi4b} {}
};
}  // namespace

INSTANTIATE_TEST_SUITE_P (Boards, AfterFirmware, testing::Values (BoardName::virt, BoardName::pi4b),
                          [] (const auto &board) -> std::string {
                              return board.param == BoardName::virt ? "virt" : "pi4b";
                          });

TEST_P (AfterFirmware, every_page_but_ravelins_is_the_hosts_whatever_memory_held) {
    constexpr int rubbish = 0xa5;
    constexpr std::array<std::byte, page_size> nothing{};
    const PaRange image{map ().image, sim::RavelinImage::own_size};
    for (const PaRange &bank : map ().ram (memory)) {
        const std::span bytes{machine ().bus ().find_ram (bank)->at (bank.start), bank.size};
        for (Pa page = bank.start; page < bank.end (); page = page + page_size) {
            const auto own = bytes.subspan (page - bank.start, page_size);
            // Nobody has loaded anything there.
            const bool free = std::memcmp (own.data (), nothing.data (), page_size) == 0;
            if (free && !image.contains (page)) { std::memset (own.data (), rubbish, page_size); }
        }
    }
    boot ();
    auto &owners          = machine ().hypervisor ().vms ().host_memory ().at_rest ();
    std::uint64_t strange = 0;
    std::uint64_t hosts   = 0;
    for (const PaRange &bank : map ().ram (memory)) {
        for (Pa page = bank.start; page < bank.end (); page = page + page_size) {
            const auto state = owners.state (hal (0), page);
            ASSERT_TRUE (state);
            hosts += state->is_hosts_alone () ? 1 : 0;
            strange += state->is_hosts_alone () || state->owner () == Owner::ravelin () ? 0 : 1;
        }
    }
    EXPECT_EQ (strange, 0U);
    EXPECT_GT (hosts, memory / page_size / 2);
}

TEST_P (AfterFirmware, the_host_finds_nothing_in_registers) {
    machine ().cpu (0U).registers ().x.fill (7);
    boot ();
    expect_new_registers (0);
    machine ().cpu (1U).registers ().x.fill (7);
    turn_on_second ();
    expect_new_registers (1);
}

TEST_P (AfterFirmware, a_cpu_that_the_host_has_turned_off_begins_with_its_mmu_off) {
    boot ();
    turn_on_second ();
    hal (1).write<sctlr_el1> (hal (1).read<sctlr_el1> () | mmu_on);
    static_cast<void> (machine ().cpu (1U).hvc (machine ().cpu (1U).registers () = {.x = {PSCI_CPU_OFF}}));
    machine ().settle ();
    turn_on_second ();
    EXPECT_EQ (hal (1).read<sctlr_el1> (), 0x30d0'0800U);
}

TEST_P (AfterFirmware, no_timer_of_el2_goes_on) {
    hal (0).write<cnthp_ctl_el2> (1);
    boot ();
    EXPECT_EQ (hal (0).read<cnthp_ctl_el2> () & 1, 0U);
}

TEST_P (AfterFirmware, nothing_is_left_in_the_virtual_interface_of_any_cpu) {
    const Pa control                 = map ().virtual_control.start;
    constexpr std::uint64_t enabled  = 0x000;
    constexpr std::uint64_t vmcr     = 0x008;
    constexpr std::uint64_t apr      = 0x0f0;
    constexpr std::uint64_t lr0      = 0x100;
    constexpr std::uint32_t active   = 1U << 29;
    constexpr std::uint32_t spi      = 40;
    constexpr std::uint64_t each_one = sizeof (std::uint32_t);
    for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) {
        for (std::uint32_t i = 0; i < 4; ++i) {
            write (cpu, control + lr0 + i * each_one, active | (spi + i));
        }
        write (cpu, control + vmcr, 0xf800'0001);
        write (cpu, control + apr, 1);
        write (cpu, control + enabled, 1);
    }
    boot ();
    turn_on_second ();
    for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) {
        // Binary points have a least value of their own.
        EXPECT_EQ (read (cpu, control + vmcr) & 0xf800'001f, 0U) << cpu;
        for (const std::uint64_t word : {enabled, apr, lr0, lr0 + each_one, lr0 + 2 * each_one, lr0 + 3 * each_one}) {
            EXPECT_EQ (read (cpu, control + word), 0U) << "CPU " << cpu << ", GICH + " << std::hex << word;
        }
    }
}

TEST_F (AfterFirmwareOfPi, a_core_that_waits_listens_to_its_wake_alone_and_leaves_the_host_nothing) {
    constexpr std::uint64_t enable     = 0x100;
    constexpr std::uint64_t pend       = 0x200;
    constexpr std::uint64_t activate   = 0x300;
    constexpr std::uint64_t priorities = 0x400;
    constexpr std::uint32_t every      = 0xffff'ffff;
    constexpr std::uint32_t ppis       = 0xffff'0000;
    constexpr std::uint32_t kick       = 1U << Gic::kick_intid;
    const Pa distributor               = map ().distributor.start;
    const Pa interface                 = map ().cpu_interface.start;
    write (1, distributor + enable, every);
    write (1, distributor + pend, ppis);
    write (1, distributor + activate, every);
    write (1, distributor + priorities + 12, 0xf0f0'f0f0);
    write (1, interface + 0xd0, 1);
    boot ();

    EXPECT_EQ (read (1, distributor + enable) & (ppis | kick), kick);
    EXPECT_EQ (read (1, distributor + pend) & ppis, 0U);
    EXPECT_EQ (read (1, distributor + activate), 0U);
    EXPECT_EQ (read (1, distributor + priorities + 12), 0U);
    EXPECT_EQ (read (1, interface + 0xd0), 0U);
    EXPECT_NE (read (1, interface + 4), 0U) << "its priority passes";
    EXPECT_EQ (read (1, interface), 1U);

    turn_on_second ();
    EXPECT_EQ (read (1, distributor + enable) & ppis, 0U);
    EXPECT_EQ (read (1, distributor + activate), 0U) << "the wake has been ended";
    EXPECT_EQ (read (1, interface), 0U);
    EXPECT_EQ (read (1, interface + 4), 0U);
}

}  // namespace ravelin
