// SPDX-License-Identifier: BSD-2-Clause

// The registers of a VM's distributor, as its guest finds them.  [IHI 0048B, 4.3]

#include "tests/unit/hyp/vgic_machine.hpp"

#include <gtest/gtest.h>
#include <utility>

namespace ravelin {

namespace {
using test::PlayedCpu;
using test::Vgic;
using namespace test;

class VgicRegisters : public Vgic {
  protected:
    VgicRegisters () { guest.enter (vm); }

    /// What a register keeps of all ones, and of zeros after that.
    void expect_kept (std::uint64_t offset, std::uint64_t ones, std::uint64_t zeros, unsigned bytes = 4) {
        guest.store (offset, ~0U, bytes);
        EXPECT_EQ (guest.load (offset, bytes), ones) << std::hex << offset;
        guest.store (offset, 0, bytes);
        EXPECT_EQ (guest.load (offset, bytes), zeros) << std::hex << offset;
    }
};

/// The largest distributor there can be.
class VgicLargest : public Vgic {
  protected:
    VgicLargest () : Vgic{{.vcpus = 2, .limit = RAVELIN_MAX_VCPUS, .intids = 1024}} { guest.enter (vm); }
};

class VgicOneVcpu : public Vgic {
  protected:
    VgicOneVcpu () : Vgic{{.vcpus = 1}} {}
};
}  // namespace

TEST_F (VgicRegisters, are_as_at_reset) {
    EXPECT_EQ (guest.load (gicd::ctlr), 0U);
    EXPECT_EQ (guest.load (gicd::typer), 0x42U) << "96 INTIDs, three CPUs";
    EXPECT_EQ (guest.load (gicd::iidr), 0x0200'143bU);
    for (std::uint64_t bank = 0; bank < 3; ++bank) {
        EXPECT_EQ (guest.load (gicd::isenabler + 4 * bank), bank == 0 ? 0xffffU : 0U);
        EXPECT_EQ (guest.load (gicd::icenabler + 4 * bank), bank == 0 ? 0xffffU : 0U);
        for (const auto kind : {gicd::igroupr, gicd::ispendr, gicd::icpendr, gicd::isactiver, gicd::icactiver}) {
            EXPECT_EQ (guest.load (kind + 4 * bank), 0U) << std::hex << kind << ", bank " << bank;
        }
        for (std::uint64_t i = 0; i < 32; i += 4) {
            EXPECT_EQ (guest.load (gicd::ipriorityr + 32 * bank + i), 0U);
            EXPECT_EQ (guest.load (gicd::itargetsr + 32 * bank + i), bank == 0 ? 0x0101'0101U : 0U);
        }
        EXPECT_EQ (guest.load (gicd::icfgr + 8 * bank), bank == 0 ? 0xaaaa'aaaaU : 0U);
        EXPECT_EQ (guest.load (gicd::icfgr + 8 * bank + 4), 0U);
    }
    for (std::uint64_t i = 0; i < 16; i += 4) {
        EXPECT_EQ (guest.load (gicd::cpendsgir + i), 0U);
        EXPECT_EQ (guest.load (gicd::spendsgir + i), 0U);
    }
}

TEST_F (VgicRegisters, identify_a_gic_400) {
    constexpr std::array<std::uint64_t, 12> values{0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1};
    for (std::size_t i = 0; i < values.size (); ++i) {
        guest.store (0xfd0 + 4 * i, ~0U);
        EXPECT_EQ (guest.load (0xfd0 + 4 * i), values[i]) << i;
    }
}

TEST_F (VgicRegisters, read_only_ones_ignore_what_is_written) {
    for (const auto offset : {gicd::typer, gicd::iidr}) {
        const auto before = guest.load (offset);
        guest.store (offset, ~before);
        EXPECT_EQ (guest.load (offset), before);
    }
}

TEST_F (VgicRegisters, control_has_two_enables) {
    expect_kept (gicd::ctlr, 3, 0);
    guest.store (gicd::ctlr, 2);
    EXPECT_EQ (guest.load (gicd::ctlr), 2U);
}

TEST_F (VgicRegisters, groups_are_kept_of_every_interrupt) {
    for (std::uint64_t bank = 0; bank < 3; ++bank) {
        expect_kept (gicd::igroupr + 4 * bank, ~0U, 0);
    }
}

TEST_F (VgicRegisters, enables_are_set_by_one_register_and_cleared_by_the_other_but_of_sgis) {
    for (std::uint64_t bank = 0; bank < 3; ++bank) {
        const auto stay = bank == 0 ? 0xffffU : 0U;
        guest.store (gicd::isenabler + 4 * bank, 0x1111'0010);
        guest.store (gicd::isenabler + 4 * bank, 0x0022'0000);
        EXPECT_EQ (guest.load (gicd::isenabler + 4 * bank), 0x1133'0010U | stay);
        guest.store (gicd::icenabler + 4 * bank, 0x0101'0010);
        EXPECT_EQ (guest.load (gicd::icenabler + 4 * bank), 0x1032'0000U | stay);
    }
}

TEST_F (VgicRegisters, pending_is_set_by_one_register_and_cleared_by_the_other_but_of_sgis) {
    for (std::uint64_t bank = 0; bank < 3; ++bank) {
        const auto stay = bank == 0 ? 0xffffU : 0U;
        guest.store (gicd::ispendr + 4 * bank, 0x1111'0010);
        guest.store (gicd::ispendr + 4 * bank, 0x0022'0000);
        EXPECT_EQ (guest.load (gicd::icpendr + 4 * bank), 0x1133'0010U & ~stay);
        guest.store (gicd::icpendr + 4 * bank, 0x0101'0010);
        EXPECT_EQ (guest.load (gicd::ispendr + 4 * bank), 0x1032'0000U);
    }
}

TEST_F (VgicRegisters, pending_sgis_are_seen_there_but_stay) {
    guest.store (gicd::spendsgir + 3, 1, 1);
    guest.store (gicd::icpendr, ~0U);
    EXPECT_EQ (guest.load (gicd::ispendr), 1U << 3);
    EXPECT_EQ (guest.load (gicd::icpendr), 1U << 3);
}

TEST_F (VgicRegisters, active_is_set_by_one_register_and_cleared_by_the_other_of_sgis_too) {
    for (std::uint64_t bank = 0; bank < 3; ++bank) {
        guest.store (gicd::isactiver + 4 * bank, 0x1111'0010);
        guest.store (gicd::isactiver + 4 * bank, 0x0022'0000);
        EXPECT_EQ (guest.load (gicd::icactiver + 4 * bank), 0x1133'0010U);
        guest.store (gicd::icactiver + 4 * bank, 0x0101'0010);
        EXPECT_EQ (guest.load (gicd::isactiver + 4 * bank), 0x1032'0000U);
        guest.store (gicd::icactiver + 4 * bank, ~0U);
    }
}

TEST_F (VgicRegisters, priorities_have_five_bits) {
    for (std::uint64_t intid = 0; intid < 96; intid += 4) {
        expect_kept (gicd::ipriorityr + intid, 0xf8f8'f8f8, 0);
    }
    guest.store (gicd::ipriorityr + 40, 0xa57f'0810);
    EXPECT_EQ (guest.load (gicd::ipriorityr + 40), 0xa078'0810U);
}

TEST_F (VgicRegisters, a_byte_of_priorities_is_one_interrupts_alone) {
    for (std::uint64_t intid = 0; intid < 96; ++intid) {
        guest.store (gicd::ipriorityr + intid, 0xf8 - 8 * (intid % 16), 1);
    }
    for (std::uint64_t intid = 0; intid < 96; ++intid) {
        EXPECT_EQ (guest.load (gicd::ipriorityr + intid, 1), 0xf8 - 8 * (intid % 16)) << intid;
    }
}

TEST_F (VgicRegisters, targets_are_vcpus_that_there_may_be) {
    for (std::uint64_t intid = 32; intid < 96; intid += 4) {
        expect_kept (gicd::itargetsr + intid, 0x0707'0707, 0);
    }
    guest.store (gicd::itargetsr + 45, 0x15, 1);
    EXPECT_EQ (guest.load (gicd::itargetsr + 44), 0x0000'0500U);
    EXPECT_EQ (guest.load (gicd::itargetsr + 45, 1), 5U);
}

TEST_F (VgicRegisters, targets_of_own_interrupts_are_oneself) {
    cpu (1).enter (vm, 1);
    cpu (1).store (gicd::itargetsr + 8, ~0U);
    EXPECT_EQ (cpu (1).load (gicd::itargetsr + 8), 0x0202'0202U);
    EXPECT_EQ (cpu (1).load (gicd::itargetsr + 31, 1), 2U);
}

TEST_F (VgicRegisters, only_spis_may_be_edge_triggered) {
    expect_kept (gicd::icfgr, 0xaaaa'aaaa, 0xaaaa'aaaa);
    expect_kept (gicd::icfgr + 4, 0, 0);
    for (std::uint64_t offset = 8; offset < 24; offset += 4) {
        expect_kept (gicd::icfgr + offset, 0xaaaa'aaaa, 0);
    }
    guest.store (gicd::icfgr + 8, 0x8000'0001);
    guest.store (gicd::icfgr + 12, 0x0000'000b);
    EXPECT_EQ (guest.load (gicd::icfgr + 8), 0x8000'0000U);
    EXPECT_EQ (guest.load (gicd::icfgr + 12), 0x0000'000aU);
}

TEST_F (VgicRegisters, pending_sgis_have_a_bit_for_each_sender_in_both_registers) {
    guest.store (gicd::spendsgir + 4, 0x0700'ff02);
    EXPECT_EQ (guest.load (gicd::spendsgir + 4), 0x0700'0702U) << "vCPUs that there may be";
    guest.store (gicd::cpendsgir + 5, 0x5, 1);
    EXPECT_EQ (guest.load (gicd::cpendsgir + 4), 0x0700'0202U);
    EXPECT_EQ (guest.load (gicd::cpendsgir + 5, 1), 2U);
    EXPECT_EQ (guest.load (gicd::ispendr), 1U << 4 | 1U << 5 | 1U << 7);
    guest.store (gicd::cpendsgir + 4, 0x0700'0202);
    EXPECT_EQ (guest.load (gicd::spendsgir + 4), 0U);
    EXPECT_EQ (guest.load (gicd::ispendr), 0U);
}

TEST_F (VgicRegisters, sgir_reads_as_zero) {
    guest.store (gicd::ctlr, 0);
    guest.store (gicd::sgir, gicd::sgi (1, 1));
    EXPECT_EQ (guest.load (gicd::sgir), 0U);
}

TEST_F (VgicRegisters, of_sgis_and_ppis_are_each_vcpus_own) {
    cpu (1).enter (vm, 1);
    const std::initializer_list<std::pair<std::uint64_t, std::uint64_t>> banked{
        {gicd::igroupr, 0x8000'0001},   {gicd::isenabler, 0x4000'ffff},       {gicd::ispendr, 0x2000'0000},
        {gicd::isactiver, 0x0800'0002}, {gicd::ipriorityr + 20, 0x0810'1820},
    };
    for (const auto &[offset, value] : banked) {
        guest.store (offset, value);
    }
    for (const auto &[offset, value] : banked) {
        EXPECT_EQ (guest.load (offset), value) << std::hex << offset;
        EXPECT_EQ (cpu (1).load (offset), offset == gicd::isenabler ? 0xffffU : 0U) << std::hex << offset;
    }
}

TEST_F (VgicRegisters, of_spis_are_everybodys) {
    cpu (1).enter (vm, 1);
    const std::initializer_list<std::pair<std::uint64_t, std::uint64_t>> shared{
        {gicd::ctlr, 2},
        {gicd::igroupr + 8, 0x8000'0001},
        {gicd::isenabler + 8, 0x4000'ffff},
        {gicd::ipriorityr + 64, 0x0810'1820},
        {gicd::itargetsr + 64, 0x0102'0304},
        {gicd::icfgr + 20, 0x8000'0002},
    };
    for (const auto &[offset, value] : shared) {
        guest.store (offset, value);
    }
    for (const auto &[offset, value] : shared) {
        EXPECT_EQ (cpu (1).load (offset), value) << std::hex << offset;
    }
}

TEST_F (VgicRegisters, of_interrupts_that_are_not_there_read_zero_and_ignore_writes) {
    for (const auto offset :
         {gicd::igroupr + 12, gicd::isenabler + 12, gicd::ispendr + 12, gicd::isactiver + 12, gicd::ipriorityr + 96,
          gicd::itargetsr + 96, gicd::icfgr + 24, gicd::igroupr + 0x7c, gicd::isenabler + 0x7c, gicd::ispendr + 0x7c,
          gicd::isactiver + 0x7c, gicd::ipriorityr + 1020, gicd::itargetsr + 1020, gicd::icfgr + 0xfc}) {
        expect_kept (offset, 0, 0);
    }
    EXPECT_EQ (guest.load (gicd::ipriorityr + 96, 1), 0U);
    EXPECT_EQ (guest.load (gicd::itargetsr + 96, 1), 0U);
}

TEST_F (VgicRegisters, that_are_reserved_read_zero_and_ignore_writes) {
    for (const std::uint64_t offset : {0x00cULL, 0x010ULL, 0x020ULL, 0x03cULL, 0x040ULL, 0x07cULL, 0xd00ULL, 0xd7cULL,
                                       0xe00ULL, 0xe04ULL, 0xefcULL, 0xf04ULL, 0xf0cULL, 0xf30ULL, 0xfccULL}) {
        expect_kept (offset, 0, 0);
    }
    EXPECT_EQ (guest.load (gicd::typer), 0x42U);
    EXPECT_EQ (guest.load (gicd::isenabler), 0xffffU);
    EXPECT_EQ (guest.load (gicd::ispendr), 0U);
}

TEST_F (VgicRegisters, read_zero_and_ignore_writes_in_a_size_that_they_do_not_have) {
    for (const unsigned bytes : {1U, 2U, 8U}) {
        for (const auto offset : {gicd::ctlr, gicd::typer, gicd::iidr, gicd::igroupr + 8, gicd::isenabler + 8,
                                  gicd::ispendr + 8, gicd::isactiver + 8, gicd::icfgr + 8, gicd::sgir, 0xfe0UL}) {
            const auto before = guest.load (offset);
            guest.store (offset, ~0U, bytes);
            EXPECT_EQ (guest.load (offset, bytes), 0U) << std::hex << offset << ", bytes " << bytes;
            EXPECT_EQ (guest.load (offset), before) << std::hex << offset << ", bytes " << bytes;
        }
    }
    for (const unsigned bytes : {2U, 8U}) {
        for (const auto offset : {gicd::ipriorityr + 40, gicd::itargetsr + 40, gicd::spendsgir + 8}) {
            guest.store (offset, ~0U, bytes);
            EXPECT_EQ (guest.load (offset), 0U) << std::hex << offset << ", bytes " << bytes;
            guest.store (offset, ~0U);
            EXPECT_EQ (guest.load (offset, bytes), 0U) << std::hex << offset << ", bytes " << bytes;
            guest.store (offset, 0);
            guest.store (gicd::cpendsgir + 8, ~0U);
        }
    }
}

TEST_F (VgicRegisters, read_zero_and_ignore_writes_at_what_is_no_multiple_of_the_size) {
    for (const auto offset : {gicd::isenabler + 8, gicd::ipriorityr + 40, gicd::itargetsr + 40, gicd::spendsgir + 8}) {
        guest.store (offset + 2, ~0U);
        EXPECT_EQ (guest.load (offset), 0U) << std::hex << offset;
        EXPECT_EQ (guest.load (offset + 4), 0U) << std::hex << offset;
        guest.store (offset, ~0U);
        EXPECT_NE (guest.load (offset), 0U) << std::hex << offset;
        EXPECT_EQ (guest.load (offset + 2), 0U) << std::hex << offset;
    }
    guest.store (gicd::sgir + 2, gicd::sgi (1, 1));
    EXPECT_EQ (guest.load (gicd::ispendr) & 2, 0U);
}

TEST_F (VgicRegisters, tell_registers_of_the_guest_by_the_bytes_that_it_stores) {
    // Only the low byte of a register that is stored as a byte counts.
    guest.store (gicd::ipriorityr + 41, 0xffff'ffff'ffff'ff40, 1);
    EXPECT_EQ (guest.load (gicd::ipriorityr + 40), 0x0000'4000U);
}

TEST_F (VgicRegisters, are_no_ones_when_an_instruction_moves_more_than_one_register) {
    const auto from = guest.hal ().read<hal::sysreg::elr_el2> ();
    EXPECT_FALSE (guest.access (PlayedCpu::distributor, iss_translation));
    EXPECT_TRUE (guest.in_guest ());
    EXPECT_NE (guest.hal ().read<hal::sysreg::elr_el2> (), from);
    EXPECT_EQ (esr::fault_status.get (guest.hal ().read<hal::sysreg::esr_el1> ()), esr::external_abort);
}

TEST_F (VgicRegisters, of_the_cpu_interface_that_trap_are_dir_alone) {
    guest.x (9) = 77;
    EXPECT_TRUE (guest.access (PlayedCpu::cpu_interface + 0x1000, iss_transfer (2, 9)));
    EXPECT_EQ (guest.x (9), 0U) << "DIR is write-only";
    guest.store (gicd::isactiver + 4, 1);
    guest.x (9) = 32;
    EXPECT_TRUE (guest.access (PlayedCpu::cpu_interface + 0x1004, iss_transfer (2, 9) | iss_write));
    EXPECT_EQ (guest.load (gicd::isactiver + 4), 1U) << "not DIR";
    guest.deactivate (32, 1);
    guest.deactivate (32, 8);
    EXPECT_EQ (guest.load (gicd::isactiver + 4), 1U) << "not a word";
    guest.deactivate (32);
    EXPECT_EQ (guest.load (gicd::isactiver + 4), 0U);
    EXPECT_TRUE (guest.in_guest ());
}

TEST_F (VgicRegisters, of_the_cpu_interface_lie_in_gicv_itself) {
    auto &machines         = machine.machine ();
    const auto *const view = machines.hypervisor ().vms ().look_up (machine.hal (), vm);
    ASSERT_NE (view, nullptr);
    const auto leaf = view->stage2.find (machine.hal (), Ipa{PlayedCpu::cpu_interface});
    ASSERT_TRUE (leaf.valid ());
    EXPECT_EQ (leaf.output (Ipa{PlayedCpu::cpu_interface}), machines.map ().virtual_interface.start);
    EXPECT_TRUE (leaf.is (Vm::Kind::device));
}

TEST_F (VgicRegisters, next_to_the_gic_are_the_hosts_devices) {
    for (const auto ipa :
         {PlayedCpu::distributor - 4, PlayedCpu::distributor + page_size, PlayedCpu::cpu_interface + 2 * page_size}) {
        static_cast<void> (guest.access (ipa, iss_transfer (2, 9)));
        ASSERT_FALSE (guest.in_guest ()) << std::hex << ipa;
        EXPECT_EQ (guest.x (1), RAVELIN_EXIT_MMIO);
        guest.enter (vm);
    }
}

TEST_F (VgicLargest, has_988_spis_and_eight_vcpus) {
    EXPECT_EQ (guest.load (gicd::typer), 0xffU);
    for (const auto kind : {gicd::igroupr, gicd::isenabler, gicd::ispendr, gicd::isactiver}) {
        guest.store (kind + 0x7c, ~0U);
        EXPECT_EQ (guest.load (kind + 0x7c), 0x0fff'ffffU) << std::hex << kind;
        guest.store (kind + 0x78, ~0U);
        EXPECT_EQ (guest.load (kind + 0x78), ~0U) << std::hex << kind;
    }
    guest.store (gicd::icfgr + 0xfc, ~0U);
    EXPECT_EQ (guest.load (gicd::icfgr + 0xfc), 0x00aa'aaaaU);
    for (const auto kind : {gicd::ipriorityr, gicd::itargetsr}) {
        const auto kept = kind == gicd::ipriorityr ? 0xf8f8'f8f8U : ~0U;
        guest.store (kind + 1016, ~0U);
        EXPECT_EQ (guest.load (kind + 1016), kept);
        guest.store (kind + 1020, ~0U);
        EXPECT_EQ (guest.load (kind + 1020), 0U);
    }
}

TEST_F (VgicLargest, delivers_its_last_interrupt) {
    guest.open_interface ();
    guest.store (gicd::ctlr, 1);
    open (1019);
    EXPECT_EQ (line (1019, 1), 0U);
    guest.takes ();
    EXPECT_EQ (guest.acknowledge (), 1019U);
}

TEST_F (VgicOneVcpu, has_no_targets_but_everything_goes_to_it) {
    enter (0);
    EXPECT_EQ (guest.load (gicd::typer), 0x02U);
    for (const std::uint64_t intid : {0U, 28U, 32U, 92U}) {
        guest.store (gicd::itargetsr + intid, ~0U);
        EXPECT_EQ (guest.load (gicd::itargetsr + intid), 0U);
        guest.store (gicd::itargetsr + intid, 0);
    }
    guest.store (gicd::isenabler + 4, 1);
    set_pending (32);
    EXPECT_EQ (guest.take_all (), Taken{32});
}

}  // namespace ravelin
