// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/theorems.hpp"

#include "sim/spec/theorem_parts.hpp"

#include <algorithm>
#include <array>

namespace ravelin::spec {
namespace {

using namespace theorem;

constexpr std::array<Theorem, 25> all_theorems{{
    {"The host reaches a page if and only if it owns it, or a VM owns and shares it", host_reaches_its_own},
    {"Only a guest of a protected VM that has run shares a page, and only its own memory", only_protected_vms_share},
    {"A protected VM maps nothing but its own memory, each page once, and may write to it",
     protected_vms_map_their_own},
    {"A plain VM maps nothing but the host's pages", plain_vms_map_the_hosts},
    {"A page of a VM's memory is mapped where that VM has it", owners_map_their_pages},
    {"A control page belongs to one VM that there is", control_pages_are_known},
    {"Nobody reaches a control page", control_pages_are_out_of_reach},
    {"A page is on loan as often as plain VMs map it", loans_are_counted},
    {"The host finds no secret in a page that it reaches", hosts_find_no_secret},
    {"All that a VM maps is in its RAM", mappings_are_in_ram},
    {"Ranges of a VM's RAM don't overlap, and are below its IPA bits", ranges_of_ram_are_apart},
    {"The tables of a VM that isn't dying fit into the pages that it got for them", tables_have_their_pages},
    {"A vCPU that runs is on exactly one CPU, and its VM is no longer new", a_vcpu_is_on_one_cpu},
    {"A CPU runs the host, or a vCPU of a VM that there is", cpus_run_what_there_is},
    {"An SPI is in a list register of one vCPU at most", an_spi_is_listed_once},
    {"Only a vCPU that runs has list registers, and they hold interrupts that there are",
     list_registers_are_of_those_that_run},
    {"An interrupt that a vCPU acknowledged is active, and a private one is on its own",
     an_active_interrupt_is_on_its_vcpu},
    {"Interrupts come from vCPUs that there may be, and go to such", interrupts_name_vcpus},
    {"SGIs are enabled, and pending by their senders alone", sgis_are_on},
    {"The host neither reads nor writes a protected VM's GIC", protected_gics_are_hidden},
    {"A VM's GIC is below its IPA bits, and no RAM is there", a_gic_has_its_place},
    {"A vCPU that is off doesn't run, but for one whose VM was turned off under it", one_that_is_off_does_not_run},
    {"A protected VM that turned itself off stays so", a_protected_vm_stays_off},
    {"A protected VM begins in the guest firmware, with one vCPU, and nobody else has written there",
     protected_vms_begin_in_firmware},
    {"A handle is never 0, and never names another VM", handles_name_one_vm},
}};

}  // namespace

auto theorems () -> std::span<const Theorem> {
    return all_theorems;
}

auto broken_theorem (const State &state) -> std::string_view {
    const auto *const broken =
        std::ranges::find_if (all_theorems, [&state] (const Theorem &theorem) { return !theorem.holds (state); });
    return broken == all_theorems.end () ? std::string_view{} : broken->text;
}

}  // namespace ravelin::spec
