// SPDX-License-Identifier: BSD-2-Clause
// What list registers may hold when a guest goes on, and what hardware does to them.
#include "tests/unit/spec/delivery_host.hpp"

namespace ravelin::spec::test {
namespace {

class SpecDelivery : public DeliveryHost {};

TEST_F (SpecDelivery, what_is_pending_is_offered_once_and_nothing_else) {
    open_all ();
    enter ();
    EXPECT_EQ (resume ({}), "");
    raise (32);
    EXPECT_NE (resume ({}), "") << "it's forgotten";
    EXPECT_NE (resume ({pending (33, worst)}), "") << "that one isn't pending";
    EXPECT_NE (resume ({pending (32, worst), pending (33, worst)}), "");
    EXPECT_NE (resume ({pending (32, worst), pending (32, worst)}), "") << "twice";
    EXPECT_NE (resume ({pending (32, worst), pending (100, worst)}), "") << "there is none of that number";
    EXPECT_EQ (resume ({pending (32, worst)}), "");
}

TEST_F (SpecDelivery, it_is_offered_as_it_is) {
    open_all ();
    enter ();
    raise (32);
    ListRegister entry = pending (32, worst);
    EXPECT_NE (resume ({pending (32, 0)}), "");
    entry.group1 = true;
    EXPECT_NE (resume ({entry}), "");
    EXPECT_NE (resume ({active (32, worst)}), "");
    entry     = pending (32, worst);
    entry.eoi = false;
    EXPECT_NE (resume ({entry}), "") << "nobody would look at the line";
    entry.eoi      = true;
    entry.hardware = true;
    EXPECT_NE (resume ({entry}), "") << "that's the physical SPI 32";
}

TEST_F (SpecDelivery, the_best_come_first) {
    open_all ({0xf0, 0x80, 0x80, 0x80, 0x80, 0x40});
    enter ();
    for (const std::uint32_t intid : {32U, 33U, 34U, 35U, 36U}) {
        raise (intid);
    }
    const std::initializer_list<ListRegister> best{pending (33), pending (34), pending (35), pending (36)};
    EXPECT_NE (resume (best), "") << "one that doesn't fit is forgotten";
    const auto offer = [this] (std::initializer_list<ListRegister> list) {
        Hardware now                   = hardware (list);
        now.interface.tells_no_pending = true;
        return spec.resumes (0, now);
    };
    EXPECT_NE (offer ({pending (32, 0xf0), pending (33), pending (34), pending (35)}), "");
    EXPECT_EQ (offer (best), "");
    EXPECT_FALSE (spec.must_be_told (0));
    raise (37);
    EXPECT_TRUE (spec.must_be_told (0)) << "it's better than what is there";
    EXPECT_NE (offer (best), "");
    EXPECT_EQ (offer ({pending (33), pending (34), pending (35), pending (37, 0x40)}), "") << "36 waits";
}

TEST_F (SpecDelivery, what_is_disabled_or_goes_elsewhere_is_not_offered) {
    open_all ();
    enter ();
    raise (32);
    store (0x184, 1);
    EXPECT_EQ (resume ({}), "");
    EXPECT_NE (resume ({pending (32, worst)}), "");
    store (0x104, 1);
    EXPECT_NE (resume ({}), "");
    store (0x820, 0b10, 1, 0b10);
    EXPECT_TRUE (exited (RAVELIN_EXIT_WAKE, 0b10)) << "vCPU 1 has it now";
    enter ();
    EXPECT_NE (resume ({pending (32, worst)}), "");
    EXPECT_EQ (resume ({}), "");
    store (0x000, 0);
    EXPECT_EQ (resume ({}), "");
}

TEST_F (SpecDelivery, a_guest_acknowledges_and_ends) {
    open_all ();
    enter ();
    raise (32);
    EXPECT_EQ (resume ({pending (32, worst)}), "");
    EXPECT_EQ (becomes ({active (32, worst)}), "");
    EXPECT_TRUE (interrupt_of (32).active);
    EXPECT_TRUE (interrupt_of (32).pending ()) << "its line is still up";
    EXPECT_EQ (resume ({active (32, worst)}), "");
    EXPECT_NE (resume ({}), "") << "it's forgotten";
    EXPECT_EQ (line (32, 0), RAVELIN_SUCCESS);
    EXPECT_EQ (becomes ({}), "");
    EXPECT_FALSE (interrupt_of (32).busy ());
    EXPECT_EQ (resume ({}), "");
}

TEST_F (SpecDelivery, a_level_that_is_still_up_comes_again) {
    open_all ();
    enter ();
    raise (32);
    EXPECT_EQ (resume ({pending (32, worst)}), "");
    EXPECT_EQ (becomes ({}), "") << "acknowledged and ended";
    EXPECT_NE (resume ({}), "");
    EXPECT_EQ (resume ({pending (32, worst)}), "");
}

TEST_F (SpecDelivery, hardware_does_nothing_else) {
    open_all ();
    enter ();
    raise (32);
    EXPECT_EQ (resume ({pending (32, worst)}), "");
    const Specification before = spec;
    const ListRegister both{.pending = true, .active = true, .intid = 32, .priority = worst, .eoi = true};
    EXPECT_NE (becomes ({both}), "") << "it came again by itself";
    spec = before;
    EXPECT_NE (becomes ({pending (33, worst)}), "");
    spec = before;
    EXPECT_NE (becomes ({pending (32, worst), pending (33, worst)}), "");
    spec = before;
    EXPECT_EQ (becomes ({active (32, worst)}), "");
    EXPECT_NE (becomes ({pending (32, worst)}), "");
}

TEST_F (SpecDelivery, an_active_one_that_finds_no_place_is_remembered) {
    open_all ({0x80, 0x40, 0x40, 0x40, 0x40});
    enter ();
    raise (32);
    EXPECT_EQ (resume ({pending (32)}), "");
    EXPECT_EQ (becomes ({active (32)}), "");
    for (const std::uint32_t intid : {33U, 34U, 35U, 36U}) {
        raise (intid);
    }
    Hardware now = hardware ({pending (33, 0x40), pending (34, 0x40), pending (35, 0x40), pending (36, 0x40)});
    EXPECT_NE (spec.resumes (0, now), "") << "ending it would be forgotten";
    now.interface.tells_ended = true;
    EXPECT_EQ (spec.resumes (0, now), "");
    now.interface.ended = 1;
    EXPECT_EQ (spec.hardware_did (0, now), "");
    EXPECT_FALSE (interrupt_of (32).active);
}

TEST_F (SpecDelivery, an_edge_that_comes_again_while_active_comes_twice) {
    open_all ();
    set (0xc08, 0b10);
    enter ();
    raise (32);
    ListRegister edge = pending (32, worst);
    edge.eoi          = false;
    EXPECT_EQ (resume ({edge}), "");
    edge.pending = false;
    edge.active  = true;
    EXPECT_EQ (becomes ({edge}), "");
    EXPECT_FALSE (interrupt_of (32).pending ());
    EXPECT_EQ (line (32, 0), RAVELIN_SUCCESS);
    raise (32);
    EXPECT_NE (resume ({edge}), "") << "it's forgotten";
    edge.eoi = true;
    EXPECT_EQ (resume ({edge}), "");
    edge.eoi     = false;
    edge.pending = true;
    EXPECT_EQ (resume ({edge}), "");
}

TEST_F (SpecDelivery, an_spi_of_two_vcpus_goes_to_one) {
    open (40, 0b11);
    unmask ();
    enter (0, 0);
    enter (1, 1);
    raise (40);
    EXPECT_EQ (resume ({pending (40)}, 0), "");
    EXPECT_NE (resume ({pending (40)}, 1), "");
    EXPECT_EQ (resume ({}, 1), "");
    EXPECT_EQ (becomes ({active (40)}, 0), "");
    EXPECT_EQ (load (0x304, 4, 1).known >> 8 & 1, 0) << "vCPU 1 can't see what vCPU 0 did";
    EXPECT_EQ (load (0x304, 4, 0).value, 1U << 8);
    interrupt (0);
    EXPECT_NE (resume ({active (40)}, 1), "") << "vCPU 0 will end it";
    EXPECT_EQ (resume ({}, 1), "");
}

TEST_F (SpecDelivery, somebody_takes_an_spi_of_two_vcpus) {
    open (40, 0b11);
    unmask ();
    enter (0, 0);
    EXPECT_EQ (spec.host_call (host_cpu, {RAVELIN_VM_SET_LINE, vm, 40, 1}).objection, "");
    EXPECT_EQ (resume ({}, 0), "") << "vCPU 1 may";
    enter (1, 1);
    EXPECT_NE (resume ({}, 1), "") << "vCPU 0 hasn't";
    EXPECT_EQ (resume ({pending (40)}, 1), "");
}

TEST_F (SpecDelivery, sgis_of_two_senders_are_two_interrupts) {
    open (40);
    unmask ();
    enter (0, 0);
    enter (1, 1);
    store (0xf00, 0x0002'0003, 4, 0, 0);
    store (0xf00, 0x0002'0003, 4, 0, 1);
    EXPECT_TRUE (spec.must_be_told (1));
    ListRegister sgi{.pending = true, .intid = 3, .source = 0};
    EXPECT_NE (resume ({sgi}, 1), "") << "the other would be forgotten";
    sgi.eoi = true;
    EXPECT_EQ (resume ({sgi}, 1), "");
    sgi.pending = false;
    sgi.active  = true;
    EXPECT_EQ (becomes ({sgi}, 1), "");
    EXPECT_EQ (interrupt_of (3, 1).sources, 0b10);
    EXPECT_EQ (resume ({sgi}, 1), "");
    EXPECT_EQ (becomes ({}, 1), "");
    EXPECT_NE (resume ({{.pending = true, .intid = 3, .source = 0}}, 1), "") << "that one has been";
    EXPECT_EQ (resume ({{.pending = true, .intid = 3, .source = 1}}, 1), "");
}

TEST_F (SpecDelivery, a_vcpu_that_leaves_takes_everything_with_it) {
    open_all ();
    enter ();
    raise (32);
    EXPECT_EQ (resume ({pending (32, worst)}), "");
    EXPECT_EQ (becomes ({active (32, worst)}), "");
    interrupt ();
    EXPECT_TRUE (interrupt_of (32).active);
    EXPECT_EQ (get (0x304), 1);
    enter ();
    EXPECT_EQ (resume ({active (32, worst)}), "");
}

TEST_F (SpecDelivery, a_cpu_that_comes_back_at_once_may_have_what_it_had) {
    open_all ();
    enter ();
    EXPECT_EQ (resume ({}), "");
    raise (32);
    Hardware now    = hardware ({});
    now.interrupted = true;
    EXPECT_EQ (spec.resumes (0, now), "");
    now.interface.list[0] = pending (33, worst);
    EXPECT_NE (spec.resumes (0, now), "");
}

TEST_F (SpecDelivery, registers_of_the_cpu_interface_are_the_guests) {
    open_all ();
    enter ();
    Hardware now                = hardware ({});
    now.interface.priority_mask = 0x10;
    EXPECT_NE (spec.resumes (0, now), "") << "Ravelin has changed it";
    EXPECT_EQ (spec.hardware_did (0, now), "") << "the guest has";
    EXPECT_EQ (spec.resumes (0, now), "");
    interrupt ();
    EXPECT_EQ (get (RAVELIN_GICC + 4), 0x10);
}

TEST_F (SpecDelivery, dir_deactivates_with_eoi_mode_1) {
    open_all ();
    set (RAVELIN_GICC, 0x203);
    enter ();
    raise (32);
    EXPECT_EQ (resume ({pending (32, worst)}), "");
    EXPECT_EQ (becomes ({active (32, worst)}), "");
    const auto dir = [this] (std::uint64_t value, unsigned size) {
        last = spec.guest_fault (0,
                                 {.kind     = GuestFault::Kind::write,
                                  .ipa      = gicc + 0x1000,
                                  .transfer = GuestFault::Transfer{.load = {.size = size}, .value = value}},
                                 {.goes_on = true});
    };
    dir (32, 2);
    EXPECT_TRUE (interrupt_of (32).active);
    dir (32, 4);
    EXPECT_FALSE (interrupt_of (32).active);
    EXPECT_EQ (resume ({pending (32, worst)}), "") << "its line is up";
}

TEST_F (SpecDelivery, a_vm_without_a_gic_is_offered_nothing) {
    const Handle bare = fed_vm (plain);
    EXPECT_EQ (create_vcpu (bare), RAVELIN_SUCCESS);
    run (bare);
    EXPECT_EQ (resume ({}), "");
    EXPECT_NE (resume ({pending (32)}), "");
}

TEST_F (SpecDelivery, one_that_is_turned_off_is_told) {
    enter ();
    enter (1, 1);
    last = spec.guest_call (0, {PSCI_SYSTEM_OFF});
    EXPECT_TRUE (exited (RAVELIN_EXIT_SYSTEM_OFF));
    EXPECT_NE (resume ({}, 1), "");
    Hardware told    = hardware ({}, 1);
    told.interrupted = true;
    EXPECT_EQ (spec.resumes (1, told), "");
}

}  // namespace
}  // namespace ravelin::spec::test
