// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/interrupt_steps.hpp"

#include "sim/explore/units_of_time.hpp"

#include <cstdint>
#include <initializer_list>

namespace ravelin::sim::explore {

namespace {
constexpr std::uint8_t both_groups = 3;  // GICD_CTLR

/// Collects steps on one CPU.
class StepsOfCpu {
  public:
    StepsOfCpu (ExploredMachine &machine, std::uint8_t cpu, std::vector<Step> &steps)
        : machine_{machine}, scope_{machine.scope ()}, intids_{intids_of (scope_)}, cpu_{cpu}, steps_{steps} {}

    void add_hosts () {
        for (unsigned vcpu = 0; vcpu < scope_.vcpus; ++vcpu) {
            add ({.action = Action::vcpu_run, .vcpu = static_cast<std::uint8_t> (vcpu)});
        }
        for (const std::uint8_t intid : intids_) {
            if (intid < spec::first_spi) { continue; }
            // The first is a level.
            if (intid == spec::first_spi) {
                set_line (intid, wire::down);
                set_line (intid, wire::up);
            } else {
                set_line (intid, wire::pulse);
            }
        }
        for (const std::uint8_t of : {gicd::pend, gicd::activate}) {
            add ({.action = Action::gic_get, .option = of, .intid = intids_.back ()});
        }
        if (machine_.machine ().gic ().irq_pending (CpuIndex{cpu_})) { add ({.action = Action::host_takes_interrupt}); }
        if (scope_.timers == 0) { return; }
        for (const std::uint8_t when : {moment::off, moment::soon}) {
            add ({.action = Action::host_sets_timer, .option = when});
        }
        for (std::uint8_t offset = 0; offset <= units::most_offset; ++offset) {
            add ({.action = Action::vm_set_time, .option = offset});
        }
    }

    void add_guests () {
        for (const std::uint8_t intid : intids_) {
            add_of_distributor (intid);
        }
        add_of_interface ();
        if (scope_.groups != 0) {
            for (std::uint8_t groups = 0; groups <= both_groups; ++groups) {
                add ({.action = Action::gicd_control, .option = groups});
            }
        }
        if (scope_.timers > 0) { add_timer (spec::virtual_timer); }
        if (scope_.timers > 1) {
            add_timer (spec::physical_timer);
            for (const std::uint8_t which :
                 {physical_timer::timer_value, physical_timer::control, physical_timer::compare_value}) {
                add ({.action = Action::guest_reads_timer, .option = which});
            }
        }
        for (const Action action : {Action::guest_version, Action::guest_waits, Action::interrupt}) {
            add ({.action = action});
        }
        if (machine_.machine ().gic ().irq_pending (CpuIndex{cpu_})) { add ({.action = Action::own_interrupt}); }
    }

  private:
    void add (Step step) {
        step.cpu = cpu_;
        steps_.push_back (step);
    }

    void set_line (std::uint8_t intid, std::uint8_t level) {
        add ({.action = Action::vm_set_line, .option = level, .intid = intid});
    }

    void change (std::uint8_t intid, std::uint8_t what) {
        add ({.action = Action::gicd_change, .option = what, .intid = intid});
    }

    void add_of_distributor (std::uint8_t intid) {
        for (const std::uint8_t of : {gicd::pend, gicd::activate}) {
            add ({.action = Action::gicd_read, .option = of, .intid = intid});
        }
        // To the first vCPU: whose they are makes no difference.
        if (intid < spec::first_ppi) { add ({.action = Action::gicd_send, .option = 1, .intid = intid}); }
        if (intid >= spec::first_spi && scope_.vcpus > 1) {
            for (const std::uint8_t where : {gicd::to_nobody, gicd::to_first, gicd::to_second, gicd::to_both}) {
                change (intid, where);
            }
        }
        const auto change_all = [&] (bool wanted, std::initializer_list<std::uint8_t> all) {
            for (const std::uint8_t what : all) {
                if (wanted) { change (intid, what); }
            }
        };
        change_all (scope_.states != 0,
                    {gicd::enable, gicd::disable, gicd::pend, gicd::unpend, gicd::activate, gicd::deactivate});
        change_all (scope_.priorities != 0, {gicd::urgent, gicd::usual});
        change_all (scope_.groups != 0, {gicd::group0, gicd::group1});
    }

    [[nodiscard]] auto is_active_here (std::uint8_t intid) -> bool {
        const auto &gic   = machine_.specification ().state ().vm (machine_.handle (0))->controller ();
        const auto number = machine_.vcpu_on (cpu_);
        const auto &it    = gic.at (number, intid);
        return it.active && it.active_on.value_or (number) == number;
    }

    void add_of_interface () {
        auto &gic = machine_.machine ().gic ();
        const CpuIndex cpu{cpu_};
        const auto &interface = gic.virtual_cpu (cpu).interface;
        // What can't be taken, and what isn't being handled, hardware ignores.
        if (gic.virtual_irq_pending (cpu) || gic.virtual_fiq_pending (cpu)) {
            add ({.action = Action::gicc_acknowledge});
        }
        // A guest that ends what isn't active harms itself: fuzzers do that.
        for (const std::uint8_t intid : intids_) {
            if (!is_active_here (intid)) { continue; }
            if (interface.active_levels != 0) { add ({.action = Action::gicc_end, .intid = intid}); }
            if (interface.splits_end ()) { add ({.action = Action::gicc_deactivate, .intid = intid}); }
        }
        const auto control = [&] (bool wanted, std::uint8_t mode) {
            if (wanted) { add ({.action = Action::gicc_control, .option = mode}); }
        };
        control (scope_.priorities + scope_.groups + scope_.modes != 0, gicc::on);
        control (scope_.groups != 0, gicc::off);
        control (scope_.priorities != 0, gicc::urgent_only);
        control (scope_.modes != 0, gicc::splits_end);
    }

    void add_timer (std::uint32_t intid) {
        for (const std::uint8_t when : {moment::off, moment::past, moment::soon, moment::never, moment::masked}) {
            add ({.action = Action::guest_sets_timer, .option = when, .intid = static_cast<std::uint8_t> (intid)});
        }
    }

    ExploredMachine &machine_;
    const Scope &scope_;
    std::vector<std::uint8_t> intids_;
    std::uint8_t cpu_;
    std::vector<Step> &steps_;
};
}  // namespace

void find_interrupt_steps (ExploredMachine &machine, std::vector<Step> &steps) {
    bool host_seen = false;
    for (unsigned cpu = 0; cpu < machine.scope ().cpus; ++cpu) {
        StepsOfCpu of_cpu{machine, static_cast<std::uint8_t> (cpu), steps};
        if (machine.guest_on (cpu)) {
            of_cpu.add_guests ();
            continue;
        }
        // Hosts' timers make a difference.
        if (machine.scope ().timers != 0 || !host_seen) { of_cpu.add_hosts (); }
        host_seen = true;
    }
    if (machine.scope ().timers != 0) { steps.push_back ({.action = Action::time_passes}); }
}

}  // namespace ravelin::sim::explore
