// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/host/syndrome.hpp"
#include "sim/check/spec_checker.hpp"
#include "sim/explore/cached_translations.hpp"
#include "sim/explore/changing_lines.hpp"
#include "sim/explore/scope.hpp"
#include "sim/explore/step.hpp"
#include "sim/machine/flat_stage1.hpp"
#include "sim/machine/machine.hpp"
#include "sim/machine/undo_log.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

namespace ravelin::sim::explore {

/// A machine that takes one step after another, and goes back as many as one likes. Each is held to the specification,
/// and so is what memory holds; what differs is thrown.
class ExploredMachine {
  public:
    /// What VM 0 knows and nobody else: what is in its registers, and what it stores. 0: it has no secret, and always
    /// the same in its registers.
    using Secret = std::uint64_t;

    /// Beside a secret: each bit that it puts into a register is the other one.
    static constexpr Secret complement = 1 << 16;

    explicit ExploredMachine (const Scope &scope, Secret secret = 0);

    /// Takes @p step, from wherever the machine is. Throws std::exception if the machine does what it may not.
    /// @return  whether it has changed anything since the last mark
    auto take (const Step &step) -> bool;

    /// Has jobs done, one for each CPU.
    using Together = std::function<void (std::span<const std::function<void ()>> jobs)>;

    /// What came of steps: what those who took one find in their registers, and all that is known of the machine then.
    struct Outcome {
        struct Seen {
            Registers registers;
            std::uint64_t pc{};

            auto operator== (const Seen &other) const -> bool {
                return registers.x == other.registers.x && pc == other.pc;
            }
        };
        std::array<Seen, Scope::most_cpus> seen;
        std::array<std::uint64_t, Scope::most_vms> handles{};
        std::array<std::uint64_t, Scope::most_pages> words{};
        SpecChecker::Known known;
    };

    /// Takes steps of several CPUs, one after the other, behind a mark. Throws as take() does.
    [[nodiscard]] auto take_in_order (std::span<const Step> steps) -> Outcome;

    /// Takes steps of several CPUs at the same time, behind a mark: @p together is called with one job for each CPU.
    /// Nothing is compared, but for what no machine forgives. Then only hold_to() and go_back() make sense.
    void take_together (std::span<const Step> steps, const Together &together);

    /// What the host calls each VM.
    using Handles = std::array<std::uint64_t, Scope::most_vms>;

    /// From now on calls mean the VMs with these handles, whatever becomes of them; nothing, as in the beginning: those
    /// that are there when a call is made, or were there last.
    void mean (const std::optional<Handles> &handles) { meant_ = handles; }

    [[nodiscard]] auto handles () const -> const Handles & { return handles_; }

    /// What take_together() has come to is held to what the same steps came to in some order: what each CPU finds, and
    /// all that is known then, but for the handle of a new VM. Throws a Violation that says what differs.
    void hold_to (const Outcome &outcome);

    /// CPUs walk tables, and keep what they find: for the midst of steps that are taken together.
    void walk () { tlbs_.walk (); }

    /// Remembers where the machine is: mark() on top of earlier marks, to go back to.
    void mark ();

    /// Goes back to the last mark, after one step.
    void go_back ();

    /// From now on looks only at @p lines of Ravelin's own objects for what a step has changed, and has to be put back;
    /// they outlive the machine. nullptr, as in the beginning: at all of them.
    void look_at (const ChangingLines *lines) { looked_at_ = lines; }

    /// Whether anything else of them isn't as it was at the last mark: then what has come of the steps since is not to
    /// be relied on. Adds it to @p lines.
    [[nodiscard]] auto has_overlooked (ChangingLines &lines) -> bool;

    /// Forgets the last mark, and the step behind it, and goes back to the mark before.
    void forget_mark ();

    /// How many marks there are.
    [[nodiscard]] auto marks () const -> std::size_t { return depth_; }

    /// Compares everything there is with the specification, and looks whether all its theorems hold.
    void check_all () { checker_.check_all (); }

    [[nodiscard]] auto scope () const -> const Scope & { return scope_; }
    [[nodiscard]] auto machine () -> Machine & { return machine_; }
    [[nodiscard]] auto hal () -> hal::Cpu & { return machine_.cpu (0U).hal (); }

    /// The VM that is in place @p vm of the scope; nullptr: it hasn't been made, or it has ended.
    [[nodiscard]] auto vm (unsigned vm) -> const Vm *;

    /// What the host calls that VM, or has called the one that was there last.
    [[nodiscard]] auto handle (unsigned vm) const -> std::uint64_t { return handles_[vm]; }

    /// The VM whose guest runs on @p cpu; nothing: the host does.
    [[nodiscard]] auto guest_on (unsigned cpu) -> std::optional<unsigned>;

    /// The number of the vCPU that runs on @p cpu, if one does.
    [[nodiscard]] auto vcpu_on (unsigned cpu) -> std::uint64_t;

    /// What the specification knows.
    [[nodiscard]] auto specification () const -> const spec::Specification & { return checker_.specification (); }

    /// The host's CNTV of a CPU, as the host has left it.
    struct TimerSetting {
        std::uint64_t control;
        Ticks compare_value;

        auto operator== (const TimerSetting &) const -> bool = default;
    };

    [[nodiscard]] auto hosts_timer (unsigned cpu) const -> const TimerSetting & { return hosts_timers_[cpu]; }

    /// Whether the page of @p step isn't the host's: it's Ravelin's, or a VM's.
    [[nodiscard]] auto is_given (const Step &step) -> bool;

    /// What is in a data page.
    [[nodiscard]] auto word_of (unsigned page) -> std::uint64_t & { return *word_at (Layout::data (page)); }

    /// What the host, or the guest of a protected VM, stores.
    [[nodiscard]] static constexpr auto hosts_word () -> std::uint64_t { return 0x4057'4057'4057'4057; }
    [[nodiscard]] auto word_of_vm (unsigned vm) const -> std::uint64_t {
        return 0x5ec7'e700'5ec7'e700 + vm + 1 + (vm == 0 ? secret_ << 8 : 0);
    }

    /// What who took the last step on @p cpu finds.
    [[nodiscard]] auto seen_on (unsigned cpu) const -> const Outcome::Seen & { return seen_[cpu]; }

    /// Operations that the CPU's last step took at EL2, as hal::Cpu counts them: what whoever has a clock may notice.
    [[nodiscard]] auto operations_on (unsigned cpu) const -> std::uint64_t { return took_[cpu]; }

  private:
    /// Where the machine was.
    struct Mark {
        Hypervisor hypervisor;
        std::array<hal::Cpu::Kept, Scope::most_cpus> cpus;
        SpecChecker::Known known;
        std::array<Registers, Scope::most_cpus> registers;
        std::array<std::uint64_t, Scope::most_vms> handles;
        std::array<std::uint64_t, Scope::most_pages> words;
        std::array<TimerSetting, Scope::most_cpus> hosts_timers;
        std::optional<Machine::Kept> models;  // where steps ask them
        UndoLog log;                          // of the step that comes next
    };

    void boot ();
    /// The step itself, and what its CPU finds then.
    void perform (const Step &step);
    [[nodiscard]] auto has_changed () -> bool;
    void fill_tlbs ();
    [[nodiscard]] auto setup () -> spec::Setup;
    [[nodiscard]] auto word_at (Pa pa) -> std::uint64_t *;
    [[nodiscard]] auto page_of (const Step &step) const -> Pa;
    [[nodiscard]] auto ipa_of (const Step &step) const -> Ipa;

    void host_step (const Step &step);
    void host_access (const Step &step);
    /// Whether an access that @p reach allows is made: if not, @p refuse takes the trap, and it's made again if that
    /// says so.
    [[nodiscard]] auto access (std::uint8_t cpu, const std::function<bool ()> &reach,
                               const std::function<void ()> &refuse) -> bool;
    /// Whoever reaches the page at @p pa stores to its first word.
    void store (Pa pa, std::uint64_t value);
    void guest_step (const Step &step, unsigned vm);
    void guest_access (const Step &step, unsigned vm);

    /// The VM that there is where interrupts are explored, and the host's own.
    void begin_with_gic ();
    void open_hosts_gic ();
    void open_guests_gic ();

    void host_interrupt_step (const Step &step);
    void guest_interrupt_step (const Step &step);
    void change_interrupt (const Step &step);
    void control_interface (const Step &step);
    void set_guests_timer (const Step &step);
    /// The host takes and ends the interrupt that the CPU has.
    void take_as_host (std::uint8_t cpu);
    /// EL2 takes the one that is its own, while a guest runs.
    void take_as_el2 (std::uint8_t cpu);
    /// One of the host's comes while a guest runs.
    void interrupt_as_host (std::uint8_t cpu);
    void access_gicd (std::uint8_t cpu, bool write, std::uint64_t offset, std::uint64_t size, std::uint32_t value);
    void access_gic (std::uint8_t cpu, Ipa ipa, bool write, std::uint64_t size, std::uint32_t value);
    void access_physical_timer (std::uint8_t cpu, std::uint8_t which, bool write, std::uint64_t value);
    /// Without a trap.
    void write_gicc (std::uint8_t cpu, std::uint64_t offset, std::uint32_t value);
    void set_virtual_timer (std::uint8_t cpu, const TimerSetting &timer);
    [[nodiscard]] auto moment_of (std::uint8_t option) -> Ticks;
    /// @param offset  CNTVOFF_EL2 where that counts
    [[nodiscard]] auto timer_of (std::uint8_t option, Ticks offset) -> TimerSetting;
    void pass_time ();

    /// The host finds its timer as it left it, and is told when it runs out.
    void check_hosts_timers ();

    /// HVC #0 with these values in X0, X1, …
    void call (std::uint8_t cpu, std::initializer_list<std::uint64_t> values);
    void trap (std::uint8_t cpu, esr::Class kind, std::uint64_t details);
    void abort (std::uint8_t cpu, esr::Class kind, Ipa ipa, std::uint64_t details);
    void put_back (const Mark &mark);
    void put_back_registers (const Mark &mark);

    /// Whether a page has changed hands since the last mark.
    [[nodiscard]] auto has_moved (spec::PageNumber number) -> bool;

    /// What no trap may do to memory that it doesn't hand over; and what nobody else may see.
    void check_words ();

    /// Everybody's registers, and what is only counted, are the same before each step: they make no difference.
    void normalise ();

    /// The guest of VM 0 on @p cpu has executed something: its secret is in all registers of EL1.
    void spread_secret (std::uint8_t cpu);

    Scope scope_;
    Secret secret_;
    FlatStage1 stage1_;
    Machine machine_;
    SpecChecker checker_;
    CachedTranslations tlbs_{machine_};
    bool tlbs_differ_{true};  // from what tables say
    const ChangingLines *looked_at_{};
    std::vector<Reached> reached_;
    std::array<Outcome::Seen, Scope::most_cpus> seen_;  // by who took a step, right behind it
    std::array<std::uint64_t, Scope::most_cpus> took_{};
    std::array<std::uint8_t, Scope::most_cpus> mistakes_{};  // of the last step of each
    std::array<Registers, Scope::most_cpus> registers_{};
    std::optional<Handles> meant_;
    Handles handles_{};                                     // of those that are there, or were there last
    std::array<std::uint64_t, Scope::most_pages> words_{};  // of data pages
    std::array<TimerSetting, Scope::most_cpus> hosts_timers_{};
    std::deque<Mark> marks_;  // more than there are: they are used again
    std::size_t depth_{};
};

}  // namespace ravelin::sim::explore
