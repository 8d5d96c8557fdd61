// SPDX-License-Identifier: BSD-2-Clause
#include "sim/twin/divergence.hpp"
#include "sim/twin/twin.hpp"
#include "tests/unit/hyp/vm_machine.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace ravelin::test {

using namespace sim;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::ThrowsMessage;

namespace {
constexpr std::uint32_t nop  = 0xd503'201f;
constexpr std::uint32_t eret = 0xd69f'03e0;

/// A set of instructions: those that are @p value in the bits of @p mask, from offset @p from on to @p to.
struct Pattern {
    std::uint32_t mask;
    std::uint32_t value;
    std::uint64_t from{0};
    std::uint64_t to{~0ULL};
};

/// The image with @p instead @p before instructions in front of each that matches @p pattern.
[[nodiscard]] auto image_without (Pattern pattern, std::uint64_t before = 0, std::uint32_t instead = nop) -> A64Image {
    const A64Image whole{RAVELIN_ELF};
    std::ifstream stream{RAVELIN_ELF, std::ios::binary};
    std::vector<char> file{std::istreambuf_iterator<char>{stream}, {}};
    // The code is in the file as it is in memory, wherever that is.
    const auto code  = whole.bytes ().first (whole.code_size ());
    const auto *from = reinterpret_cast<const char *> (code.data ());
    const auto found = std::search (file.begin (), file.end (), from, from + code.size ());
    if (found == file.end ()) { throw std::logic_error{"the code isn't in the file in one piece"}; }
    for (std::uint64_t offset = pattern.from; offset + 4 <= std::min (code.size (), pattern.to); offset += 4) {
        if ((whole.instruction (offset) & pattern.mask) != pattern.value) { continue; }
        std::memcpy (&*found + offset - 4 * before, &instead, sizeof instead);
    }
    const auto name =
        testing::TempDir () + "changed-" + testing::UnitTest::GetInstance ()->current_test_info ()->name () + ".elf";
    std::ofstream{name, std::ios::binary}.write (file.data (), static_cast<std::streamsize> (file.size ()));
    return A64Image{name};
}

/// Where the image goes on behind the first instructions.
[[nodiscard]] auto behind_first_instructions () -> std::uint64_t {
    return A64Image{RAVELIN_ELF}.symbol ("ravelin_restore_all").offset;
}

void boot_and_call () {
    auto host = HostMachine::booted (BoardName::virt);
    host.call ({RAVELIN_NULL});
}
}  // namespace

TEST (Twin, image_does_what_the_library_does) {
    // The largest Pi has RAM beyond 4 GiB, which EL2 has to reach.
    constexpr std::uint64_t most = 8ULL << 30;
    for (const auto &[board, memory] :
         {std::pair{BoardName::virt, MachineOptions{}.memory}, std::pair{BoardName::pi4b, most}}) {
        const A64Image image{RAVELIN_ELF};
        const Twins twins{image};
        auto host = HostMachine::booted (board, {.cpus = 4, .memory = memory});
        host.call ({RAVELIN_NULL});

        EXPECT_EQ (twins.count ().machines, 1);
        EXPECT_EQ (twins.count ().traps, 1);
        EXPECT_EQ (twins.count ().lost, 0);
    }
}

TEST (Twin, sees_a_register_that_the_vectors_do_not_restore) {
    // The last but one in front of ERET: of X29 and X30.
    const A64Image image = image_without ({~0U, eret}, 2);
    const Twins twins{image};

    EXPECT_THAT (&boot_and_call, ThrowsMessage<Divergence> (ContainsRegex ("X(29|30): library 0x0, image 0x[1-9a-f]")));
}

TEST (Twin, sees_a_system_register_that_is_not_written) {
    constexpr Pattern msr_vtcr_el2{0xffff'ffe0, 0xd51c'2140};
    const A64Image image = image_without (msr_vtcr_el2);
    const Twins twins{image};

    EXPECT_THAT (&boot_and_call, ThrowsMessage<Divergence> (HasSubstr ("system register S3_4_C2_C1_2")));
}

TEST (Twin, sees_a_barrier_that_is_missing) {
    const A64Image image = image_without ({0xffff'f0ff, 0xd503'309f, behind_first_instructions ()});
    const Twins twins{image};

    // The first one outside boot: a core that is parked says so before it sleeps.
    EXPECT_THAT (
        [] { static_cast<void> (HostMachine::booted (BoardName::pi4b, {.cpus = 2})); },
        ThrowsMessage<Divergence> (HasSubstr ("the library does this: DSB with CRm 0xb; and the image this: ")));
}

TEST (Twin, sees_a_barrier_that_reaches_less_far) {
    constexpr std::uint32_t ish   = 0xd503'3b9f;
    constexpr std::uint32_t alone = 0xd503'379f;  // NSH
    const A64Image image          = image_without ({~0U, ish, behind_first_instructions ()}, 0, alone);
    const Twins twins{image};

    EXPECT_THAT ([] { static_cast<void> (HostMachine::booted (BoardName::pi4b, {.cpus = 2})); },
                 ThrowsMessage<Divergence> (HasSubstr ("DSB with CRm 0xb; and the image this: DSB with CRm 0x7")));
}

TEST (Twin, sees_an_mmu_that_is_turned_on_with_no_isb) {
    const A64Image whole{RAVELIN_ELF};
    std::uint64_t turns_on = whole.symbol ("enable_mmu").offset;
    while ((whole.instruction (turns_on) & 0xffff'ffe0) != 0xd51c'1000) {
        turns_on += 4;
    }
    const A64Image image = image_without ({0, 0, turns_on + 4, turns_on + 8});
    const Twins twins{image};

    EXPECT_THAT (&boot_and_call, ThrowsMessage<Divergence> (HasSubstr ("writes SCTLR_EL2, and no ISB follows")));
}

TEST (Twin, sees_a_translation_that_may_not_be_there_yet) {
    constexpr std::uint64_t write_not_permitted = 1U << 6 | 0b001111;  // WnR, and DFSC

    const A64Image image = image_without ({0xffff'f0ff, 0xd503'30df, behind_first_instructions ()});
    const Twins twins{image};
    VmMachine machine;
    const auto plain = machine.make_vm (false);
    machine.call ({RAVELIN_VM_LEND, plain, VmMachine::ram, machine.pages (1), 1, 0});
    machine.enter (plain);

    EXPECT_THAT ([&machine] { static_cast<void> (machine.guest_abort (VmMachine::ram, write_not_permitted)); },
                 ThrowsMessage<Divergence> (HasSubstr ("PAR_EL1 with no ISB behind AT")));
}

TEST (Twin, sees_fp_registers_that_may_trap_yet) {
    const A64Image image = image_without ({0xffff'f0ff, 0xd503'30df, behind_first_instructions ()});
    const Twins twins{image};
    VmMachine machine;
    machine.enter (machine.make_vm (true));

    EXPECT_THAT ([&machine] { static_cast<void> (machine.guest_trap (esr::Class::fp, 0)); },
                 ThrowsMessage<Divergence> (HasSubstr ("FP registers with no ISB behind CPTR_EL2")));
}

TEST (Twin, sees_an_exception_of_the_images_own) {
    // With EL2's tables not in place, its first load with the MMU on goes nowhere.
    constexpr Pattern msr_ttbr0_el2{0xffff'ffe0, 0xd51c'2000};
    const A64Image image = image_without (msr_ttbr0_el2);
    const Twins twins{image};

    EXPECT_THROW (boot_and_call (), Divergence);
}

TEST (Twin, sees_what_the_first_instructions_leave_out) {
    constexpr Pattern dc_ivac{0xffff'ffe0, 0xd508'7620};
    constexpr Pattern ic_iallu{~0U, 0xd508'751f};
    constexpr Pattern msr_cpuactlr_el1{0xffff'ffe0, 0xd519'f200};
    constexpr Pattern tlbi_alle2{~0U, 0xd50c'871f};
    const A64Image whole{RAVELIN_ELF};
    // Before and behind what is stored past caches.
    const auto target = whole.symbol ("invalidate_image").offset;
    std::vector<std::uint64_t> calls;
    for (std::uint64_t offset = 0; offset < target; offset += 4) {
        if (whole.instruction (offset) == (0x9400'0000 | (target - offset) / 4)) { calls.push_back (offset); }
    }
    ASSERT_EQ (calls.size (), 2);

    struct Missing {
        Pattern what;
        const char *seen;
        std::uint32_t instead = nop;
    };
    constexpr std::uint32_t dsb_ishst = 0xd503'3a9f;
    const Pattern of_lines{0xffff'f0ff, 0xd503'309f, target, target + 64};
    const auto turns_on = whole.symbol ("enable_mmu").offset;
    const Pattern of_all{0xffff'f0ff, 0xd503'309f, turns_on, turns_on + 128};
    for (const Missing &missing : {
             Missing{dc_ivac, "a dirty line may come to memory over what is stored"},
             Missing{{0, 0, calls[0], calls[0] + 4}, "a dirty line may come to memory over what is stored"},
             Missing{{0, 0, calls[1], calls[1] + 4}, "what was written past caches"},
             Missing{of_lines, "a dirty line may come to memory over"},
             Missing{of_lines, "a dirty line may come to memory over", dsb_ishst},
             Missing{of_all, "instruction caches may have anything"},
             Missing{of_all, "instruction caches may have anything", dsb_ishst},
             Missing{ic_iallu, "instruction caches may have anything"},
             Missing{tlbi_alle2, "TLBs may have anything"},
             Missing{msr_cpuactlr_el1, "erratum 859971"},
         }) {
        const A64Image image = image_without (missing.what, 0, missing.instead);
        const Twins twins{image};
        EXPECT_THAT (&boot_and_call, ThrowsMessage<Divergence> (HasSubstr (missing.seen)));
    }
}

TEST (Twin, names_the_trap) {
    const A64Image image = image_without ({~0U, eret}, 2);
    const Twins twins{image};

    EXPECT_THAT (&boot_and_call, ThrowsMessage<Divergence> (HasSubstr ("trap 1 (boot of the host on CPU 0")));
}

TEST (Twin, follows_no_machine_whose_cpus_change_in_the_middle_of_a_trap) {
    const A64Image image{RAVELIN_ELF};
    const Twins twins{image};
    auto host = HostMachine::booted (BoardName::virt, {.cpus = 2, .preemption = 10});

    EXPECT_EQ (host.machine ().witness (), nullptr);
}

}  // namespace ravelin::test
