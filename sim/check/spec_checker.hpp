// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/registers.hpp"
#include "sim/check/maintenance_log.hpp"
#include "sim/machine/machine.hpp"
#include "sim/machine/trap_observer.hpp"
#include "sim/spec/specification.hpp"

#include <array>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

namespace ravelin::sim {

/// Holds a machine to the specification: after every trap that it speaks of, what the trap returned and what
/// it has changed in the real tables are compared with what they must be; now and then, everything is. Of a
/// page that has changed hands, caches must have been made coherent on the way. A difference is a Violation,
/// thrown out of the trap.
class SpecChecker : public TrapObserver {
  public:
    /// @param machine  Ravelin has booted on it, and there is no VM yet; outlives the checker
    explicit SpecChecker (Machine &machine);

    /// @param setup  what of the machine to hold to the specification: of its RAM perhaps only some
    SpecChecker (Machine &machine, const spec::Setup &setup);
    ~SpecChecker () override;

    [[nodiscard]] auto specification () const -> const spec::Specification & { return known_.specification; }

    /// Compares all there is, and the theorems.
    void check_all ();

    /// Compares what VMs have: their mappings, and their interrupts.
    void check_vms ();

    /// Tells the specification what the hardware of all CPUs has done since it was told last: before each trap, and
    /// whenever somebody wants to know.
    void follow_hardware ();

  private:
    using VcpuKey = std::pair<spec::Handle, std::uint64_t>;

    /// A vCPU that doesn't run: what it will find in its registers.
    struct Left {
        Registers registers;
        std::optional<unsigned> load;     // the register that its load fills
        std::optional<std::uint64_t> pc;  // of the access that it was stopped at, if nobody has made that
    };

  public:
    /// All that the checker knows between traps, to go back there together with the machine.
    struct Known {
        spec::Specification specification;
        std::array<Registers, max_cpus> host{};                  // while a guest runs there
        std::unordered_map<spec::PageNumber, spec::Page> pages;  // as they were, of those that have changed hands
        std::map<VcpuKey, Left> left;
    };
    [[nodiscard]] auto known () const -> const Known & { return known_; }
    void go_back (const Known &known) { known_ = known; }

    void entered (Processor &cpu, const Registers &registers) override;
    void interrupted (Processor &cpu, const Registers &registers) override;
    void maintained (Processor &cpu, const Maintenance &what) override;
    void leaving (Processor &cpu, const Registers &registers) override;

  private:
    /// A trap that has begun.
    struct Begun {
        Registers before;
        bool in_guest;
        bool interrupt;
        std::uint64_t pc;
        std::uint64_t count;  // CNTPCT_EL0
    };

    void begin (Processor &cpu, const Registers &registers, bool interrupt);
    [[nodiscard]] auto step (Processor &cpu, const Begun &begun, const Registers &after)
        -> std::optional<spec::Outcome>;
    [[nodiscard]] auto host_step (Processor &cpu, const Begun &begun, const Registers &after)
        -> std::optional<spec::Outcome>;
    [[nodiscard]] auto guest_step (Processor &cpu, const Begun &begun, const Registers &after)
        -> std::optional<spec::Outcome>;
    [[nodiscard]] auto choice_of (const Registers &before, const Registers &after) -> spec::Choice;
    [[nodiscard]] auto guest_choice (Processor &cpu, const Begun &begun, const Registers &after) -> spec::Choice;

    /// What list registers and timers hold where a guest goes on, and whether those that run elsewhere are told of what
    /// has come for them.
    void compare_hardware (Processor &cpu);

    void compare (Processor &cpu, const Begun &begun, const spec::Outcome &outcome, const Registers &after);
    void compare_entry (Processor &cpu, const Begun &begun, const spec::Outcome &outcome, const Registers &after);
    /// What a call of the host has changed of vCPUs that don't run: the VM is gone.
    void note_call (spec::Handle handle);
    void compare_touched ();
    void check_coherence (const MaintenanceLog &log);
    void compare_page (spec::PageNumber page, const spec::Page &expected, bool moves);
    void compare_mapping (spec::Handle vm, spec::PageNumber ipa);
    void compare_vm (spec::Handle handle);
    void compare_gic (spec::Handle handle, const spec::Vm &vm);
    [[nodiscard]] auto hal () -> hal::Cpu & { return machine_.cpu (0U).hal (); }

    Machine &machine_;
    Known known_;
    std::array<std::optional<Begun>, max_cpus> begun_;
    std::array<MaintenanceLog, max_cpus> maintenance_;  // of the trap that each CPU is in
    std::optional<unsigned> load_;                      // the register that the load or MRS of this trap's guest fills
    bool faulted_{};                                    // this trap's guest has made an access that stage 2 refused
    std::uint64_t steps_{};
};

}  // namespace ravelin::sim
