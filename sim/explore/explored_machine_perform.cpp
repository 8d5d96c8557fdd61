// SPDX-License-Identifier: BSD-2-Clause

// What a step is: the trap, or the access.
#include "hyp/abi/guest_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/status.h"
#include "hyp/abi/vm_calls.h"
#include "hyp/host/traps.hpp"
#include "sim/check/real_machine.hpp"
#include "sim/explore/expected.hpp"
#include "sim/explore/explored_machine.hpp"
#include "sim/explore/mistakes.hpp"
#include "sim/explore/units_of_time.hpp"
#include "sim/machine/el1_holder.hpp"
#include "sim/machine/random.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <utility>

namespace ravelin::sim::explore {

using namespace hal::sysreg;

namespace {
constexpr std::uint64_t ipa_bits = 40;

// DFSC of level 3, and ISS of an access of 8 bytes by X1.
constexpr std::uint64_t translation_fault = 0b00'0111;
constexpr std::uint64_t permission_fault  = 0b00'1111;
constexpr std::uint64_t by_x1 =
    esr::valid.mask () | esr::access_size.put (3) | esr::transfer_register.put (1) | esr::wide_register.mask ();

// Another CPU may have made it good meanwhile; that can't go on.
constexpr unsigned most_attempts = 10;
}  // namespace

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

auto ExploredMachine::ipa_of (const Step &step) const -> Ipa {
    switch (step.place) {
    case place::firmware: return Layout::firmware_ipa;
    case place::outside:  return Layout::outside;
    default:              return Layout::data_ipa (step.place);
    }
}

void ExploredMachine::perform (const Step &step) {
    auto &hal           = machine_.cpu (std::uint32_t{step.cpu}).hal ();
    const auto begin    = hal.operations ();
    mistakes_[step.cpu] = step.mistake;
    if (step.action == Action::time_passes) {
        pass_time ();
    } else if (const auto guest = guest_on (step.cpu)) {
        if (secret_ != 0 && guest == 0U) { spread_secret (step.cpu); }
        guest_step (step, *guest);
    } else {
        host_step (step);
    }
    seen_[step.cpu] = {registers_[step.cpu], hal.read<elr_el2> ()};
    took_[step.cpu] = hal.operations () - begin;
}

void ExploredMachine::spread_secret (std::uint8_t cpu) {
    auto &hal = machine_.cpu (std::uint32_t{cpu}).hal ();
    // A secret and its complement differ in each bit that they put somewhere.
    const bool is_complement = (secret_ & complement) != 0;
    Random random{secret_ & ~complement};
    const auto next = [&] {
        return is_complement ? ~random.next () : random.next ();
    };
    // What calls say, and a load or store tells by X1, is no secret.
    constexpr std::size_t first_secret = 8;
    for (std::size_t i = first_secret; i < registers_[cpu].x.size (); ++i) {
        registers_[cpu].x[i] = next ();
    }
    [&]<std::size_t... I> (std::index_sequence<I...>) {
        const auto spread = [&]<hal::SystemRegister Which> {
            // Not what translates, nor what isn't EL1's alone.
            constexpr bool is_its_own =
                Which != sctlr_el1 && Which != tcr_el1 && Which != mdscr_el1 && Which != fpcr && Which != fpsr;
            if constexpr (is_its_own) { hal.write<Which> (next ()); }
        };
        (spread.template operator()<el1_registers[I]> (), ...);
    }(std::make_index_sequence<el1_registers.size ()>{});
    if (!cptr::tfp.any (hal.read<cptr_el2> ())) {
        hal::FpState fp;
        for (auto &half : fp.halves) {
            half = next ();
        }
        hal.load_fp (fp);
    }
}

void ExploredMachine::trap (std::uint8_t cpu, esr::Class kind, std::uint64_t details) {
    auto &processor = machine_.cpu (std::uint32_t{cpu});
    processor.hal ().write<esr_el2> (esr::exception_class.put (std::to_underlying (kind)) |
                                     esr::instruction_length.mask () | details);
    static_cast<void> (processor.trap (registers_[cpu]));
}

void ExploredMachine::call (std::uint8_t cpu, std::initializer_list<std::uint64_t> values) {
    std::ranges::copy (values, registers_[cpu].x.begin ());
    make_mistake (mistakes_[cpu], registers_[cpu]);
    trap (cpu, esr::Class::hvc64, 0);
}

void ExploredMachine::host_step (const Step &step) {
    const std::uint64_t handle = (meant_ ? *meant_ : handles_)[step.vm];
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
    case Action::vm_set_time: call (step.cpu, {RAVELIN_VM_SET_TIME, handle, step.option * units::length}); break;
    case Action::vm_destroy:  call (step.cpu, {RAVELIN_VM_DESTROY, handle}); break;
    case Action::vm_reclaim:  call (step.cpu, {RAVELIN_VM_RECLAIM, handle}); break;
    case Action::host_load:
    case Action::host_store:  host_access (step); break;
    default:                  host_interrupt_step (step); break;
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
        if (scope_.has_interrupts ()) {
            interrupt_as_host (step.cpu);
        } else {
            static_cast<void> (machine_.cpu (std::uint32_t{step.cpu}).interrupt (registers_[step.cpu]));
        }
        break;
    default: guest_interrupt_step (step); break;
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

}  // namespace ravelin::sim::explore
