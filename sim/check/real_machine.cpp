// SPDX-License-Identifier: BSD-2-Clause
#include "sim/check/real_machine.hpp"

#include "hyp/vdev/distributor.hpp"

#include <array>
#include <cstring>
#include <stdexcept>

namespace ravelin::sim::real {

namespace {
[[nodiscard]] auto hal_of (Machine &machine) -> hal::Cpu & {
    return machine.cpu (0U).hal ();
}

[[nodiscard]] auto state_of (Machine &machine, spec::PageNumber page) -> PageState {
    const auto state =
        machine.hypervisor ().vms ().host_memory ().at_rest ().state (hal_of (machine), Pa{page * page_size});
    return state.value_or (PageState{Owner::ravelin ()});
}

/// The handle of the VM that owns a page; 0 if none does.
[[nodiscard]] auto vm_of (Machine &machine, Owner owner) -> spec::Handle {
    return machine.hypervisor ().vms ().handle_in (owner.slot ());
}

[[nodiscard]] auto distributor_of (Machine &machine, spec::Handle vm) -> Distributor & {
    const Vm *const real = machine.hypervisor ().vms ().look_up (hal_of (machine), vm);
    if (real == nullptr || !real->has_gic ()) { throw std::logic_error{"a VM without a GIC"}; }
    return hal_of (machine).object<Guarded<Distributor>> (real->gic).at_rest ();
}
}  // namespace

auto setup_of (Machine &machine) -> spec::Setup {
    spec::Setup setup;
    setup.cpus = machine.cpus ();
    for (const PaRange &bank : machine.hypervisor ().platform ().ram) {
        setup.ram.push_back ({bank.start.value (), bank.size});
        for (Pa page = bank.start; page < bank.end (); page = page + page_size) {
            if (state_of (machine, page.value () / page_size).owner () == Owner::ravelin ()) {
                setup.ravelin.push_back ({page.value (), page_size});
            }
        }
    }
    return setup;
}

auto owner_of (Machine &machine, spec::PageNumber page) -> spec::Page {
    const PageState state = state_of (machine, page);
    spec::Page found;
    found.shared = state.is_shared ();
    found.loans  = state.loans ();
    if (state.owner () == Owner::ravelin ()) {
        found.owner = spec::Owner::ravelin;
    } else if (state.owner () != Owner::host ()) {
        found.owner = spec::Owner::vm;
        found.vm    = vm_of (machine, state.owner ());
    }
    return found;
}

auto host_reaches (Machine &machine, spec::PageNumber page) -> bool {
    const Ipa ipa{page * page_size};
    const auto pa = machine.hypervisor ().host_stage2 ().translate (hal_of (machine), ipa);
    return pa == Pa{ipa.value ()};
}

auto is_zero (Machine &machine, spec::PageNumber page) -> bool {
    static constexpr std::array<std::byte, page_size> zeros{};
    const PaRange range{Pa{page * page_size}, page_size};
    return std::memcmp (machine.bus ().find_ram (range)->at (range.start), zeros.data (), page_size) == 0;
}

auto interrupt_of (Machine &machine, spec::Handle vm, std::uint64_t vcpu, std::uint32_t intid) -> spec::Interrupt {
    const unsigned i = intid % Distributor::banked;
    const InterruptBank &own =
        distributor_of (machine, vm).bank (static_cast<unsigned> (vcpu), intid / Distributor::banked);
    const auto bit = [i] (std::uint32_t bits) {
        return (bits >> i & 1) != 0;
    };
    spec::Interrupt found{.enabled  = bit (own.enabled),
                          .group1   = bit (own.group1),
                          .priority = static_cast<std::uint8_t> (own.about[i] & InterruptBank::priority),
                          .edge     = bit (own.edge),
                          .line     = bit (own.line),
                          .latched  = bit (own.latched),
                          .active   = bit (own.active)};
    std::uint8_t vcpus = 0;
    for (unsigned number = 0; number < own.by_vcpu.size (); ++number) {
        vcpus |= static_cast<std::uint8_t> (bit (own.by_vcpu[number]) ? 1U << number : 0);
    }
    if (intid >= spec::first_spi) { found.targets = vcpus; }
    if (intid < spec::first_ppi) {
        found.sources = distributor_of (machine, vm).vcpus[vcpu].senders[intid];
        found.latched = false;
    }
    return found;
}

auto distributor_control (Machine &machine, spec::Handle vm) -> std::uint32_t {
    return distributor_of (machine, vm).control;
}

auto physical_compare_value (Machine &machine, spec::Handle vm, std::uint64_t vcpu) -> std::uint64_t {
    auto &hal         = machine.cpu (0U).hal ();
    const auto *own   = machine.hypervisor ().vms ().look_up (hal, vm);
    const auto *found = own == nullptr ? nullptr : own->find_vcpu (hal, vcpu);
    if (found == nullptr) { throw std::logic_error ("no such vCPU"); }
    return found->physical_timer.compare;
}

}  // namespace ravelin::sim::real
