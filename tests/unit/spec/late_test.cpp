// SPDX-License-Identifier: BSD-2-Clause
// What EL2 learns late of interrupts, or can't know: more than one thing is right then.
#include "tests/unit/spec/delivery_host.hpp"

namespace ravelin::spec::test {
namespace {

class SpecLate : public DeliveryHost {
  protected:
    /// vCPU 0 has ended SPI 32, which was in no list register and goes to vCPU 1 by now: EL2 doesn't know yet.
    void end_unlisted () {
        open_all ({0x80, 0x40, 0x40, 0x40, 0x40});
        enter ();
        raise (32);
        EXPECT_EQ (resume ({pending (32)}), "");
        EXPECT_EQ (becomes ({active (32)}), "");
        store (0x820, 0b10, 1);
        for (const std::uint32_t intid : {33U, 34U, 35U, 36U}) {
            raise (intid);
        }
        Hardware now = hardware ({pending (33, 0x40), pending (34, 0x40), pending (35, 0x40), pending (36, 0x40)});
        now.interface.tells_ended = true;
        EXPECT_EQ (spec.resumes (0, now), "");
        now.interface.ended = 1;
        EXPECT_EQ (spec.hardware_did (0, now), "");
        EXPECT_FALSE (interrupt_of (32).active);
    }

    /// vCPU 0 has taken SPI 32, then 33, which is better, and neither is in a list register any more: these are full.
    void take_two () {
        open_all ({0x80, 0x60, 0x40, 0x40, 0x40, 0x40});
        enter ();
        raise (32);
        EXPECT_EQ (resume ({pending (32)}), "");
        EXPECT_EQ (becomes ({active (32)}), "");
        raise (33);
        EXPECT_EQ (resume ({active (32), pending (33, 0x60)}), "");
        EXPECT_EQ (becomes ({active (32), active (33, 0x60)}), "");
        for (const std::uint32_t intid : {34U, 35U, 36U, 37U}) {
            raise (intid);
        }
        EXPECT_EQ (spec.resumes (0, full ()), "");
    }
    auto full () -> Hardware {
        Hardware now = hardware ({pending (34, 0x40), pending (35, 0x40), pending (36, 0x40), pending (37, 0x40)});
        now.interface.tells_ended = true;
        return now;
    }

    /// vCPU 0 ends one that is in no list register.
    void end_one () {
        Hardware now        = full ();
        now.interface.ended = 1;
        EXPECT_EQ (spec.hardware_did (0, now), "");
        EXPECT_EQ (broken_theorem (spec.state ()), "");
    }

    /// vCPU 1 has sent SGI 3 to vCPU 0, which has it in a list register: this. Both run.
    auto offered_sgi () -> ListRegister {
        open_all ();
        unmask ();
        enter (0, 0);
        enter (1, 1);
        store (0xf00, 0x0001'0003, 4, 0, 1);
        const ListRegister sgi{.pending = true, .intid = 3, .source = 1};
        EXPECT_EQ (resume ({sgi}), "");
        return sgi;
    }

    /// CPU @p cpu's vCPU stores @p value to its GICC_DIR.
    void deactivate (std::uint64_t value, std::size_t cpu = 0) {
        last = spec.guest_fault (cpu,
                                 {.kind     = GuestFault::Kind::write,
                                  .ipa      = gicc + 0x1000,
                                  .transfer = GuestFault::Transfer{.load = {.size = 4}, .value = value}},
                                 {.goes_on = true});
    }
};

TEST_F (SpecLate, an_spi_that_was_ended_in_no_list_register_is_its_vcpus_until_it_comes_back) {
    end_unlisted ();
    enter (1, 1);
    EXPECT_EQ (resume ({}, 1), "");
    EXPECT_FALSE (spec.must_be_told (1));
    interrupt ();
    EXPECT_NE (resume ({}, 1), "") << "it is this one's now";
}

TEST_F (SpecLate, what_was_ended_in_no_list_register_may_be_what_another_makes_active_meanwhile) {
    end_unlisted ();
    enter (1, 1);
    store (0x304, 1, 4, 0, 1);
    EXPECT_EQ (load (0x304).known & 1, 0);
}

TEST_F (SpecLate, ends_are_counted_on_from_0_after_31) {
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

TEST_F (SpecLate, ending_what_a_write_made_active_may_end_it) {
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

TEST_F (SpecLate, the_one_taken_last_is_ended_whatever_another_vcpu_writes_of_priorities_since) {
    take_two ();
    enter (1, 1);
    store (0x420, 0x00, 1, 0, 1);
    EXPECT_EQ (interrupt_of (32).priority, 0x00);
    end_one ();
    EXPECT_TRUE (interrupt_of (32).active && !interrupt_of (32).active_in_doubt);
    EXPECT_FALSE (interrupt_of (33).active) << "it had preempted the other";
}

TEST_F (SpecLate, the_one_taken_last_is_ended_or_what_a_write_has_made_active_whatever_its_priority) {
    take_two ();
    store (0x304, 1 << 7);
    EXPECT_EQ (spec.resumes (0, full ()), "");
    end_one ();
    EXPECT_TRUE (interrupt_of (32).active && !interrupt_of (32).active_in_doubt);
    EXPECT_TRUE (interrupt_of (33).active_in_doubt);
    EXPECT_TRUE (interrupt_of (39).active_in_doubt) << "it has the worst of all, but nobody has taken it";
}

TEST_F (SpecLate, who_stores_may_wake_one_that_has_nothing_to_do_after_that) {
    open (32, 0b11);
    unmask ();
    enter ();
    EXPECT_EQ (spec.host_call (host_cpu, {RAVELIN_VM_SET_LINE, vm, 32, 1}).objection, "");
    EXPECT_EQ (resume ({pending (32)}), "");
    store (0x304, 1, 4, 0b10);
    EXPECT_EQ (last.objection, "") << "it went to vCPU 1 before it was active";
}

TEST_F (SpecLate, an_edge_before_the_acknowledgement_may_be_found_after_it) {
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

TEST_F (SpecLate, dir_is_unpredictable_with_eoi_mode_0) {
    open_all ();
    enter ();
    raise (32);
    EXPECT_EQ (resume ({pending (32, worst)}), "");
    EXPECT_EQ (becomes ({active (32, worst)}), "");
    deactivate (32);
    EXPECT_EQ (load (0x304).known & 1, 0);
    const Specification before = spec;
    EXPECT_EQ (resume ({active (32, worst)}), "");
    spec = before;
    EXPECT_EQ (resume ({pending (32, worst)}), "");
}

TEST_F (SpecLate, an_sgi_that_is_made_active_while_that_is_in_doubt_has_its_sender_or_none) {
    ListRegister sgi = offered_sgi ();
    sgi.pending      = false;
    sgi.active       = true;
    EXPECT_EQ (becomes ({sgi}), "");
    deactivate (3 | 1 << 10);
    store (0x300, 1 << 3);
    ListRegister by_write       = sgi;
    by_write.source             = 0;
    const Specification doubted = spec;
    EXPECT_EQ (resume ({sgi}), "") << "it had not been deactivated";
    EXPECT_NE (resume ({by_write}), "") << "it's settled";
    spec = doubted;
    EXPECT_EQ (resume ({by_write}), "") << "it had";
    EXPECT_NE (resume ({sgi}), "") << "it's settled";
}

TEST_F (SpecLate, an_sgi_may_be_pending_from_one_vcpu_while_another_ones_is_handled) {
    ListRegister sgi = offered_sgi ();
    store (0xf00, 0x0001'0003, 4, 0, 1);
    EXPECT_EQ (becomes ({}), "") << "acknowledged, before that or after, and ended";
    store (0xf00, 0x0001'0003);
    ListRegister own{.pending = true, .intid = 3, .source = 0, .eoi = true};
    EXPECT_EQ (resume ({own}), "");
    own.pending = false;
    own.active  = true;
    EXPECT_EQ (becomes ({own}), "");
    EXPECT_EQ (load (0xf20, 4).known >> 24 & 0b11, 0b01) << "still nobody can know";
    const Specification before = spec;
    own.pending                = false;
    own.active                 = false;
    EXPECT_EQ (becomes ({own}), "");
    EXPECT_EQ (resume ({}), "") << "it wasn't";
    spec = before;
    EXPECT_EQ (becomes ({own}), "");
    EXPECT_EQ (resume ({sgi}), "") << "it was";
}

TEST_F (SpecLate, what_another_vcpu_writes_of_an_active_bit_may_come_after_the_acknowledgement) {
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

TEST_F (SpecLate, what_another_vcpu_deactivates_may_have_been_acknowledged_by_then) {
    open_all ();
    enter ();
    enter (1, 1);
    raise (32);
    EXPECT_EQ (resume ({pending (32, worst)}), "");
    deactivate (32, 1);
    EXPECT_EQ (becomes ({active (32, worst)}), "");
    EXPECT_EQ (load (0x304).known & 1, 0);
    const Specification before = spec;
    EXPECT_EQ (resume ({pending (32, worst)}), "");
    spec = before;
    EXPECT_EQ (resume ({active (32, worst)}), "");
    EXPECT_NE (resume ({pending (32, worst)}), "") << "it's settled";
}

TEST_F (SpecLate, what_another_vcpu_writes_of_an_active_bit_may_come_after_the_end) {
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

TEST_F (SpecLate, what_was_offered_is_its_vcpus_until_somebody_looks) {
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

TEST_F (SpecLate, who_loads_may_wake_the_one_to_whom_an_spi_goes_by_now) {
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

TEST_F (SpecLate, who_sends_others_an_sgi_is_not_looked_at) {
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

TEST_F (SpecLate, one_that_is_turned_off_still_writes_what_it_writes) {
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

TEST_F (SpecLate, an_spi_that_was_just_ended_elsewhere_is_not_forgotten) {
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
