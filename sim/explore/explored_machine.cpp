// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/explored_machine.hpp"

#include "hyp/abi/guest_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/status.h"
#include "hyp/abi/vm_calls.h"
#include "hyp/host/traps.hpp"
#include "sim/check/real_machine.hpp"
#include "sim/machine/el1_holder.hpp"
#include "sim/machine/random.hpp"
#include "sim/machine/ravelin_image.hpp"
#include "sim/machine/violation.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

namespace ravelin::sim::explore {

using namespace hal::sysreg;

namespace {
constexpr std::uint64_t ipa_bits = 40;

// What is in the registers of a host and of a guest, but for those that a step sets.
constexpr std::uint64_t hosts_register  = 0x4057'0000;
constexpr std::uint64_t guests_register = 0x6e57'0000;

// DFSC of level 3, and ISS of an access of 8 bytes by X1.
constexpr std::uint64_t translation_fault = 0b00'0111;
constexpr std::uint64_t permission_fault  = 0b00'1111;
constexpr std::uint64_t by_x1 =
    esr::valid.mask () | esr::access_size.put (3) | esr::transfer_register.put (1) | esr::wide_register.mask ();

// Another CPU may have made it good meanwhile; that can't go on.
constexpr unsigned most_attempts = 10;

[[nodiscard]] auto fill (std::uint64_t first) -> Registers {
    Registers registers{};
    for (auto &x : registers.x) {
        x = first++;
    }
    return registers;
}

/// Of a copy, which has the same padding.
[[nodiscard]] auto bytes_of (const Hypervisor &hypervisor) -> const std::byte * {
    return reinterpret_cast<const std::byte *> (&hypervisor);
}

[[noreturn]] void differ (const std::string &what) {
    throw Violation{"explorer: " + what};
}
}  // namespace

ExploredMachine::ExploredMachine (const Scope &scope, Secret secret)
    : scope_{scope}, secret_{secret}, machine_{BoardName::virt, {.cpus = scope.cpus, .memory = Layout::memory}},
      checker_{machine_, (boot (), setup ())} {
    words_.fill (hosts_word ());
    normalise ();
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

auto ExploredMachine::page_of (const Step &step) const -> Pa {
    switch (step.page) {
    case page::ravelins:      return machine_.map ().image;
    case page::tables:        return Layout::tables (step.vm);
    case page::vcpu:          return Layout::vcpu (step.vm, step.vcpu);
    case page::firmware:      return Layout::firmware (step.vm);
    case page::control:       return Layout::control (step.vm);
    case page::other_control: return Layout::control ((step.vm + 1) % scope_.vms ());
    default:                  return Layout::data (step.page);
    }
}

auto ExploredMachine::is_given (const Step &step) -> bool {
    return real::owner_of (machine_, page_of (step).value () / page_size).owner != spec::Owner::host;
}

auto ExploredMachine::ipa_of (const Step &step) const -> Ipa {
    switch (step.place) {
    case place::firmware: return Layout::firmware_ipa;
    case place::outside:  return Layout::outside;
    default:              return Layout::data_ipa (step.place);
    }
}

auto ExploredMachine::take (const Step &step) -> bool {
    if (tlbs_differ_) { fill_tlbs (); }
    if (depth_ != 0) { machine_.keep_in (&marks_[depth_ - 1].log); }
    perform (step);
    machine_.keep_in (nullptr);
    normalise ();
    tlbs_differ_ = depth_ == 0 || tlbs_.have_lost ();
    if (!has_changed ()) {
        put_back_registers (marks_[depth_ - 1]);
        return false;
    }
    check_words ();
    tlbs_.check ();
    return true;
}

void ExploredMachine::perform (const Step &step) {
    if (const auto guest = guest_on (step.cpu)) {
        if (secret_ != 0 && guest == 0U) { spread_secret (step.cpu); }
        guest_step (step, *guest);
    } else {
        host_step (step);
    }
    seen_[step.cpu] = {registers_[step.cpu], machine_.cpu (std::uint32_t{step.cpu}).hal ().read<elr_el2> ()};
}

void ExploredMachine::spread_secret (std::uint8_t cpu) {
    auto &hal = machine_.cpu (std::uint32_t{cpu}).hal ();
    Random random{secret_};
    // What calls say, and a load or store tells by X1, is no secret.
    constexpr std::size_t first_secret = 8;
    for (std::size_t i = first_secret; i < registers_[cpu].x.size (); ++i) {
        registers_[cpu].x[i] = random.next ();
    }
    [&]<std::size_t... I> (std::index_sequence<I...>) {
        const auto spread = [&]<hal::SystemRegister Which> {
            // Not what translates, nor what isn't EL1's alone.
            constexpr bool is_its_own =
                Which != sctlr_el1 && Which != tcr_el1 && Which != mdscr_el1 && Which != fpcr && Which != fpsr;
            if constexpr (is_its_own) { hal.write<Which> (random.next ()); }
        };
        (spread.template operator()<el1_registers[I]> (), ...);
    }(std::make_index_sequence<el1_registers.size ()>{});
    if (!cptr::tfp.any (hal.read<cptr_el2> ())) {
        hal::FpState fp;
        for (auto &half : fp.halves) {
            half = random.next ();
        }
        hal.load_fp (fp);
    }
}

auto ExploredMachine::take_in_order (std::span<const Step> steps) -> Outcome {
    for (const Step &step : steps) {
        static_cast<void> (take (step));
    }
    // They may have been filled between two steps.
    tlbs_differ_ = true;
    return {seen_, handles_, words_, checker_.known ()};
}

void ExploredMachine::take_together (std::span<const Step> steps, const Together &together) {
    /// Nobody compares, for as long as it lives.
    class Unwatched {
      public:
        explicit Unwatched (Machine &machine) : machine_{machine} {
            for (std::uint32_t i = 0; i < machine_.cpus (); ++i) {
                observers_.at (i) = machine_.cpu (i).observer ();
                machine_.cpu (i).observe (nullptr);
            }
        }
        Unwatched (const Unwatched &)                     = delete;
        auto operator= (const Unwatched &) -> Unwatched & = delete;
        ~Unwatched () {
            for (std::uint32_t i = 0; i < machine_.cpus (); ++i) {
                machine_.cpu (i).observe (observers_[i]);
            }
        }

      private:
        Machine &machine_;
        std::array<TrapObserver *, Scope::most_cpus> observers_{};
    };

    if (tlbs_differ_) { fill_tlbs (); }
    tlbs_differ_ = true;
    std::array<std::function<void ()>, Scope::most_cpus> jobs;
    for (const Step &step : steps) {
        jobs.at (step.cpu) = [this, &step] {
            perform (step);
        };
    }
    const Unwatched unwatched{machine_};
    machine_.keep_in (&marks_[depth_ - 1].log);
    together (std::span{jobs}.first (scope_.cpus));
    machine_.keep_in (nullptr);
}

void ExploredMachine::hold_to (const Outcome &outcome) {
    for (unsigned i = 0; i < scope_.cpus; ++i) {
        Outcome::Seen expected = outcome.seen[i];
        auto &x1               = expected.registers.x[1];
        const auto named       = std::ranges::find (outcome.handles, x1) - outcome.handles.begin ();
        if (static_cast<std::size_t> (named) != handles_.size ()) {
            x1 = handles_.at (static_cast<std::size_t> (named));
        }
        if (seen_[i] != expected) { differ ("what CPU " + std::to_string (i) + " finds"); }
    }
    for (unsigned i = 0; i < scope_.pages; ++i) {
        if (word_of (i) != outcome.words[i]) {
            differ ("data page " + std::to_string (i) + " holds " + hex (word_of (i)) + " and not " +
                    hex (outcome.words[i]));
        }
    }
    checker_.go_back (outcome.known);
    words_ = outcome.words;
    // A new VM may have got a place that another has left only meanwhile: then it has another name than it's known by.
    if (handles_ == outcome.handles) { checker_.check_all (); }
    tlbs_.check ();
    normalise ();
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

void ExploredMachine::trap (std::uint8_t cpu, esr::Class kind, std::uint64_t details) {
    auto &processor = machine_.cpu (std::uint32_t{cpu});
    processor.hal ().write<esr_el2> (esr::exception_class.put (std::to_underlying (kind)) |
                                     esr::instruction_length.mask () | details);
    static_cast<void> (processor.trap (registers_[cpu]));
}

void ExploredMachine::call (std::uint8_t cpu, std::initializer_list<std::uint64_t> values) {
    std::ranges::copy (values, registers_[cpu].x.begin ());
    trap (cpu, esr::Class::hvc64, 0);
}

void ExploredMachine::host_step (const Step &step) {
    const std::uint64_t handle = handles_[step.vm];
    const std::uint64_t pa     = page_of (step).value ();
    const std::uint64_t ipa    = ipa_of (step).value ();
    const std::uint64_t pages  = step.place == place::firmware ? RAVELIN_FIRMWARE_PAGES : 1;
    const std::uint64_t number = step.vcpu;
    auto &x                    = registers_[step.cpu].x;
    switch (step.action) {
    case Action::vm_create:
        call (step.cpu, {RAVELIN_VM_CREATE, pa, ipa_bits | (scope_.is_protected (step.vm) ? RAVELIN_VM_PROTECTED : 0),
                         scope_.vcpus});
        if (x[0] == RAVELIN_SUCCESS) { handles_[step.vm] = x[1]; }
        break;
    case Action::vm_find:    call (step.cpu, {RAVELIN_VM_FIND, 0}); break;
    case Action::vm_add_ram: call (step.cpu, {RAVELIN_VM_ADD_RAM, handle, ipa, Layout::ram.size}); break;
    case Action::vm_top_up:  call (step.cpu, {RAVELIN_VM_TOP_UP, handle, pa, 1}); break;
    case Action::vm_donate:  call (step.cpu, {RAVELIN_VM_DONATE, handle, ipa, pa, pages}); break;
    case Action::vm_lend:    call (step.cpu, {RAVELIN_VM_LEND, handle, ipa, pa, pages, step.option}); break;
    case Action::vm_protect: call (step.cpu, {RAVELIN_VM_PROTECT, handle, ipa, pages, step.option}); break;
    case Action::vm_unmap:   call (step.cpu, {RAVELIN_VM_UNMAP, handle, ipa, pages}); break;
    case Action::vcpu_create:
        call (step.cpu, {RAVELIN_VCPU_CREATE, handle, number, pa, Layout::firmware_ipa.value (), 0,
                         number == 0 ? 0 : std::uint64_t{RAVELIN_VCPU_OFF}});
        break;
    case Action::vcpu_run: call (step.cpu, {RAVELIN_VCPU_RUN, handle, number, hosts_register, step.option}); break;
    case Action::vcpu_get: call (step.cpu, {RAVELIN_VCPU_GET, handle, number, RAVELIN_REGISTER_X0}); break;
    case Action::vcpu_set:
        call (step.cpu, {RAVELIN_VCPU_SET, handle, number, RAVELIN_REGISTER_X0, guests_register});
        break;
    case Action::vm_set_time: call (step.cpu, {RAVELIN_VM_SET_TIME, handle, 0}); break;
    case Action::vm_destroy:  call (step.cpu, {RAVELIN_VM_DESTROY, handle}); break;
    case Action::vm_reclaim:  call (step.cpu, {RAVELIN_VM_RECLAIM, handle}); break;
    case Action::host_load:
    case Action::host_store:  host_access (step); break;
    default:                  throw std::logic_error{"the host doesn't do what guests do"};
    }
}

void ExploredMachine::host_access (const Step &step) {
    const Pa pa      = page_of (step);
    const bool write = step.action == Action::host_store;
    const auto reach = [&] {
        return real::host_reaches (machine_, pa.value () / page_size);
    };
    const auto refuse = [&] {
        abort (step.cpu, esr::Class::data_abort_lower, Ipa{pa.value ()},
               by_x1 | translation_fault | esr::write.put (write ? 1 : 0));
    };
    if (access (step.cpu, reach, refuse) && write) { store (pa, hosts_word ()); }
}

auto ExploredMachine::access (std::uint8_t cpu, const std::function<bool ()> &reach,
                              const std::function<void ()> &refuse) -> bool {
    auto &hal      = machine_.cpu (std::uint32_t{cpu}).hal ();
    const auto pc  = hal.read<elr_el2> ();
    const auto hcr = hal.read<hcr_el2> ();
    for (unsigned i = 0; i < most_attempts; ++i) {
        if (reach ()) { return true; }
        refuse ();
        if (hal.read<elr_el2> () != pc || hal.read<hcr_el2> () != hcr) { return false; }
    }
    differ ("an access is refused and made again, for ever");
}

void ExploredMachine::store (Pa pa, std::uint64_t value) {
    auto *const word = word_at (pa);
    if (depth_ != 0) { marks_[depth_ - 1].log.save (std::as_writable_bytes (std::span{word, 1})); }
    *word = value;
    for (unsigned i = 0; i < scope_.pages; ++i) {
        if (pa == Layout::data (i)) { words_[i] = value; }
    }
}

void ExploredMachine::abort (std::uint8_t cpu, esr::Class kind, Ipa ipa, std::uint64_t details) {
    auto &hal = machine_.cpu (std::uint32_t{cpu}).hal ();
    hal.write<hpfar_el2> (hpfar::ipa_page.put (ipa.value () / page_size));
    hal.write<far_el2> (ipa.value ());
    trap (cpu, kind, details);
}

void ExploredMachine::guest_step (const Step &step, unsigned vm) {
    const std::uint64_t ipa = ipa_of (step).value ();
    switch (step.action) {
    case Action::guest_load:
    case Action::guest_store:
    case Action::guest_fetch:    guest_access (step, vm); break;
    case Action::guest_share:    call (step.cpu, {RAVELIN_GUEST_SHARE, ipa, 0, 0}); break;
    case Action::guest_unshare:  call (step.cpu, {RAVELIN_GUEST_UNSHARE, ipa, 0, 0}); break;
    case Action::guest_meminfo:  call (step.cpu, {RAVELIN_GUEST_MEMINFO, 0, 0, 0}); break;
    case Action::guest_version:  call (step.cpu, {PSCI_VERSION}); break;
    case Action::guest_off:      call (step.cpu, {PSCI_SYSTEM_OFF}); break;
    case Action::guest_reset:    call (step.cpu, {PSCI_SYSTEM_RESET}); break;
    case Action::guest_cpu_on:   call (step.cpu, {PSCI_CPU_ON_64, step.vcpu, ipa, guests_register}); break;
    case Action::guest_cpu_off:  call (step.cpu, {PSCI_CPU_OFF}); break;
    case Action::guest_affinity: call (step.cpu, {PSCI_AFFINITY_INFO_64, step.vcpu, 0}); break;
    case Action::guest_waits:    trap (step.cpu, esr::Class::wait, 0); break;
    case Action::interrupt:
        static_cast<void> (machine_.cpu (std::uint32_t{step.cpu}).interrupt (registers_[step.cpu]));
        break;
    default: throw std::logic_error{"a guest doesn't do what the host does"};
    }
}

void ExploredMachine::guest_access (const Step &step, unsigned vm) {
    const Ipa ipa    = ipa_of (step);
    const bool write = step.action == Action::guest_store;
    const bool fetch = step.action == Action::guest_fetch;
    Vm::Stage2::Leaf leaf{};
    const auto reach = [&] {
        leaf = this->vm (vm)->stage2.find (hal (), ipa);
        return leaf.valid () && (!write || leaf.is (Vm::Kind::memory));
    };
    const auto refuse = [&] {
        const std::uint64_t details = leaf.valid () ? permission_fault : translation_fault;
        abort (step.cpu, fetch ? esr::Class::code_abort_lower : esr::Class::data_abort_lower, ipa,
               fetch ? details : by_x1 | details | esr::write.put (write ? 1 : 0));
    };
    // What a plain VM has, its host has too.
    if (access (step.cpu, reach, refuse) && write && step.place < scope_.ipas) {
        store (leaf.output (ipa), scope_.is_protected (vm) ? word_of_vm (vm) : hosts_word ());
    }
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
            if (word != 0 || page->contents != spec::Contents::zeros || !has_moved (number)) {
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
        const_cast<HostCpu &> (machine_.hypervisor ().host_cpu (CpuIndex{i})).traps.fill (0);
        auto &hal = machine_.cpu (i).hal ();
        hal.write<elr_el2> (guest ? Layout::ram.start.value () + RAVELIN_FIRMWARE_ENTRY : Layout::host_code);
        hal.write<spsr_el2> (pstate::masked | pstate::el1h);
    }
}

auto ExploredMachine::has_changed () -> bool {
    if (depth_ == 0) { return true; }
    const Mark &mark = marks_[depth_ - 1];
    return mark.log.has_changed () || mark.handles != handles_ ||
           std::memcmp (bytes_of (mark.hypervisor), bytes_of (machine_.hypervisor ()), sizeof (Hypervisor)) != 0;
}

void ExploredMachine::mark () {
    if (depth_ == marks_.size ()) {
        marks_.push_back ({.hypervisor = machine_.hypervisor (),
                           .cpus       = {},
                           .known      = checker_.known (),
                           .registers  = {},
                           .handles    = {},
                           .words      = {},
                           .log        = {}});
    }
    Mark &mark = marks_[depth_];
    std::memcpy (static_cast<void *> (&mark.hypervisor), &machine_.hypervisor (), sizeof (Hypervisor));
    mark.known     = checker_.known ();
    mark.registers = registers_;
    mark.handles   = handles_;
    mark.words     = words_;
    for (std::uint32_t i = 0; i < scope_.cpus; ++i) {
        mark.cpus[i] = machine_.cpu (i).hal ().keep ();
    }
    mark.log.clear ();
    ++depth_;
    tlbs_differ_ = true;
}

void ExploredMachine::put_back (const Mark &mark) {
    std::memcpy (static_cast<void *> (&machine_.hypervisor ()), &mark.hypervisor, sizeof (Hypervisor));
    checker_.go_back (mark.known);
    registers_ = mark.registers;
    handles_   = mark.handles;
    words_     = mark.words;
    put_back_registers (mark);
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
