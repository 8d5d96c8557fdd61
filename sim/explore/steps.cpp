// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/steps.hpp"

#include "sim/explore/canonical.hpp"
#include "sim/explore/interrupt_steps.hpp"
#include "sim/explore/mistakes.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <utility>

namespace ravelin::sim::explore {

namespace {
// X4 of VCPU_RUN: the access is made again, is done, is done and nothing else happens.
constexpr std::uint8_t run_options = 3;

// Rights of VM_LEND and VM_PROTECT: to read, to write.
constexpr std::uint8_t rights = 2;

/// Data pages, one of each look.
struct DataPages {
    std::array<std::uint8_t, Scope::most_pages> numbers{};
    std::size_t count{};

    explicit DataPages (ExploredMachine &machine) {
        std::array<PageLook, Scope::most_pages> looks{};
        for (unsigned page = 0; page < machine.scope ().pages; ++page) {
            const PageLook look = look_of_page (machine, page);
            if (std::find (looks.begin (), looks.begin () + count, look) != looks.begin () + count) { continue; }
            looks[count]     = look;
            numbers[count++] = static_cast<std::uint8_t> (page);
        }
    }

    [[nodiscard]] auto begin () const { return numbers.begin (); }
    [[nodiscard]] auto end () const { return numbers.begin () + count; }
};

/// Collects the host's steps on one CPU.
class HostSteps {
  public:
    HostSteps (ExploredMachine &machine, const DataPages &data, std::uint8_t cpu, std::vector<Step> &steps)
        : machine_{machine}, scope_{machine.scope ()}, data_{data}, cpu_{cpu}, steps_{steps} {}

    /// What has nothing to do with a VM.
    void add () {
        add ({.action = Action::vm_find});
        with_pages ({.action = Action::host_load});
        with_pages ({.action = Action::host_store});
        for (const Action access : {Action::host_load, Action::host_store}) {
            add ({.action = access, .page = page::ravelins});
        }
    }

    void add (std::uint8_t vm, bool is_alive) {
        add ({.action = Action::vm_create, .vm = vm, .page = page::control});
        if (!is_alive) { offer ({.action = Action::vm_create, .vm = vm}, {page::ravelins, page::other_control}); }
        add ({.action = Action::vm_add_ram, .vm = vm, .place = place::firmware});
        give ({.action = Action::vm_top_up, .vm = vm}, page::tables);
        each_vcpu ({.action = Action::vcpu_create, .vm = vm}, [&] (Step step) { give (step, page::vcpu); });
        const Vm *const real = machine_.vm (vm);
        // Another page that could be a vCPU's, where it comes too late.
        if (real != nullptr && real->vcpus[0]) { with_pages ({.action = Action::vcpu_create, .vm = vm}); }
        each_place ({.action = Action::vm_donate, .vm = vm}, [&] (Step step) { map (step); });
        for (std::uint8_t right = 0; right < rights; ++right) {
            each_place ({.action = Action::vm_lend, .vm = vm, .option = right}, [&] (Step step) { map (step); });
            each_place ({.action = Action::vm_protect, .vm = vm, .option = right}, [&] (Step step) { add (step); });
        }
        each_place ({.action = Action::vm_unmap, .vm = vm}, [&] (Step step) { add (step); });
        for (const Action action : {Action::vcpu_get, Action::vcpu_set}) {
            each_vcpu ({.action = action, .vm = vm}, [&] (Step step) { add (step); });
        }
        for (const Action action : {Action::vm_set_time, Action::vm_destroy, Action::vm_reclaim}) {
            add ({.action = action, .vm = vm});
        }
        for (const std::uint8_t own : {page::control, page::vcpu, page::firmware}) {
            add ({.action = Action::host_store, .vm = vm, .page = own});
        }
    }

  private:
    void add (Step step) {
        step.cpu = cpu_;
        steps_.push_back (step);
    }

    void with_pages (Step step) {
        for (const std::uint8_t number : data_) {
            step.page = number;
            add (step);
        }
    }

    /// Pages that a VM is to have for its control: the one that is for that, and those that aren't to be given.
    void give (Step step, std::uint8_t good) {
        step.page = good;
        add (step);
        offer (step, {page::ravelins, page::control});
    }

    /// At an IPA of the VM's.
    void map (Step step) {
        if (step.place == place::firmware) {
            step.page = page::firmware;
            add (step);
            return;
        }
        with_pages (step);
        offer (step, {page::ravelins, page::control, page::other_control, page::firmware});
    }

    /// Pages that aren't the host's any more. What is still the host's has another use, or states would differ by
    /// pages that are not data.
    void offer (Step step, std::initializer_list<std::uint8_t> pages) {
        for (const std::uint8_t number : pages) {
            step.page = number;
            if (machine_.is_given (step)) { add (step); }
        }
    }

    template <class Use>
    void each_vcpu (Step step, const Use &use) {
        for (unsigned number = 0; number < scope_.vcpus; ++number) {
            step.vcpu = static_cast<std::uint8_t> (number);
            use (step);
        }
    }

    template <class Use>
    void each_place (Step step, const Use &use) {
        for (unsigned ipa = 0; ipa < scope_.ipas; ++ipa) {
            step.place = static_cast<std::uint8_t> (ipa);
            use (step);
        }
        if (scope_.is_protected (step.vm)) {
            step.place = place::firmware;
            use (step);
        }
        step.place = place::outside;
        use (step);
    }

    ExploredMachine &machine_;
    const Scope &scope_;
    const DataPages &data_;
    std::uint8_t cpu_;
    std::vector<Step> &steps_;
};

/// Each VM; of those that aren't there, one of each kind.
template <class Use>
void each_vm (ExploredMachine &machine, const Use &use) {
    const Scope &scope = machine.scope ();
    std::array<bool, 2> dead_seen{};
    for (unsigned i = 0; i < scope.vms (); ++i) {
        const auto vm       = static_cast<std::uint8_t> (i);
        const bool is_alive = machine.vm (vm) != nullptr;
        if (!is_alive && std::exchange (dead_seen.at (scope.is_protected (vm) ? 1 : 0), true)) { continue; }
        use (vm);
    }
}

/// What depends on the CPU that the host is on: it may have run the vCPU last.
void find_runs (const Scope &scope, std::uint8_t cpu, std::uint8_t vm, std::vector<Step> &steps) {
    for (unsigned i = 0; i < scope.vcpus; ++i) {
        const auto vcpu = static_cast<std::uint8_t> (i);
        for (std::uint8_t option = 0; option < run_options; ++option) {
            steps.push_back ({.cpu = cpu, .action = Action::vcpu_run, .vm = vm, .vcpu = vcpu, .option = option});
        }
    }
}

/// PSCI that is about vCPUs: those of its VM, and one that there isn't.
void find_power_steps (const Scope &scope, std::uint8_t cpu, std::vector<Step> &steps) {
    for (unsigned i = 0; i <= scope.vcpus; ++i) {
        const auto vcpu = static_cast<std::uint8_t> (i);
        for (const std::uint8_t place : {place::firmware, place::outside}) {
            steps.push_back ({.cpu = cpu, .action = Action::guest_cpu_on, .vcpu = vcpu, .place = place});
        }
        steps.push_back ({.cpu = cpu, .action = Action::guest_affinity, .vcpu = vcpu});
    }
    steps.push_back ({.cpu = cpu, .action = Action::guest_cpu_off});
}

void find_guest_steps (const Scope &scope, std::uint8_t cpu, std::vector<Step> &steps) {
    const auto add = [&] (Action action, std::uint8_t place) {
        steps.push_back ({.cpu = cpu, .action = action, .place = place});
    };
    for (const Action action :
         {Action::guest_load, Action::guest_store, Action::guest_fetch, Action::guest_share, Action::guest_unshare}) {
        for (unsigned ipa = 0; ipa < scope.ipas; ++ipa) {
            add (action, static_cast<std::uint8_t> (ipa));
        }
        add (action, place::outside);
    }
    for (const Action action : {Action::guest_meminfo, Action::guest_version, Action::guest_off, Action::guest_reset,
                                Action::guest_waits, Action::interrupt}) {
        add (action, 0);
    }
    if (scope.vcpus > 1) { find_power_steps (scope, cpu, steps); }
}
[[nodiscard]] constexpr auto is_guests (Action action) -> bool {
    return action >= Action::guest_load;
}

/// The page that the call is about, if it's without a mistake.
[[nodiscard]] auto page_for (Action action) -> std::uint8_t {
    switch (action) {
    case Action::vm_create:   return page::control;
    case Action::vm_top_up:   return page::tables;
    case Action::vcpu_create: return page::vcpu;
    default:                  return 0;
    }
}
}  // namespace

void find_steps (ExploredMachine &machine, std::vector<Step> &steps) {
    steps.clear ();
    if (machine.scope ().has_interrupts ()) {
        find_interrupt_steps (machine, steps);
        return;
    }
    const Scope &scope = machine.scope ();
    std::vector<std::uint8_t> hosts;
    for (unsigned i = 0; i < scope.cpus; ++i) {
        const auto cpu = static_cast<std::uint8_t> (i);
        if (machine.guest_on (cpu)) {
            find_guest_steps (scope, cpu, steps);
        } else {
            hosts.push_back (cpu);
        }
    }
    if (hosts.empty ()) { return; }
    const DataPages data{machine};
    HostSteps calls{machine, data, hosts.front (), steps};
    calls.add ();
    each_vm (machine, [&] (std::uint8_t vm) {
        calls.add (vm, machine.vm (vm) != nullptr);
        for (const std::uint8_t cpu : hosts) {
            find_runs (scope, cpu, vm, steps);
        }
    });
}

void find_mistakes (ExploredMachine &machine, std::vector<Step> &steps) {
    const Scope &scope = machine.scope ();
    if (scope.has_interrupts ()) { return; }
    const auto add = [&] (unsigned cpu, bool guest, std::uint8_t vm) {
        for (std::size_t number = 0; number < mistakes ().size (); ++number) {
            const Action action = mistakes ()[number].action;
            const bool power    = action == Action::guest_cpu_on || action == Action::guest_affinity;
            if (is_guests (action) != guest || (power && scope.vcpus == 1)) { continue; }
            steps.push_back ({.cpu     = static_cast<std::uint8_t> (cpu),
                              .action  = action,
                              .vm      = vm,
                              .page    = page_for (action),
                              .mistake = static_cast<std::uint8_t> (number + 1)});
        }
    };
    bool host_seen = false;
    for (unsigned i = 0; i < scope.cpus; ++i) {
        if (machine.guest_on (i)) {
            add (i, true, 0);
        } else if (!std::exchange (host_seen, true)) {
            each_vm (machine, [&] (std::uint8_t vm) { add (i, false, vm); });
        }
    }
}

}  // namespace ravelin::sim::explore
