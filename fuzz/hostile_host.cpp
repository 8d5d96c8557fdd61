// SPDX-License-Identifier: BSD-2-Clause

// libFuzzer as a host that attacks: its inputs are sequences of steps, each of which is part of an attack on a VM, with
// VMs that live meanwhile. All is held to the specification, whose theorems are the promises.

#include "fuzz/input.hpp"
#include "fuzz/target.hpp"
#include "fuzz/vm_arena.hpp"
#include "hyp/abi/boot.h"
#include "hyp/abi/guest_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/vm_calls.h"

#include <array>

namespace {
using namespace ravelin;
using fuzz::Kind;
using fuzz::VmArena;
using sim::Processor;
using namespace hal::sysreg;

constexpr std::uint64_t guest_ram = VmArena::guest_ram;
constexpr std::uint64_t firmware  = guest_ram + 2 * block_size;  // where no step maps anything else
constexpr std::uint64_t ram_size  = 4 * block_size;

class HostileHost final : public fuzz::Target {
  public:
    explicit HostileHost (fuzz::TrapLog *log) : Target{"traps"}, arena_{log} {}

    [[nodiscard]] auto play (fuzz::Input &input) -> std::uint64_t override {
        input_     = &input;
        vms_       = {};
        next_page_ = VmArena::host_ram + 4 * block_size;
        make_vm (RAVELIN_VM_PROTECTED);
        make_vm (0);
        while (!input.empty ()) {
            input.begin_step ();
            step ();
        }
        return arena_.finish ();
    }

  private:
    [[nodiscard]] auto byte () -> std::uint8_t { return input_->take<std::uint8_t> (); }

    /// Pages that no VM has had in this input, aligned to their number, a power of two; those of the steps are others.
    [[nodiscard]] auto fresh (std::uint64_t pages) -> std::uint64_t {
        const auto first = Pa{next_page_}.align_up (pages * page_size).value ();
        next_page_       = first + pages * page_size;
        return first;
    }

    [[nodiscard]] auto page_of (std::uint64_t base) -> std::uint64_t {
        return VmArena::page_of (base, input_->take<std::uint8_t> (Kind::page) & 0x47U);
    }

    /// A page of the host's that steps fight for.
    [[nodiscard]] auto page () -> std::uint64_t { return page_of (VmArena::host_ram); }
    [[nodiscard]] auto ipa () -> std::uint64_t { return page_of (guest_ram); }

    /// The handle of a VM that lives or has lived.
    [[nodiscard]] auto vm () -> std::uint64_t { return vms_[input_->take<std::uint8_t> (Kind::handle) % vms_.size ()]; }

    auto call (std::initializer_list<std::uint64_t> arguments) -> std::int64_t {
        return arena_.host_call (*cpu_, arguments);
    }

    void guest_call (std::initializer_list<std::uint64_t> arguments) {
        std::ranges::copy (arguments, arena_.registers (*cpu_).x.begin ());
        arena_.trap (*cpu_, esr::Class::hvc64);
    }

    void make_vm (std::uint64_t kind) {
        constexpr std::uint64_t room = 64 * page_size;
        if (next_page_ + 2 * room > VmArena::host_ram + 8 * block_size) { return; }
        cpu_ = &arena_.cpu (0);
        if (VmArena::is_in_guest (*cpu_)) { return; }
        if (call ({RAVELIN_VM_CREATE, fresh (RAVELIN_VM_PAGES), 40 | kind, 2}) != RAVELIN_SUCCESS) { return; }
        const auto made = arena_.registers (*cpu_).x[1];
        call ({RAVELIN_VM_ADD_RAM, made, guest_ram, ram_size});
        call ({RAVELIN_VM_TOP_UP, made, fresh (4), 4});
        if (kind != 0) {
            call ({RAVELIN_VM_DONATE, made, firmware, fresh (RAVELIN_FIRMWARE_PAGES), RAVELIN_FIRMWARE_PAGES});
        }
        call ({RAVELIN_VCPU_CREATE, made, 0, fresh (1), kind != 0 ? firmware : guest_ram, 0x4800'0000});
        call ({RAVELIN_VCPU_CREATE, made, 1, fresh (1), guest_ram, 0, kind != 0 ? RAVELIN_VCPU_OFF : 0U});
        vms_[next_vm_++ % vms_.size ()] = made;
    }

    void step () {
        const auto choice = input_->take<std::uint8_t> (Kind::choice);
        cpu_              = &arena_.cpu (choice >> 7U);
        if (VmArena::is_in_guest (*cpu_)) {
            guest (choice & 0x7fU);
        } else {
            host (choice & 0x7fU);
        }
    }

    // What the host tries.
    void host (unsigned choice) {
        switch (choice % 24) {
        case 0:
        case 1:
        case 2:
        case 3:  run (input_->take<std::uint64_t> ()); return;
        case 4:  call ({RAVELIN_VM_DONATE, vm (), ipa (), page (), 1}); return;
        case 5:  call ({RAVELIN_VM_LEND, vm (), ipa (), page (), 1, byte () % 3U}); return;
        case 6:  give_twice (); return;
        case 7:  call ({RAVELIN_VM_DONATE, vm (), ipa (), guest_page (), 1}); return;
        case 8:  call ({RAVELIN_VM_TOP_UP, vm (), guest_page (), 1}); return;
        case 9:  call ({RAVELIN_VM_CREATE, guest_page () & ~0x3fffULL, 40 | RAVELIN_VM_PROTECTED, 1}); return;
        case 10: call ({RAVELIN_VM_UNMAP, vm (), ipa (), 1}); return;
        case 11: call ({RAVELIN_VM_PROTECT, vm (), ipa (), 1, byte () % 2U}); return;
        case 12: call ({RAVELIN_VCPU_GET, vm (), byte () % 2U, byte ()}); return;
        case 13: call ({RAVELIN_VCPU_SET, vm (), byte () % 2U, byte (), input_->take<std::uint64_t> ()}); return;
        case 14: call ({RAVELIN_VCPU_CREATE, vm (), byte () % 3U, page (), ipa (), 0, byte () % 2U}); return;
        case 15: call ({RAVELIN_VM_ADD_RAM, vm (), ipa (), page_size}); return;
        case 16: call ({RAVELIN_VM_SET_TIME, vm (), input_->take<std::uint64_t> ()}); return;
        case 17: call ({RAVELIN_VM_DESTROY, vm ()}); return;
        case 18: call ({RAVELIN_VM_RECLAIM, vm ()}); return;
        case 19: reclaim_all (); return;
        case 20: make_vm ((byte () & 1U) != 0 ? RAVELIN_VM_PROTECTED : 0); return;
        case 21: reach (guest_page ()); return;
        case 22: call ({RAVELIN_VM_SET_GIC, vm (), 0x0800'0000, byte () % 2U ? 0x0801'0000 : ipa (), 64}); return;
        default: call ({RAVELIN_VM_DONATE, vm (), ipa (), ~0ULL - 0xfff, byte ()}); return;
        }
    }

    /// Of a page that a VM may have: what is at one of its IPAs, if the VM is there; else one of the host's.
    [[nodiscard]] auto guest_page () -> std::uint64_t {
        const auto handle = vm ();
        const auto where  = Ipa{(byte () & 1U) != 0 ? ipa () : firmware};
        auto &hal         = cpu_->hal ();
        const Vm *real    = cpu_->machine ().hypervisor ().vms ().look_up (hal, handle);
        const auto found  = real == nullptr ? std::nullopt : real->stage2.translate (hal, where);
        return found ? found->value () : page ();
    }

    /// Runs a vCPU, which finds that a load has read this.
    void run (std::uint64_t value) { call ({RAVELIN_VCPU_RUN, vm (), byte () % 3U, value, value % 2}); }

    void give_twice () {
        const auto pa = page ();
        call ({RAVELIN_VM_DONATE, vm (), ipa (), pa, 1});
        call ({RAVELIN_VM_LEND, vm (), ipa (), pa, 1, RAVELIN_WRITABLE});
        call ({RAVELIN_VM_DONATE, vm (), ipa (), pa, 1});
    }

    void reclaim_all () {
        const auto handle = vm ();
        call ({RAVELIN_VM_DESTROY, handle});
        for (unsigned i = 0; i < 16 && call ({RAVELIN_VM_RECLAIM, handle}) == RAVELIN_AGAIN; ++i) {}
    }

    /// A load, store or fetch of the host's that stage 2 stops.
    void reach (std::uint64_t pa) {
        const auto how = byte ();
        if (cpu_->machine ().hypervisor ().host_stage2 ().translate (cpu_->hal (), Ipa{pa})) { return; }
        cpu_->hal ().write<hpfar_el2> (hpfar::ipa_page.put (pa / page_size));
        cpu_->hal ().write<far_el2> (pa + how);
        constexpr std::uint64_t translation_fault = 0b00'0111;
        arena_.trap (*cpu_, (how & 1U) != 0 ? esr::Class::data_abort_lower : esr::Class::code_abort_lower,
                     translation_fault | ((how & 3U) == 3 ? esr::write.mask () : 0));
    }

    // What goes on in a VM meanwhile.
    void guest (unsigned choice) {
        switch (choice % 12) {
        case 0:
        case 1:
        case 2: arena_.interrupt (*cpu_); return;
        case 3: guest_call ({RAVELIN_GUEST_SHARE, ipa (), 0, 0}); return;
        case 4: guest_call ({RAVELIN_GUEST_UNSHARE, ipa (), 0, 0}); return;
        case 5: guest_call ({RAVELIN_GUEST_SHARE, firmware, 0, 0}); return;
        case 6: guest_call ({PSCI_CPU_ON_64, byte () % 2U, guest_ram + byte () * 4ULL, byte ()}); return;
        case 7: abort (ipa (), 0); return;
        case 8:
            abort (0x0900'0000 + byte () * 8ULL, esr::valid.mask () | esr::transfer_register.put (byte () % 32U));
            return;
        case 9:  guest_call ({PSCI_CPU_OFF}); return;
        case 10: guest_call ({byte () % 2U ? PSCI_SYSTEM_RESET : RAVELIN_GUEST_REFUSE, byte (), 0, 0}); return;
        default: arena_.trap (*cpu_, esr::Class::wait); return;
        }
    }

    void abort (std::uint64_t where, std::uint64_t details) {
        const auto how = byte ();
        cpu_->hal ().write<hpfar_el2> (hpfar::ipa_page.put (where / page_size));
        cpu_->hal ().write<far_el2> (where);
        constexpr std::uint64_t translation_fault = 0b00'0111;
        arena_.trap (*cpu_, esr::Class::data_abort_lower,
                     translation_fault | details | esr::access_size.put (how >> 1U & 3U) |
                         ((how & 1U) != 0 ? esr::write.mask () : 0));
    }

    VmArena arena_;
    fuzz::Input *input_{};
    Processor *cpu_{};
    std::array<std::uint64_t, 4> vms_{};
    std::size_t next_vm_{};
    std::uint64_t next_page_{};
};
}  // namespace

auto ravelin::fuzz::hostile_host (TrapLog *log) -> std::unique_ptr<Target> {
    return std::make_unique<HostileHost> (log);
}
