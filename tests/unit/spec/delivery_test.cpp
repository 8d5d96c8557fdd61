// SPDX-License-Identifier: BSD-2-Clause
// What list registers may hold when a guest goes on, and what hardware does to them.
#include "tests/unit/spec/gic_host.hpp"

namespace ravelin::spec::test {
namespace {

class SpecDelivery : public GicHost {
  protected:
    /// SPIs 32 to 39 for vCPU 0, with these priorities; the others have the worst.
    void open_all (std::initializer_list<std::uint64_t> priorities = {}) {
        std::uint32_t intid = 32;
        for (const std::uint64_t priority : priorities) {
            open (intid++, 1, priority);
        }
        while (intid < 40) {
            open (intid++, 1, 0xf0);
        }
        unmask ();
    }

    /// Raises the line of an SPI of vCPU 0, which runs.
    void raise (std::uint64_t intid) { EXPECT_EQ (line (intid, 1), RAVELIN_SUCCESS); }

    static constexpr std::uint8_t worst = 0xf0;
};

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

TEST_F (SpecDelivery, ends_are_counted_on_from_0_after_31) {
    open_all ({0x80, 0x40, 0x40, 0x40, 0x40});
    enter ();
    raise (32);
    Hardware now          = hardware ({});
    now.interface.list[0] = pending (32);
    EXPECT_EQ (spec.resumes (0, now), "");
    now.interface.list[0] = active (32);
    now.interface.ended   = 31;
    EXPECT_EQ (spec.hardware_did (0, now), "") << "the guest ended what isn't active";
    for (const std::uint32_t intid : {33U, 34U, 35U, 36U}) {
        raise (intid);
    }
    now.interface.list        = {pending (33, 0x40), pending (34, 0x40), pending (35, 0x40), pending (36, 0x40)};
    now.interface.tells_ended = true;
    EXPECT_EQ (spec.resumes (0, now), "");
    now.interface.ended = 0;
    EXPECT_EQ (spec.hardware_did (0, now), "");
    EXPECT_FALSE (interrupt_of (32).active);
}

TEST_F (SpecDelivery, ending_what_a_write_made_active_may_end_it) {
    open_all ();
    enter ();
    store (0x304, 1);
    Hardware now = hardware ({active (32, worst)});
    EXPECT_EQ (spec.resumes (0, now), "");
    interrupt ();
    enter ();
    now                       = hardware ({});
    now.interface.tells_ended = true;
    EXPECT_EQ (spec.resumes (0, now), "");
    now.interface.ended = 1;
    EXPECT_EQ (spec.hardware_did (0, now), "");
    EXPECT_EQ (load (0x304).known & 1, 0) << "who made it active is to end it";
}

TEST_F (SpecDelivery, who_stores_may_wake_one_that_has_nothing_to_do_after_that) {
    open (32, 0b11);
    unmask ();
    enter ();
    EXPECT_EQ (spec.host_call (host_cpu, {RAVELIN_VM_SET_LINE, vm, 32, 1}).objection, "");
    EXPECT_EQ (resume ({pending (32)}), "");
    store (0x304, 1, 4, 0b10);
    EXPECT_EQ (last.objection, "") << "it went to vCPU 1 before it was active";
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

TEST_F (SpecDelivery, an_edge_before_the_acknowledgement_may_be_found_after_it) {
    open_all ();
    set (0xc08, 0b10);
    enter ();
    raise (32);
    ListRegister edge = pending (32, worst);
    EXPECT_EQ (resume ({edge}), "");
    EXPECT_EQ (line (32, 0), RAVELIN_SUCCESS);
    raise (32);
    EXPECT_EQ (becomes ({}), "");
    EXPECT_EQ (load (0x204).known & 1, 0) << "Ravelin can't know";
    const Specification before = spec;
    EXPECT_EQ (resume ({}), "");
    EXPECT_NE (resume ({edge}), "") << "it's settled";
    spec = before;
    EXPECT_EQ (resume ({edge}), "");
    EXPECT_EQ (load (0x204), (ExpectedRegister{ExpectedRegister::Kind::value, 1}));
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

TEST_F (SpecDelivery, dir_is_unpredictable_with_eoi_mode_0) {
    open_all ();
    enter ();
    raise (32);
    EXPECT_EQ (resume ({pending (32, worst)}), "");
    EXPECT_EQ (becomes ({active (32, worst)}), "");
    last = spec.guest_fault (0,
                             {.kind     = GuestFault::Kind::write,
                              .ipa      = gicc + 0x1000,
                              .transfer = GuestFault::Transfer{.load = {.size = 4}, .value = 32}},
                             {.goes_on = true});
    EXPECT_EQ (load (0x304).known & 1, 0);
    const Specification before = spec;
    EXPECT_EQ (resume ({active (32, worst)}), "");
    spec = before;
    EXPECT_EQ (resume ({pending (32, worst)}), "");
}

TEST_F (SpecDelivery, what_another_vcpu_writes_of_an_active_bit_may_come_after_the_acknowledgement) {
    open_all ();
    enter ();
    enter (1, 1);
    raise (32);
    EXPECT_EQ (resume ({pending (32, worst)}), "");
    store (0x384, 1, 4, 0, 1);
    EXPECT_EQ (becomes ({active (32, worst)}), "");
    EXPECT_EQ (load (0x304).known & 1, 0);
    store (0x000, 3);
    const Specification before = spec;
    EXPECT_EQ (resume ({pending (32, worst)}), "");
    EXPECT_EQ (becomes ({active (32, worst)}), "");
    EXPECT_NE (resume ({pending (32, worst)}), "") << "that write has had its effect";
    spec = before;
    EXPECT_EQ (resume ({active (32, worst)}), "");
    EXPECT_EQ (becomes ({}), "");
    EXPECT_NE (resume ({active (32, worst)}), "") << "it has been ended, and nothing was on its way";
}

TEST_F (SpecDelivery, what_another_vcpu_writes_of_an_active_bit_may_come_after_the_end) {
    open_all ();
    enter ();
    enter (1, 1);
    raise (32);
    EXPECT_EQ (resume ({pending (32, worst)}), "");
    store (0x304, 1, 4, 0, 1);
    EXPECT_EQ (becomes ({}), "") << "acknowledged and ended";
    const Specification before = spec;
    EXPECT_EQ (resume ({pending (32, worst)}), "");
    spec = before;
    EXPECT_EQ (resume ({active (32, worst)}), "");
}

TEST_F (SpecDelivery, what_was_offered_is_its_vcpus_until_somebody_looks) {
    open_all ();
    set_byte (0x800 + 32, 0b11);
    enter ();
    raise (32);
    EXPECT_EQ (resume ({pending (32, worst)}), "");
    EXPECT_EQ (becomes ({}), "") << "acknowledged and ended; its wire is still up";
    last             = spec.guest_call (0, {PSCI_VERSION}, {.goes_on = true});
    Hardware back    = hardware ({});
    back.interrupted = true;
    EXPECT_EQ (spec.resumes (0, back), "");
    enter (1, 1);
    EXPECT_EQ (resume ({}, 1), "") << "the other comes back for it, still";
}

TEST_F (SpecDelivery, who_loads_may_wake_the_one_to_whom_an_spi_goes_by_now) {
    open (32, 0b11);
    unmask ();
    enter ();
    EXPECT_EQ (spec.host_call (host_cpu, {RAVELIN_VM_SET_LINE, vm, 32, 1}).objection, "");
    EXPECT_EQ (resume ({pending (32)}), "");
    const auto load_and_wake = [this] (std::uint64_t woken) {
        Specification copy = spec;
        return copy.guest_fault (0,
                                 {.kind     = GuestFault::Kind::read,
                                  .ipa      = gicd + 0x204,
                                  .transfer = GuestFault::Transfer{.load = {.size = 4}}},
                                 {.woken = woken});
    };
    EXPECT_EQ (load_and_wake (0b10).objection, "");
    EXPECT_EQ (load_and_wake (0b10).next, Next::host);
    EXPECT_NE (load_and_wake (0).objection, "") << "it would leave for nobody";
    store (0x184, 1);
    EXPECT_EQ (resume ({}), "");
    EXPECT_NE (load_and_wake (0b10).objection, "") << "vCPU 1 has nothing to do";
}

TEST_F (SpecDelivery, who_sends_others_an_sgi_is_not_looked_at) {
    open_all ({0x80, 0x80, 0x80, 0x80, 0x80});
    enter ();
    enter (1, 1);
    for (const std::uint32_t intid : {32U, 33U, 34U, 35U, 36U}) {
        raise (intid);
    }
    Hardware now                   = hardware ({pending (32), pending (33), pending (34), pending (35)});
    now.interface.tells_no_pending = true;
    EXPECT_EQ (spec.resumes (0, now), "");
    now.interface.list[0] = active (32);
    EXPECT_EQ (spec.hardware_did (0, now), "");
    store (0xf00, 0x0002'0003);
    const Specification before = spec;
    EXPECT_EQ (spec.resumes (0, now), "") << "there is a place for 36; it can wait";
    spec = before;
    store (0xf00, 0x0001'0003);
    EXPECT_NE (spec.resumes (0, now), "") << "one for itself is to be listed, so all are looked at";
    spec = before;
    store (0xf00, 0x0002'0003, 1);
    EXPECT_EQ (spec.resumes (0, now), "") << "of a wrong size, it's for nobody";
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

TEST_F (SpecDelivery, one_that_is_turned_off_still_writes_what_it_writes) {
    open (40);
    unmask ();
    set (0x000, 0);
    enter ();
    enter (1, 1);
    last = spec.guest_call (0, {PSCI_SYSTEM_OFF});
    EXPECT_EQ (call ({RAVELIN_VCPU_SET, vm, 0, RAVELIN_REGISTER_POWER, 1}, host_cpu), RAVELIN_SUCCESS);
    EXPECT_EQ (line (40, 1), RAVELIN_SUCCESS);
    store (0x000, 3, 4, 0b1, 1);
    EXPECT_EQ (last.objection, "");
    EXPECT_EQ (last.next, Next::host);
    EXPECT_EQ (get (0x000), 3);
}

TEST_F (SpecDelivery, an_spi_that_was_just_ended_elsewhere_is_not_forgotten) {
    open_all ();
    set_byte (0x800 + 32, 0b11);
    enter ();
    raise (32);
    EXPECT_EQ (resume ({pending (32, worst)}), "");
    EXPECT_EQ (becomes ({active (32, worst)}), "");
    EXPECT_EQ (becomes ({}), "") << "its wire is still up";
    enter (1, 1);
    EXPECT_EQ (resume ({}, 1), "") << "the other comes back for it";
    EXPECT_NE (resume ({}), "");
}

}  // namespace
}  // namespace ravelin::spec::test
