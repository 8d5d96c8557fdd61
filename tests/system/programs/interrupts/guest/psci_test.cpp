// SPDX-License-Identifier: BSD-2-Clause
#include "others.hpp"
#include "synchronize.hpp"
#include "tests.hpp"

#include <array>

using namespace el1;

// Power State Coordination Interface.  [ARM DEN 0022, 5]

extern "C" void interrupts_entry ();

namespace interrupts {

namespace {
/// How a CPU came in; entry.S writes it with caches off. Alone in its cache line.
struct alignas (cache_line) Arrival {
    std::uint64_t context;
    std::uint64_t current_el;
    std::uint64_t daif;
    std::uint64_t sctlr;
    std::uint64_t virtual_control;
    std::uint64_t physical_control;
    std::uint64_t spsel;
    std::uint64_t rest;
};

constinit std::array<std::atomic<unsigned>, EL1_MAX_CPUS> visits{};
constinit std::atomic<bool> may_leave = false;

void visit (void * /*argument*/) {
    ++visits.at (this_cpu ());
    static_cast<void> (wait_until (patience, [] { return may_leave.load (); }));
}

[[nodiscard]] auto call (std::uint64_t function, std::uint64_t a1 = 0, std::uint64_t a2 = 0, std::uint64_t a3 = 0)
    -> std::int64_t {
    return psci_status (hvc (function, a1, a2, a3));
}

void identity () {
    Test test{"PSCI is version 1.1, and says what it has"};
    test.status ("VERSION", call (PSCI_VERSION), PSCI_VERSION_1_1);
    test.status ("MIGRATE_INFO_TYPE", call (PSCI_MIGRATE_INFO_TYPE), PSCI_NO_MIGRATION);
    constexpr std::array there{
        PSCI_VERSION,           PSCI_CPU_SUSPEND_32, PSCI_CPU_SUSPEND_64,   PSCI_CPU_OFF,
        PSCI_CPU_ON_32,         PSCI_CPU_ON_64,      PSCI_AFFINITY_INFO_32, PSCI_AFFINITY_INFO_64,
        PSCI_MIGRATE_INFO_TYPE, PSCI_SYSTEM_OFF,     PSCI_SYSTEM_RESET,     PSCI_FEATURES,
    };
    for (const auto function : there) {
        test.about ("function", function);
        test.status ("FEATURES", call (PSCI_FEATURES, function), PSCI_SUCCESS);
    }
    constexpr std::array<std::uint64_t, 4> not_there{0x8400'0005, 0x8400'0007, 0x8400'001f, 0x1234'5678};
    for (const auto function : not_there) {
        test.about ("function", function);
        test.status ("FEATURES", call (PSCI_FEATURES, function), PSCI_NOT_SUPPORTED);
    }
}

void states_at_first () {
    Test test{"at first only the CPU that booted is on"};
    test.equal ("this CPU", this_cpu (), 0);
    test.status ("AFFINITY_INFO", affinity_info (0), PSCI_AFFINITY_ON);
    test.status ("AFFINITY_INFO, 32 bits", call (PSCI_AFFINITY_INFO_32, 0), PSCI_AFFINITY_ON);
    for (unsigned cpu = 1; cpu < cpu_count; ++cpu) {
        test.about ("CPU", cpu);
        test.status ("AFFINITY_INFO", affinity_info (cpu), PSCI_AFFINITY_OFF);
    }
}

void no_such_cpu () {
    constexpr std::array<std::uint64_t, 6> targets{4, 7, 0x100, 0x1'0000, 0x1'0000'0000, ~0ULL};
    Test test{"a CPU that isn't there can't be turned on, or asked for"};
    const Entry entry = prepare_start (1, visit, nullptr);
    for (const auto target : targets) {
        test.about ("affinity", target);
        test.status ("CPU_ON", call (PSCI_CPU_ON_64, target, entry.address, entry.context), PSCI_INVALID_PARAMETERS);
        test.status ("AFFINITY_INFO", affinity_info (target), PSCI_INVALID_PARAMETERS);
    }
}

void on_off_and_on () {
    constexpr unsigned rounds = 3;
    Test test{"CPUs are turned on, say so, turn themselves off, and are turned on again"};
    for (unsigned round = 1; round <= rounds; ++round) {
        may_leave = false;
        for (unsigned cpu = 1; cpu < cpu_count; ++cpu) {
            test.about ("round and CPU", round << 4 | cpu);
            test.status ("CPU_ON", start (cpu, visit, nullptr), PSCI_SUCCESS);
            test.expect ("it comes", wait_until (patience, [&] { return visits.at (cpu) == round; }));
            test.status ("AFFINITY_INFO", affinity_info (cpu), PSCI_AFFINITY_ON);
            test.status ("CPU_ON of one that is on", turn_on (cpu, cpu, visit, nullptr), PSCI_ALREADY_ON);
        }
        may_leave = true;
        for (unsigned cpu = 1; cpu < cpu_count; ++cpu) {
            test.about ("round and CPU", round << 4 | cpu);
            test.expect ("it is off at last", is_off_at_last (cpu));
        }
    }
    const Entry entry = prepare_start (1, visit, nullptr);
    test.status ("CPU_ON of this one", call (PSCI_CPU_ON_64, 0, entry.address, entry.context), PSCI_ALREADY_ON);
}

/// A CPU leaves with everything on that can be, and comes back.
void leave_a_mess (void * /*argument*/) {
    constexpr std::uint64_t enable = 1;
    write<sysreg::cntv_cval_el0> (0);
    write<sysreg::cntv_ctl_el0> (enable);
    write<sysreg::cntp_cval_el0> (0);
    write<sysreg::cntp_ctl_el0> (enable);
    ++visits.at (this_cpu ());
}

void state_at_entry () {
    Test test{"a CPU comes in at EL1 with its MMU off and interrupts masked, with the context it was given"};
    constexpr std::uint64_t mmu_and_caches = 1U << 0 | 1U << 2 | 1U << 12;
    for (unsigned cpu = 1; cpu < cpu_count; ++cpu) {
        test.about ("CPU", cpu);
        auto before      = visits.at (cpu).load ();
        const auto comes = [&] {
            return wait_until (patience, [&] { return visits.at (cpu) > before; });
        };
        test.status ("CPU_ON", start (cpu, leave_a_mess, nullptr), PSCI_SUCCESS);
        // QEMU says of one that is on its way that it's off.
        test.expect ("it comes to leave a mess", comes ());
        test.expect ("it is off at last", is_off_at_last (cpu));

        Arrival arrival{};
        arrival.context = prepare_start (cpu, visit, nullptr).context;
        clean_and_invalidate (&arrival, sizeof arrival);
        may_leave          = true;
        before             = visits.at (cpu).load ();
        const auto entry   = reinterpret_cast<std::uint64_t> (&interrupts_entry);
        const auto context = reinterpret_cast<std::uint64_t> (&arrival);
        test.status ("CPU_ON, 32 bits", call (PSCI_CPU_ON_32, cpu, entry, context), PSCI_SUCCESS);
        test.expect ("it comes", comes ());
        test.expect ("it is off again at last", is_off_at_last (cpu));
        clean_and_invalidate (&arrival, sizeof arrival);
        test.equal ("CurrentEL", arrival.current_el, 1U << 2);
        test.equal ("DAIF", arrival.daif, 0xf << 6);
        test.equal ("SPSel", arrival.spsel, 1);
        test.equal ("MMU and caches", arrival.sctlr & mmu_and_caches, 0);
        test.equal ("its timers", (arrival.virtual_control | arrival.physical_control) & 1, 0);
    }
}

void suspend_refused () {
    Test test{"CPU_SUSPEND refuses a power state with reserved bits"};
    constexpr std::array<std::uint64_t, 3> states{1U << 31, 1U << 26, 1U << 17};
    for (const auto state : states) {
        test.about ("power state", state);
        test.status ("CPU_SUSPEND", call (PSCI_CPU_SUSPEND_64, state), PSCI_INVALID_PARAMETERS);
        test.status ("CPU_SUSPEND, 32 bits", call (PSCI_CPU_SUSPEND_32, state), PSCI_INVALID_PARAMETERS);
    }
}
}  // namespace

void test_psci () {
    identity ();
    states_at_first ();
    no_such_cpu ();
    on_off_and_on ();
    state_at_entry ();
    suspend_refused ();
}

}  // namespace interrupts
