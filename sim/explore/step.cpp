// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/step.hpp"

#include "sim/explore/mistakes.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace ravelin::sim::explore {

namespace {
/// How an action is written, and which arguments it has.
struct Words {
    std::string_view words;
    std::string_view code;
    bool vm{};
    bool page{};
    bool place{};
    bool option{};
    bool vcpu{};
    bool intid{};
};

// In the order of Action.
constexpr std::array all{
    Words{"VM_CREATE", "vm_create", true, true},
    Words{"VM_FIND", "vm_find"},
    Words{"VM_ADD_RAM", "vm_add_ram", true},
    Words{"VM_TOP_UP", "vm_top_up", true, true},
    Words{"VM_DONATE", "vm_donate", true, true, true},
    Words{"VM_LEND", "vm_lend", true, true, true, true},
    Words{"VM_PROTECT", "vm_protect", true, false, true, true},
    Words{"VM_UNMAP", "vm_unmap", true, false, true},
    Words{"VCPU_CREATE", "vcpu_create", true, true},
    Words{"VCPU_RUN", "vcpu_run", true, false, false, true},
    Words{"VCPU_GET", "vcpu_get", true},
    Words{"VCPU_SET", "vcpu_set", true},
    Words{.words = "VM_SET_TIME", .code = "vm_set_time", .vm = true, .option = true},
    Words{"VM_DESTROY", "vm_destroy", true},
    Words{"VM_RECLAIM", "vm_reclaim", true},
    Words{"the host loads", "host_load", true, true},
    Words{"the host stores", "host_store", true, true},
    Words{"the guest loads", "guest_load", false, false, true},
    Words{"the guest stores", "guest_store", false, false, true},
    Words{"the guest fetches", "guest_fetch", false, false, true},
    Words{"the guest shares", "guest_share", false, false, true},
    Words{"the guest unshares", "guest_unshare", false, false, true},
    Words{"the guest asks for MEMINFO", "guest_meminfo"},
    Words{"the guest asks for PSCI_VERSION", "guest_version"},
    Words{"the guest turns its VM off", "guest_off"},
    Words{"the guest resets its VM", "guest_reset"},
    Words{"the guest turns a vCPU on", "guest_cpu_on", false, false, true, false, true},
    Words{"the guest turns its vCPU off", "guest_cpu_off"},
    Words{"the guest asks for AFFINITY_INFO", "guest_affinity", false, false, false, false, true},
    Words{"the guest waits", "guest_waits"},
    Words{"an interrupt", "interrupt"},
    Words{.words = "VM_SET_LINE", .code = "vm_set_line", .vm = true, .option = true, .intid = true},
    Words{.words = "GIC_GET", .code = "gic_get", .vm = true, .option = true, .vcpu = true, .intid = true},
    Words{.words = "the host sets its timer", .code = "host_sets_timer", .option = true},
    Words{.words = "the host takes its interrupt", .code = "host_takes_interrupt"},
    Words{.words = "the guest changes an interrupt", .code = "gicd_change", .option = true, .intid = true},
    Words{.words = "the guest writes GICD_CTLR", .code = "gicd_control", .option = true},
    Words{.words = "the guest sends an SGI", .code = "gicd_send", .option = true, .intid = true},
    Words{.words = "the guest reads of an interrupt", .code = "gicd_read", .option = true, .intid = true},
    Words{.words = "the guest writes GICC_CTLR and GICC_PMR", .code = "gicc_control", .option = true},
    Words{.words = "the guest acknowledges", .code = "gicc_acknowledge"},
    Words{.words = "the guest ends", .code = "gicc_end", .intid = true},
    Words{.words = "the guest deactivates", .code = "gicc_deactivate", .intid = true},
    Words{.words = "the guest sets a timer", .code = "guest_sets_timer", .option = true, .intid = true},
    Words{.words = "the guest reads its physical timer", .code = "guest_reads_timer", .option = true},
    Words{.words = "an interrupt of EL2's", .code = "own_interrupt"},
    Words{.words = "time passes", .code = "time_passes"},
};
static_assert (all.size () == std::to_underlying (Action::time_passes) + 1);

[[nodiscard]] auto words_of (const Step &step) -> const Words & {
    return all.at (std::to_underlying (step.action));
}

struct Named {
    std::uint8_t number;
    std::string_view name;
};

constexpr std::array pages{Named{page::ravelins, "ravelins"}, Named{page::tables, "tables"},
                           Named{page::vcpu, "vcpu"},         Named{page::firmware, "firmware"},
                           Named{page::control, "control"},   Named{page::other_control, "other_control"}};
constexpr std::array places{Named{place::firmware, "firmware"}, Named{place::outside, "outside"}};

/// A named number, or the number of a data page.
[[nodiscard]] auto name_of (const auto &names, std::uint8_t number, std::string_view before, std::string_view data)
    -> std::string {
    for (const Named &named : names) {
        if (named.number == number) { return std::string{before} + std::string{named.name}; }
    }
    return std::string{data} + std::to_string (number);
}

constexpr std::array changes{
    Named{gicd::enable, "enable"},       Named{gicd::disable, "disable"},     Named{gicd::pend, "pend"},
    Named{gicd::unpend, "unpend"},       Named{gicd::activate, "activate"},   Named{gicd::deactivate, "deactivate"},
    Named{gicd::urgent, "urgent"},       Named{gicd::usual, "usual"},         Named{gicd::group0, "group0"},
    Named{gicd::group1, "group1"},       Named{gicd::to_nobody, "to_nobody"}, Named{gicd::to_first, "to_first"},
    Named{gicd::to_second, "to_second"}, Named{gicd::to_both, "to_both"}};
constexpr std::array moments{Named{moment::off, "off"}, Named{moment::past, "past"}, Named{moment::soon, "soon"},
                             Named{moment::never, "never"}, Named{moment::masked, "masked"}};

/// An option as its action has it: with a name, in code behind that of its namespace, or a number.
[[nodiscard]] auto option_of (const Step &step, bool code) -> std::string {
    switch (step.action) {
    case Action::gic_get:
    case Action::gicd_change:
    case Action::gicd_read:        return name_of (changes, step.option, code ? "gicd::" : "", "");
    case Action::host_sets_timer:
    case Action::guest_sets_timer: return name_of (moments, step.option, code ? "moment::" : "", "");
    default:                       return std::to_string (step.option);
    }
}
}  // namespace

auto to_text (const Step &step) -> std::string {
    const Words &words = words_of (step);
    std::string text   = "CPU " + std::to_string (step.cpu) + ": " + std::string{words.words};
    if (words.vm) { text += ", VM " + std::to_string (step.vm); }
    if (words.vcpu || step.vcpu != 0) { text += ", vCPU " + std::to_string (step.vcpu); }
    if (words.page) { text += ", page " + name_of (pages, step.page, "", "data "); }
    if (words.place) { text += ", IPA " + name_of (places, step.place, "", "data "); }
    if (words.intid) { text += ", INTID " + std::to_string (step.intid); }
    if (words.option) { text += ", option " + option_of (step, false); }
    if (step.mistake != 0) { text.append (", but ").append (mistakes ()[step.mistake - 1U].words); }
    return text;
}

auto to_code (const Step &step) -> std::string {
    const Words &words = words_of (step);
    std::string code   = "{.cpu = " + std::to_string (step.cpu) + ", .action = Action::" + std::string{words.code};
    if (words.vm) { code += ", .vm = " + std::to_string (step.vm); }
    if (words.vcpu || step.vcpu != 0) { code += ", .vcpu = " + std::to_string (step.vcpu); }
    if (words.page) { code += ", .page = " + name_of (pages, step.page, "page::", ""); }
    if (words.place) { code += ", .place = " + name_of (places, step.place, "place::", ""); }
    if (words.option) { code += ", .option = " + option_of (step, true); }
    if (words.intid) { code += ", .intid = " + std::to_string (step.intid); }
    if (step.mistake != 0) { code += ", .mistake = " + std::to_string (step.mistake); }
    return code + "}";
}

}  // namespace ravelin::sim::explore
