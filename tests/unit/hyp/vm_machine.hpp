// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/boot.h"
#include "hyp/abi/guest_calls.h"
#include "hyp/abi/vm_calls.h"
#include "hyp/mem/descriptor.hpp"
#include "tests/unit/hyp/host_machine.hpp"

#include <cstdint>
#include <stdexcept>

namespace ravelin::test {

/// A machine whose host makes VMs. There is no guest code: a test is the guest, and takes its traps.
class VmMachine : public HostMachine {
  public:
    /// RAM that nobody uses, and how much of it.
    static constexpr std::uint64_t free_memory = 0x5000'0000;

    /// Where the RAM of a VM is.
    static constexpr std::uint64_t ram      = 0x4000'0000;
    static constexpr std::uint64_t ram_size = 64ULL << 20;

    /// Where a protected VM's guest firmware is: at the end of its RAM.
    static constexpr std::uint64_t firmware = ram + ram_size - RAVELIN_FIRMWARE_PAGES * page_size;

    /// And its first instruction.
    static constexpr std::uint64_t entry = firmware + RAVELIN_FIRMWARE_ENTRY;

    explicit VmMachine (const sim::MachineOptions &options = {})
        : HostMachine{HostMachine::booted (sim::BoardName::virt, options)} {}

    /// @p pages pages of the host's that no other call returned.
    [[nodiscard]] auto pages (std::uint64_t pages, std::uint64_t alignment = page_size) -> std::uint64_t {
        next_             = Pa{next_}.align_up (alignment).value ();
        const auto result = next_;
        next_ += pages * page_size;
        return result;
    }

    /// A VM with RAM, one vCPU, and pages for tables.
    [[nodiscard]] auto make_vm (bool is_protected, std::uint64_t ipa_bits = 40) -> std::uint64_t {
        const std::uint64_t properties = ipa_bits | (is_protected ? RAVELIN_VM_PROTECTED : 0);
        expect (call ({RAVELIN_VM_CREATE, pages (RAVELIN_VM_PAGES, RAVELIN_VM_PAGES * page_size), properties, 2}));
        const auto handle = registers ().x[1];
        expect (call ({RAVELIN_VM_ADD_RAM, handle, ram, ram_size}));
        expect (call ({RAVELIN_VM_TOP_UP, handle, pages (8), 8}));
        if (is_protected) { give_firmware_pages (handle); }
        expect (call ({RAVELIN_VCPU_CREATE, handle, 0, pages (1), is_protected ? firmware : ram, 0x1234}));
        return handle;
    }

    /// Donates the pages that a protected VM's firmware takes.
    void give_firmware_pages (std::uint64_t handle) {
        const auto place = pages (RAVELIN_FIRMWARE_PAGES);
        expect (call ({RAVELIN_VM_DONATE, handle, firmware, place, RAVELIN_FIRMWARE_PAGES}));
    }

    /// Enters vCPU @p number, with what a load has read, and RAVELIN_RUN_DONE.
    auto run (std::uint64_t handle, std::uint64_t number = 0, std::uint64_t value = 0, std::uint64_t done = 0)
        -> std::int64_t {
        return call ({RAVELIN_VCPU_RUN, handle, number, value, done});
    }

    /// Enters a vCPU, which must be possible.
    void enter (std::uint64_t handle, std::uint64_t number = 0) {
        static_cast<void> (run (handle, number));
        if (!in_guest ()) { throw std::runtime_error{"the vCPU doesn't run"}; }
    }

    /// Whether the first CPU is in a guest now.
    [[nodiscard]] auto in_guest () -> bool { return vttbr_vmid.any (hal ().read<hal::sysreg::vttbr_el2> ()); }

    /// A guest's access faults at @p ipa.
    /// @param details  ISS of the abort
    auto guest_abort (std::uint64_t ipa, std::uint64_t details, esr::Class kind = esr::Class::data_abort_lower)
        -> Next {
        hal ().write<hal::sysreg::hpfar_el2> (hpfar::ipa_page.put (ipa / page_size));
        hal ().write<hal::sysreg::far_el2> (ipa);
        return guest_trap (kind, details);
    }

    /// A trap of the guest, from where it is.
    auto guest_trap (esr::Class kind, std::uint64_t details) -> Next {
        hal ().write<hal::sysreg::esr_el2> (esr::exception_class.put (std::to_underlying (kind)) |
                                            esr::instruction_length.mask () | details);
        return machine ().cpu (0U).trap (registers ());
    }

    /// A call of the guest: its X0 afterwards, if it's still there.
    auto guest_call (std::initializer_list<std::uint64_t> arguments) -> std::int64_t { return call (arguments); }

    /// Has the guest come back to the host for an interrupt.
    void interrupt () { static_cast<void> (machine ().cpu (0U).interrupt (registers ())); }

    /// An SError comes to EL2, whoever runs.
    void system_error () { static_cast<void> (machine ().cpu (0U).system_error (registers ())); }

    /// Ends @p handle and takes back all it has.
    void destroy (std::uint64_t handle) {
        expect (call ({RAVELIN_VM_DESTROY, handle}));
        for (auto status = call ({RAVELIN_VM_RECLAIM, handle}); status != RAVELIN_SUCCESS;
             status      = call ({RAVELIN_VM_RECLAIM, handle})) {
            if (status != RAVELIN_AGAIN) { throw std::runtime_error{"VM_RECLAIM: status " + std::to_string (status)}; }
        }
    }

    /// Whether the host's stage 2 leads to the page at @p pa.
    [[nodiscard]] auto host_reaches (std::uint64_t pa) -> bool {
        return machine ().hypervisor ().host_stage2 ().translate (hal (), Ipa{pa}).has_value ();
    }

    /// The doubleword at @p pa, whoever owns it.
    [[nodiscard]] auto peek (std::uint64_t pa) -> std::uint64_t { return hal ().load<std::uint64_t> (Pa{pa}); }
    void poke (std::uint64_t pa, std::uint64_t value) { hal ().store<std::uint64_t> (Pa{pa}, value); }

  private:
    static void expect (std::int64_t status) {
        if (status != RAVELIN_SUCCESS) {
            throw std::runtime_error{"a call that should succeed returned " + std::to_string (status)};
        }
    }

    std::uint64_t next_{free_memory};
};

// ISS of data aborts.
inline constexpr std::uint64_t iss_translation = 0b00'0111;
inline constexpr std::uint64_t iss_permission  = 0b00'1111;
inline constexpr std::uint64_t iss_write       = 1U << 6;

/// ISS of a load or store of @p size_log2 that moves register @p number.
[[nodiscard]] constexpr auto iss_transfer (std::uint64_t size_log2, std::uint64_t number) -> std::uint64_t {
    return iss_translation | esr::valid.mask () | esr::access_size.put (size_log2) |
           esr::transfer_register.put (number);
}

}  // namespace ravelin::test
