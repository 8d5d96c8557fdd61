// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/explored_machine.hpp"

#include "hyp/abi/psci.h"
#include "sim/check/real_machine.hpp"
#include "sim/explore/expected.hpp"
#include "sim/machine/ravelin_image.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>

namespace ravelin::sim::explore {

using namespace hal::sysreg;

namespace {
[[nodiscard]] auto fill (std::uint64_t first) -> Registers {
    Registers registers{};
    for (auto &x : registers.x) {
        x = first++;
    }
    return registers;
}

/// Of a copy, which has the same padding.
[[nodiscard]] auto bytes_of (const Hypervisor &hypervisor) -> std::span<const std::byte> {
    return std::as_bytes (std::span{&hypervisor, 1});
}

[[nodiscard]] auto writable_bytes_of (Hypervisor &hypervisor) -> std::span<std::byte> {
    return std::as_writable_bytes (std::span{&hypervisor, 1});
}
}  // namespace

ExploredMachine::ExploredMachine (const Scope &scope, Secret secret)
    : scope_{scope}, secret_{secret}, machine_{BoardName::virt, {.cpus = scope.cpus, .memory = Layout::memory}},
      checker_{machine_, (boot (), setup ())} {
    words_.fill (hosts_word ());
    normalise ();
    if (scope_.has_interrupts ()) { begin_with_gic (); }
}

void ExploredMachine::boot () {
    machine_.load ({.image = RavelinImage::with_tiny_kernel ()});
    if (!machine_.boot ()) { throw std::runtime_error{"the machine doesn't boot"}; }
    for (std::uint32_t i = 1; i < scope_.cpus; ++i) {
        Registers on{.x = {PSCI_CPU_ON_64, i, Layout::host_code, 0}};
        static_cast<void> (machine_.cpu (0U).hvc (on));
    }
    machine_.settle ();
    for (std::uint32_t i = 0; i < scope_.cpus; ++i) {
        machine_.cpu (i).attach (stage1_);
    }
    // What the host gives holds something.
    const auto leave_words = [this] (Pa first, std::uint64_t pages) {
        std::ranges::fill (std::span{word_at (first), pages * page_size / sizeof (std::uint64_t)}, hosts_word ());
    };
    leave_words (Layout::data (0), scope_.pages);
    leave_words (Layout::own_pages, scope_.vms () * Layout::pages_of_a_vm);
}

auto ExploredMachine::setup () -> spec::Setup {
    spec::Setup setup{.cpus = scope_.cpus};
    setup.ram     = {{Layout::own_pages.value (), scope_.vms () * Layout::pages_of_a_vm * page_size},
                     {Layout::data_pages.value (), scope_.pages * page_size},
                     {machine_.map ().image.value (), page_size}};
    setup.ravelin = {{machine_.map ().image.value (), page_size}};
    return setup;
}

auto ExploredMachine::vm (unsigned vm) -> const Vm * {
    return machine_.hypervisor ().vms ().look_up (hal (), handles_[vm]);
}

auto ExploredMachine::guest_on (unsigned cpu) -> std::optional<unsigned> {
    const auto &name = checker_.specification ().state ().cpus[cpu];
    if (!name) { return std::nullopt; }
    const auto found = std::ranges::find (handles_, name->vm);
    if (found == handles_.end ()) { throw std::logic_error{"a VM runs that nobody has made"}; }
    return static_cast<unsigned> (found - handles_.begin ());
}

auto ExploredMachine::vcpu_on (unsigned cpu) -> std::uint64_t {
    const auto &name = checker_.specification ().state ().cpus[cpu];
    return name ? name->number : 0;
}

auto ExploredMachine::word_at (Pa pa) -> std::uint64_t * {
    return reinterpret_cast<std::uint64_t *> (machine_.bus ().find_ram ({pa, page_size})->at (pa));
}

auto ExploredMachine::is_given (const Step &step) -> bool {
    return real::owner_of (machine_, page_of (step).value () / page_size).owner != spec::Owner::host;
}

auto ExploredMachine::take (const Step &step) -> bool {
    if (tlbs_differ_) { fill_tlbs (); }
    if (depth_ != 0) { machine_.keep_in (&marks_[depth_ - 1].log); }
    perform (step);
    machine_.keep_in (nullptr);
    if (scope_.has_interrupts ()) { check_hosts_timers (); }
    normalise ();
    tlbs_differ_ = depth_ == 0 || tlbs_.have_lost ();
    if (!has_changed ()) {
        // What was written is what it was: nobody has to look at it again.
        marks_[depth_ - 1].log.clear ();
        put_back_registers (marks_[depth_ - 1]);
        return false;
    }
    check_words ();
    tlbs_.check ();
    return true;
}

void ExploredMachine::fill_tlbs () {
    reached_.clear ();
    const std::uint64_t hosts = machine_.hypervisor ().host_stage2 ().vttbr ();
    for (unsigned i = 0; i < scope_.pages; ++i) {
        reached_.push_back ({HostStage2::vtcr (), hosts, Ipa{Layout::data (i).value ()}});
    }
    for (unsigned i = 0; i < scope_.vms (); ++i) {
        for (const Pa own : {Layout::control (i), Layout::firmware (i)}) {
            reached_.push_back ({HostStage2::vtcr (), hosts, Ipa{own.value ()}});
        }
        const Vm *const real = vm (i);
        for (unsigned ipa = 0; real != nullptr && ipa < scope_.ipas; ++ipa) {
            reached_.push_back ({real->vtcr, real->vttbr, Layout::data_ipa (ipa)});
        }
    }
    tlbs_.fill (reached_);
    tlbs_differ_ = false;
}

auto ExploredMachine::has_moved (spec::PageNumber number) -> bool {
    if (depth_ == 0) { return true; }
    return spec::changes_hands (*marks_[depth_ - 1].known.specification.state ().memory.find (number),
                                *checker_.specification ().state ().memory.find (number));
}

void ExploredMachine::check_words () {
    for (unsigned i = 0; i < scope_.pages; ++i) {
        const std::uint64_t number = Layout::data (i).value () / page_size;
        const auto *page           = checker_.specification ().state ().memory.find (number);
        const std::uint64_t word   = word_of (i);
        if (word != words_[i]) {
            // What changes hands is cleared, or it becomes Ravelin's: with three CPUs a vCPU, of a VM that isn't there
            // yet.
            const bool is_ravelins = page->contents == spec::Contents::secret;
            const bool is_good     = is_ravelins || (word == 0 && page->contents == spec::Contents::zeros);
            if (!is_good || !has_moved (number)) {
                differ ("data page " + std::to_string (i) + " holds " + hex (word) + " and not " + hex (words_[i]));
            }
            words_[i] = word;
        }
        if (!spec::host_reaches (*page)) { continue; }
        for (unsigned vm = 0; vm < scope_.protected_vms; ++vm) {
            const bool lends = page->shared && page->vm == handles_[vm];
            if (word == word_of_vm (vm) && !lends) {
                differ ("the host reaches data page " + std::to_string (i) + ", which holds what VM " +
                        std::to_string (vm) + " has written");
            }
        }
    }
}

void ExploredMachine::normalise () {
    static const Registers hosts  = fill (hosts_register);
    static const Registers guests = fill (guests_register);
    for (std::uint32_t i = 0; i < scope_.cpus; ++i) {
        const bool guest = guest_on (i).has_value ();
        registers_[i]    = guest ? guests : hosts;
        // How often a CPU came to EL2 only grows, and nothing depends on it.
        const_cast<HostCpu &> (machine_.hypervisor ().host_cpu (CpuIndex{i})).traps.fill ({});
        auto &hal = machine_.cpu (i).hal ();
        hal.write<elr_el2> (guest ? Layout::ram.start.value () + RAVELIN_FIRMWARE_ENTRY : Layout::host_code);
        hal.write<spsr_el2> (pstate::masked | pstate::el1h);
    }
}

auto ExploredMachine::has_changed () -> bool {
    // Of the GIC and the timers there is more than is worth comparing.
    if (depth_ == 0 || scope_.has_interrupts ()) { return true; }
    const Mark &mark = marks_[depth_ - 1];
    if (mark.log.has_changed () || mark.handles != handles_) { return true; }
    const auto now    = bytes_of (machine_.hypervisor ());
    const auto before = bytes_of (mark.hypervisor);
    if (looked_at_ != nullptr) { return looked_at_->differ (now, before); }
    return std::memcmp (now.data (), before.data (), now.size ()) != 0;
}

auto ExploredMachine::has_overlooked (ChangingLines &lines) -> bool {
    return lines.note (bytes_of (machine_.hypervisor ()), bytes_of (marks_[depth_ - 1].hypervisor));
}

void ExploredMachine::mark () {
    if (depth_ == marks_.size ()) {
        marks_.push_back ({.hypervisor   = machine_.hypervisor (),
                           .cpus         = {},
                           .known        = checker_.known (),
                           .registers    = {},
                           .handles      = {},
                           .words        = {},
                           .hosts_timers = {},
                           .models       = {},
                           .log          = {}});
    }
    Mark &mark = marks_[depth_];
    std::ranges::copy (bytes_of (machine_.hypervisor ()), writable_bytes_of (mark.hypervisor).begin ());
    mark.known        = checker_.known ();
    mark.registers    = registers_;
    mark.handles      = handles_;
    mark.words        = words_;
    mark.hosts_timers = hosts_timers_;
    if (scope_.has_interrupts ()) { mark.models = machine_.keep (); }
    for (std::uint32_t i = 0; i < scope_.cpus; ++i) {
        mark.cpus[i] = machine_.cpu (i).hal ().keep ();
    }
    mark.log.clear ();
    ++depth_;
    tlbs_differ_ = true;
}

void ExploredMachine::put_back (const Mark &mark) {
    if (looked_at_ != nullptr) {
        looked_at_->copy (bytes_of (mark.hypervisor), writable_bytes_of (machine_.hypervisor ()));
    } else {
        std::ranges::copy (bytes_of (mark.hypervisor), writable_bytes_of (machine_.hypervisor ()).begin ());
    }
    checker_.go_back (mark.known);
    registers_    = mark.registers;
    handles_      = mark.handles;
    words_        = mark.words;
    hosts_timers_ = mark.hosts_timers;
    put_back_registers (mark);
    if (mark.models) { machine_.go_back (*mark.models); }
    machine_.went_back ();
}

void ExploredMachine::put_back_registers (const Mark &mark) {
    for (std::uint32_t i = 0; i < scope_.cpus; ++i) {
        machine_.cpu (i).hal ().put_back (mark.cpus[i]);
    }
}

void ExploredMachine::go_back () {
    Mark &mark = marks_[depth_ - 1];
    mark.log.undo ();
    put_back (mark);
}

void ExploredMachine::forget_mark () {
    marks_[depth_ - 1].log.clear ();
    --depth_;
    if (depth_ != 0) { go_back (); }
    tlbs_differ_ = true;
}

}  // namespace ravelin::sim::explore
