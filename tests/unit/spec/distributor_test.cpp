// SPDX-License-Identifier: BSD-2-Clause
// The registers of a distributor, as guests find them.
#include "sim/spec/distributor.hpp"
#include "tests/unit/spec/gic_host.hpp"

namespace ravelin::spec::test {
namespace {

class SpecDistributor : public GicHost {
  protected:
    SpecDistributor () { enter (); }

    /// vCPU 1 forgets what was sent to it.
    void forget () {
        enter (1, 1);
        store (0xf14, 0xffff'ffff, 4, 0, 1);
        interrupt (1);
    }
};

TEST_F (SpecDistributor, says_what_it_is) {
    EXPECT_EQ (load (0x000).value, 0);
    EXPECT_EQ (load (0x004).value, 0b001'00010) << "two vCPUs, 96 INTIDs";
    EXPECT_EQ (load (0x008).value, 0x0200'143b);
    EXPECT_EQ (load (0xfe8).value, 0x2b);
    EXPECT_EQ (load (0xfd0).value, 0x04);
    EXPECT_EQ (load (0xffc).value, 0xb1);
    for (const std::uint64_t reserved : {0x00cU, 0x07cU, 0xd00U, 0xe00U, 0xf04U, 0xf30U, 0xfccU}) {
        store (reserved, ~0ULL);
        EXPECT_EQ (load (reserved).value, 0) << reserved;
    }
}

TEST_F (SpecDistributor, has_two_groups) {
    store (0x000, 0xffff'ffff);
    EXPECT_EQ (load (0x000).value, 3);
    store (0x080, 0xffff'ffff);
    EXPECT_EQ (load (0x080).value, 0xffff'ffff);
}

TEST_F (SpecDistributor, sgis_are_always_enabled) {
    EXPECT_EQ (load (0x100).value, 0xffff);
    store (0x180, 0xffff'ffff);
    EXPECT_EQ (load (0x100).value, 0xffff);
    store (0x100, 0xffff'ffff);
    EXPECT_EQ (load (0x180).value, 0xffff'ffff);
    store (0x180, 0x8000'0001);
    EXPECT_EQ (load (0x180).value, 0x7fff'ffff);
}

TEST_F (SpecDistributor, each_vcpu_has_private_interrupts_of_its_own) {
    store (0x100, 1U << 30);
    store (0x104, 1U << 8);
    enter (1, 1);
    EXPECT_EQ (load (0x100, 4, 1).value, 0xffff);
    EXPECT_EQ (load (0x104, 4, 1).value, 1U << 8) << "that one is shared";
}

TEST_F (SpecDistributor, pending_and_active_are_set_and_cleared_by_ones) {
    store (0x204, 0b110);
    store (0x284, 0b010);
    EXPECT_EQ (load (0x204).value, 0b100);
    EXPECT_EQ (load (0x284).value, 0b100);
    store (0x304, 0b110);
    store (0x384, 0b010);
    EXPECT_EQ (load (0x304).value, 0b100);
    EXPECT_EQ (load (0x384).value, 0b100);
    store (0x200, 0xffff'ffff);
    EXPECT_EQ (load (0x200).value, 0xffff'0000) << "SGIs have registers of their own";
}

TEST_F (SpecDistributor, priorities_have_five_bits) {
    store (0x400, 0xffff'ffff);
    EXPECT_EQ (load (0x400).value, 0xf8f8'f8f8);
    store (0x421, 0x77, 1);
    EXPECT_EQ (load (0x420).value, 0x7000);
    EXPECT_EQ (load (0x421, 1).value, 0x70);
}

TEST_F (SpecDistributor, targets_are_of_vcpus_that_there_may_be) {
    EXPECT_EQ (load (0x800).value, 0x0101'0101);
    store (0x800, 0xffff'ffff);
    EXPECT_EQ (load (0x800).value, 0x0101'0101);
    store (0x820, 0xffff'ffff);
    EXPECT_EQ (load (0x820).value, 0x0303'0303);
    enter (1, 1);
    EXPECT_EQ (load (0x81c, 4, 1).value, 0x0202'0202);
}

TEST_F (SpecDistributor, spis_are_levels_or_edges) {
    EXPECT_EQ (load (0xc00).value, 0xaaaa'aaaa);
    store (0xc04, 0xffff'ffff);
    EXPECT_EQ (load (0xc04).value, 0);
    store (0xc08, 0xffff'ffff);
    EXPECT_EQ (load (0xc08).value, 0xaaaa'aaaa);
}

TEST_F (SpecDistributor, there_is_nothing_beyond_the_last_interrupt) {
    for (const std::uint64_t offset : {0x08cU, 0x10cU, 0x20cU, 0x30cU, 0x460U, 0x860U, 0xc18U}) {
        store (offset, 0xffff'ffff);
        EXPECT_EQ (load (offset).value, 0) << offset;
    }
}

TEST_F (SpecDistributor, takes_bytes_where_it_says_so_and_words_everywhere) {
    store (0x100, 0xff, 1);
    store (0x102, 0xff, 1);
    store (0x104, 0xff, 2);
    store (0x104, 0xff, 8);
    store (0x422, 0xffff, 2);
    store (0x422, 0xffff'ffff, 4);
    EXPECT_EQ (load (0x104).value, 0);
    EXPECT_EQ (load (0x420).value, 0);
    for (const unsigned size : {1U, 2U, 8U}) {
        EXPECT_EQ (load (0x100, size).value, 0) << size;
    }
}

TEST_F (SpecDistributor, what_no_syndrome_describes_is_an_abort) {
    for (const std::uint64_t ipa : {gicd, gicc + page_bytes}) {
        last = spec.guest_fault (0, {.ipa = ipa});
        EXPECT_EQ (last.next, Next::guest_abort);
    }
}

TEST_F (SpecDistributor, an_sgi_goes_where_sgir_says) {
    EXPECT_EQ (resume ({}), "");
    const auto sent = [&] (std::uint64_t value, std::uint64_t self, std::uint64_t other) {
        store (0xf00, value);
        EXPECT_EQ (interrupt_of (5, 0).sources, self) << std::hex << value;
        EXPECT_EQ (interrupt_of (5, 1).sources, other) << std::hex << value;
        store (0xf14, 0xffff'ffff);
        forget ();
    };
    sent (0x0001'0005, 1, 0);
    sent (0x00ff'0005, 1, 1);
    sent (0x0100'0005, 0, 1);
    sent (0x0200'0005, 1, 0);
    sent (0x03ff'0005, 0, 0);
}

TEST_F (SpecDistributor, sgis_are_pending_by_source) {
    store (0xf24, 0x0000'0200);
    EXPECT_EQ (load (0xf24).value, 0x0200);
    EXPECT_EQ (load (0xf15, 1).value, 0x02);
    EXPECT_EQ (load (0x200).value, 1U << 5);
    store (0xf14, 0x0000'0100);
    EXPECT_EQ (load (0x200).value, 1U << 5) << "another source";
    store (0xf15, 0x02, 1);
    EXPECT_EQ (load (0x200).value, 0);
    store (0xf24, 0xff);
    EXPECT_EQ (load (0xf24).value, 0x03) << "vCPUs that there may be";
}

TEST_F (SpecDistributor, a_vcpu_that_does_not_run_is_woken_by_an_sgi) {
    interrupt ();
    open (40);
    unmask ();
    enter ();
    store (0xf00, 0x0002'0001, 4, 0b10);
    EXPECT_TRUE (exited (RAVELIN_EXIT_WAKE, 0b10));
    enter ();
    store (0xf00, 0x0002'0002);
    EXPECT_EQ (last.next, Next::guest) << "whoever runs it knows";
}

TEST_F (SpecDistributor, waking_nobody_or_somebody_else_is_wrong) {
    interrupt ();
    open (40);
    unmask ();
    enter ();
    const Specification before = spec;
    store (0xf00, 0x0002'0001);
    EXPECT_NE (last.objection, "");
    spec = before;
    store (0xf00, 0x0002'0001, 4, 0b01);
    EXPECT_NE (last.objection, "");
}

TEST (SpecGic, a_vm_with_one_vcpu_has_no_targets) {
    Vm vm;
    vm.gic.emplace (gicd, gicc, 64, 1);
    vm.vcpus[0] = new_vcpu (0, 0);
    const Distributor distributor{vm, 0};
    distributor.write (0x820, 4, 0xffff'ffff);
    EXPECT_EQ (distributor.read (0x800, 4).value, 0);
    EXPECT_EQ (distributor.read (0x820, 4).value, 0);
    EXPECT_EQ (vm.gic->targets (vm.gic->at (0, 32)), 1) << "where everything goes";
}

TEST (SpecGic, the_last_four_of_1024_do_not_exist) {
    Vm vm;
    vm.gic.emplace (gicd, gicc, 1024, 1);
    vm.vcpus[0] = new_vcpu (0, 0);
    const Distributor distributor{vm, 0};
    distributor.write (0x17c, 4, 0xffff'ffff);
    EXPECT_EQ (distributor.read (0x17c, 4).value, 0x0fff'ffff);
    EXPECT_EQ (distributor.read (0x004, 4).value, 31);
}

}  // namespace
}  // namespace ravelin::spec::test
