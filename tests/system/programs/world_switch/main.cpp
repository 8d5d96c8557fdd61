// SPDX-License-Identifier: BSD-2-Clause
#include "el2_counter.hpp"
#include "fp_state.hpp"
#include "guests/images.hpp"
#include "guests/trips.hpp"
#include "host/vcpu.hpp"
#include "hyp/abi/status.h"
#include "program.hpp"

// Counts the instructions that EL2 spends on a guest's calls, and on its exits to the host and back, under
// QEMU's -icount.

using namespace el1;
using guest::Trip;
using vms::Vcpu;

namespace {
constexpr std::uint64_t rounds = 100;

/// A guest that does one trip for ever, past the exits that feed it.
class Traveller {
  public:
    Traveller (bool is_plain, Trip trip) : vm_{vms::arena (0), {.is_plain = is_plain}, vms::images::trips ()} {
        vm_.add_vcpu (0, static_cast<std::uint64_t> (trip));
        Vcpu vcpu{vm_};
        while (!vcpu.has_asked ()) {
            static_cast<void> (vcpu.step ());
        }
    }

    /// What EL2 spends on @p rounds of VCPU_RUN, before each of which the host does @p work.
    template <class Work>
    [[nodiscard]] auto spent_on_rounds (Work work) -> std::uint64_t {
        std::uint64_t spent = 0;
        for (std::uint64_t i = 0; i < rounds; ++i) {
            work ();
            const auto before    = El2Counter::value ();
            const vms::Exit exit = vms::vcpu_run (vm_.handle (), 0);
            spent += El2Counter::value () - before;
            if (exit.status != RAVELIN_SUCCESS || exit.x2 != GUEST_ASK) { give_up ("the guest didn't ask"); }
        }
        return spent;
    }

  private:
    vms::Vm vm_;
};

/// What one round costs, which has to be the same in every round.
template <class Work>
[[nodiscard]] auto cost (bool is_plain, Trip trip, std::string_view name, Work work) -> std::uint64_t {
    Traveller traveller{is_plain, trip};
    static_cast<void> (traveller.spent_on_rounds (work));
    const auto spent = traveller.spent_on_rounds (work);
    Test test{"every trip costs the same", name};
    test.equal ("what remains of a trip's share", spent % rounds, 0);
    test.equal ("the same again", traveller.spent_on_rounds (work), spent);
    return spent / rounds;
}

void measure (bool is_plain, std::string_view kind) {
    const auto nothing = [] {
    };
    const auto use_fp = [state = vms::FpState::of (2)] {
        vms::fp_load (&state);
    };
    const auto exit     = cost (is_plain, Trip::exit, "exit and back", nothing);
    const auto with_fp  = cost (is_plain, Trip::exit_with_fp, "exit and back, floating point in use", use_fp);
    const auto calls    = cost (is_plain, Trip::call, "calls, exit and back", nothing);
    const auto per_call = (calls - exit) / guest::calls_between_asks;
    {
        Test test{"every guest's null call costs the same", kind};
        test.equal ("what remains of a call's share", (calls - exit) % guest::calls_between_asks, 0);
    }
    print (kind, " guest_null_call EL2 instructions ", per_call, "\n");
    print (kind, " exit_and_back EL2 instructions ", exit, "\n");
    print (kind, " exit_and_back_fp EL2 instructions ", with_fp, "\n");
}
}  // namespace

auto el1::run_program () -> End {
    const El2Counter counter;
    measure (false, "protected");
    measure (true, "plain");
    return End::power_off;
}
