// SPDX-License-Identifier: BSD-2-Clause
#include "fp_state.hpp"
#include "guest_test.hpp"
#include "guests/images.hpp"
#include "host/helper.hpp"
#include "machine.hpp"
#include "vms.hpp"

// V0-V31, FPCR and FPSR of two guests and the host, which all use them, or don't, between two exits.

namespace vms {

namespace {
/// A CPU of the host's with numbers in its floating point registers.
class Watched {
  public:
    explicit Watched (std::uint64_t seed) : expected_{FpState::of (seed)} {}

    void step (Vcpu &vcpu) {
        // Every other time it leaves its registers as they are.
        if (steps_++ % 2 == 0) { fp_load (&expected_); }
        last_ = vcpu.step ();
        FpState found;
        fp_save (&found);
        is_good_ = is_good_ && found == expected_;
    }

    [[nodiscard]] auto last () const -> Step { return last_; }
    [[nodiscard]] auto is_good () const -> bool { return is_good_; }

  private:
    FpState expected_;
    std::uint64_t steps_{};
    Step last_{};
    bool is_good_{true};
};

void expect_end (el1::Test &test, const Vcpu &vcpu, Step last) {
    test.expect ("the guest finished", last == Step::finished);
    test.equal ("checks that failed", vcpu.failures (), 0);
}

void two_guests_take_turns (bool is_plain) {
    el1::print ("two guests: floating point, ", kind_name (is_plain), "\n");
    el1::Test test{"floating point doesn't mix", kind_name (is_plain)};
    Vm one{arena (0), {.is_plain = is_plain}, images::fp ()};
    Vm other{arena (1), {.is_plain = is_plain}, images::fp ()};
    one.add_vcpu (0, 1);
    other.add_vcpu (0, 2);
    Vcpu first{one};
    Vcpu second{other};
    Watched host{0x77};
    auto of_first  = Step::served;
    auto of_second = Step::served;
    while (of_first == Step::served || of_second == Step::served) {
        if (of_first == Step::served) {
            host.step (first);
            of_first = host.last ();
        }
        if (of_second == Step::served) {
            host.step (second);
            of_second = host.last ();
        }
    }
    expect_end (test, first, of_first);
    expect_end (test, second, of_second);
    test.expect ("the host keeps its own", host.is_good ());
}

/// What a helper is handed: a step.
struct Turn {
    Watched host;
    Vcpu &vcpu;
};

void take_turn (void *argument) {
    auto &turn = *static_cast<Turn *> (argument);
    turn.host.step (turn.vcpu);
}

void a_guest_moves_about (bool is_plain) {
    el1::print ("a guest that moves: floating point, ", kind_name (is_plain), "\n");
    el1::Test test{"floating point moves with its vCPU", kind_name (is_plain)};
    Vm vm{arena (0), {.is_plain = is_plain}, images::fp ()};
    vm.add_vcpu (0, 3);
    Vcpu vcpu{vm};
    Helper helper{1};
    Turn here{Watched{0x33}, vcpu};
    Turn there{Watched{0x44}, vcpu};
    auto last = Step::served;
    for (std::uint64_t turn = 0; last == Step::served; ++turn) {
        // Two steps here, one there.
        Turn &next = turn % 3 == 2 ? there : here;
        if (&next == &there) {
            helper.run (take_turn, &there);
        } else {
            take_turn (&here);
        }
        last = next.host.last ();
    }
    expect_end (test, vcpu, last);
    test.expect ("both CPUs of the host keep their own", here.host.is_good () && there.host.is_good ());
}
}  // namespace

void test_fp () {
    for (const bool is_plain : both_kinds) {
        two_guests_take_turns (is_plain);
        if (el1::machine ().cpus.size () > 1) { a_guest_moves_about (is_plain); }
    }
}

}  // namespace vms
