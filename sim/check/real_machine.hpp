// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/registers.hpp"
#include "hyp/mem/descriptor.hpp"
#include "sim/machine/machine.hpp"
#include "sim/spec/interrupt.hpp"
#include "sim/spec/page.hpp"
#include "sim/spec/setup.hpp"

#include <cstdint>
#include <utility>

/// The machine as it really is, in the specification's words: read from Ravelin's states of pages and from
/// the tables that hardware would walk.
namespace ravelin::sim::real {

/// What the specification has to know of a machine on which Ravelin has booted.
[[nodiscard]] auto setup_of (Machine &machine) -> spec::Setup;

/// Whose a page of RAM is. A VM is named by its slot alone: Page::vm is a handle of which the generation is
/// that of the VM there now.
[[nodiscard]] auto owner_of (Machine &machine, spec::PageNumber page) -> spec::Page;

/// Whether the host's stage 2 leads to the page.
[[nodiscard]] auto host_reaches (Machine &machine, spec::PageNumber page) -> bool;

/// Whether the page of RAM holds nothing but zeros.
[[nodiscard]] auto is_zero (Machine &machine, spec::PageNumber page) -> bool;

/// An interrupt of VM @p vm, which has a GIC and of which no vCPU runs, as the distributor has it: all but
/// what the specification has beside.
/// @param vcpu  whose it is, if it's an SGI or PPI
[[nodiscard]] auto interrupt_of (Machine &machine, spec::Handle vm, std::uint64_t vcpu, std::uint32_t intid)
    -> spec::Interrupt;

/// GICD_CTLR of such a VM.
[[nodiscard]] auto distributor_control (Machine &machine, spec::Handle vm) -> std::uint32_t;

/// CNTP_CVAL_EL0 of vCPU @p vcpu, which there is, of VM @p vm.
[[nodiscard]] auto physical_compare_value (Machine &machine, spec::Handle vm, std::uint64_t vcpu) -> std::uint64_t;

/// Whether @p cpu is in a guest: by the VMID in VTTBR_EL2.
[[nodiscard]] inline auto is_in_guest (Processor &cpu) -> bool {
    return vttbr_vmid.any (cpu.hal ().read<hal::sysreg::vttbr_el2> ());
}

/// The vCPU that a host entered with VCPU_RUN in @p registers.
[[nodiscard]] inline auto vcpu_of_last_run (const Registers &registers) -> std::pair<spec::Handle, std::uint64_t> {
    return {registers.x[1], registers.x[2]};
}

}  // namespace ravelin::sim::real
