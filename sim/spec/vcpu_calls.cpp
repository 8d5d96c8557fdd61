// SPDX-License-Identifier: BSD-2-Clause
// VCPU_CREATE, VCPU_RUN, VCPU_GET, VCPU_SET.
#include "hyp/abi/boot.h"
#include "hyp/abi/status.h"
#include "sim/spec/host_call.hpp"
#include "sim/spec/pages_of_call.hpp"

namespace ravelin::spec {
namespace {

constexpr unsigned zero_register = 31;

/// Why VCPU_GET and VCPU_SET may not reach a register of @p vcpu, or SUCCESS.
auto register_access (const Vm &vm, const Vcpu &vcpu) -> ravelin_status {
    if (vm.is_protected || vm.phase == Phase::dying) { return RAVELIN_DENIED; }
    return vcpu.running ? RAVELIN_BUSY : RAVELIN_SUCCESS;
}

/// The vCPU that X1 and X2 name; nullptr: there is none.
auto vcpu_of (const HostCall &call) -> Vcpu * {
    Vm *const vm = call.vm ();
    return vm == nullptr ? nullptr : vm->vcpu (call.x[2]);
}

/// Whether the guest firmware finds its pages at @p ipa.
auto has_room_for_firmware (const Vm &vm, std::uint64_t ipa) -> bool {
    if (!is_page (ipa) || !vm.has_ram (ipa, std::uint64_t{RAVELIN_FIRMWARE_PAGES} * RAVELIN_PAGE_SIZE)) {
        return false;
    }
    for (std::uint64_t i = 0; i < RAVELIN_FIRMWARE_PAGES; ++i) {
        if (vm.space.find (ipa / RAVELIN_PAGE_SIZE + i) == nullptr) { return false; }
    }
    return true;
}

/// A vCPU ends the access that it was stopped at, if there's one, and runs no further.
auto ends_access (Vcpu &vcpu, std::uint64_t value) -> Outcome {
    Outcome outcome                 = returns (Next::host, {RAVELIN_SUCCESS, RAVELIN_EXIT_INTERRUPT, 0, 0, 0});
    std::optional<PendingLoad> load = vcpu.load;
    if (vcpu.undecided) {
        load          = vcpu.undecided->load;
        outcome.skips = vcpu.undecided->bytes;
    }
    vcpu.load.reset ();
    vcpu.undecided.reset ();
    if (load && load->number != zero_register) { vcpu.set[load->number] = load->delivers (value); }
    const auto pc = vcpu.set.find (RAVELIN_REGISTER_PC);
    if (pc != vcpu.set.end ()) { pc->second += outcome.skips; }
    return outcome;
}

}  // namespace

auto vcpu_create (const HostCall &call) -> Outcome {
    const Handle handle        = call.x[1];
    const std::uint64_t number = call.x[2];
    const std::uint64_t pa     = call.x[3];
    const std::uint64_t pc     = call.x[4];
    const std::uint64_t flags  = call.x[6];
    Vm *const vm               = call.vm ();

    if (vm == nullptr || number >= vm->max_vcpus || !is_page (pa) || pc % 4 != 0 ||
        (flags & ~std::uint64_t{RAVELIN_VCPU_OFF}) != 0) {
        return returns_status (RAVELIN_INVALID);
    }
    const bool boots = vm->is_protected && number == 0;
    if (boots && (flags != 0 || !has_room_for_firmware (*vm, pc))) { return returns_status (RAVELIN_INVALID); }
    if (vm->is_protected && !boots && flags != RAVELIN_VCPU_OFF) { return returns_status (RAVELIN_INVALID); }
    if (vm->phase != Phase::fresh || !call.world.host_may_give (pa / RAVELIN_PAGE_SIZE, RAVELIN_VCPU_PAGES)) {
        return returns_status (RAVELIN_DENIED);
    }
    if (vm->vcpu (number) != nullptr) { return returns_status (RAVELIN_EXISTS); }
    call.world.give_for_control (handle, pa / RAVELIN_PAGE_SIZE, RAVELIN_VCPU_PAGES);
    if (boots) { call.world.place_firmware (handle, pc / RAVELIN_PAGE_SIZE); }
    Vcpu vcpu         = boots ? new_vcpu (pc + RAVELIN_FIRMWARE_ENTRY, 0) : new_vcpu (pc, call.x[5]);
    vcpu.power        = flags == RAVELIN_VCPU_OFF ? Power::off : Power::on;
    vm->vcpus[number] = vcpu;
    return returns_status (RAVELIN_SUCCESS);
}

auto vcpu_run (const HostCall &call) -> Outcome {
    Vcpu *const vcpu = vcpu_of (call);
    if (vcpu == nullptr) { return returns_status (RAVELIN_INVALID); }
    Vm &vm = *call.vm ();
    if (vm.phase == Phase::dying) { return returns_status (RAVELIN_DENIED); }
    if (vcpu->running) { return returns_status (RAVELIN_BUSY); }

    if (vm.phase == Phase::fresh) { call.world.tell_firmware (call.x[1]); }
    vm.phase = Phase::started;
    if (vcpu->power == Power::off) { return returns (Next::host, {RAVELIN_SUCCESS, RAVELIN_EXIT_OFF, 0, 0, 0}); }
    if (vcpu->power == Power::pending) {
        *vcpu                 = new_vcpu (vcpu->entry, vcpu->context);
        vcpu->interface_known = false;
    }
    vcpu->power = Power::on;

    if (call.x[4] == RAVELIN_RUN_DONE_ONLY) { return ends_access (*vcpu, call.x[3]); }

    Outcome outcome{.next = Next::guest, .enters = VcpuName{call.x[1], call.x[2]}};
    outcome.x.fill ({ExpectedRegister::Kind::any});  // the guest's own
    if (vcpu->load) { outcome.delivers = vcpu->load->delivers (call.x[3]); }
    if (vcpu->undecided && call.x[4] == RAVELIN_RUN_DONE) {
        if (vcpu->undecided->load) { outcome.delivers = vcpu->undecided->load->delivers (call.x[3]); }
        outcome.skips = vcpu->undecided->bytes;
    }
    outcome.begins = !vcpu->has_run;
    for (std::uint64_t number = 0; outcome.begins && number <= RAVELIN_REGISTER_PC; ++number) {
        outcome.set[number] = 0;
    }
    for (const auto &[number, value] : vcpu->set) {
        outcome.set[number] = value;
    }
    vcpu->running = true;
    vcpu->load.reset ();
    vcpu->undecided.reset ();
    vcpu->set.clear ();
    vcpu->has_run                   = true;
    call.world.state.cpus[call.cpu] = outcome.enters;
    call.world.touched.looked       = true;
    return outcome;
}

auto vcpu_get (const HostCall &call) -> Outcome {
    const Vcpu *const vcpu = vcpu_of (call);
    if (vcpu == nullptr || !is_register (call.x[3])) { return returns_status (RAVELIN_INVALID); }
    const ravelin_status status = register_access (*call.vm (), *vcpu);
    Outcome outcome             = returns_status (status);
    if (status == RAVELIN_SUCCESS) {
        const std::optional<std::uint64_t> value = vcpu->value_of (call.x[3]);
        const auto kind                          = value ? ExpectedRegister::Kind::value : ExpectedRegister::Kind::any;
        outcome.x[1]                             = {.kind = kind, .value = value.value_or (0)};
    }
    return outcome;
}

auto vcpu_set (const HostCall &call) -> Outcome {
    Vcpu *const vcpu = vcpu_of (call);
    if (vcpu == nullptr || !is_register (call.x[3]) || !register_takes (call.x[3], call.x[4])) {
        return returns_status (RAVELIN_INVALID);
    }
    const ravelin_status status = register_access (*call.vm (), *vcpu);
    if (status == RAVELIN_SUCCESS) { vcpu->put (call.x[3], call.x[4]); }
    return returns_status (status);
}

}  // namespace ravelin::spec
