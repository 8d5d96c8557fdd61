// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/words.hpp"

#include "hyp/abi/status.h"
#include "hyp/host/syndrome.hpp"
#include "hyp/mem/descriptor.hpp"
#include "sim/machine/violation.hpp"
#include "sim/models/mmu_registers.hpp"
#include "sim/trace/calls.hpp"
#include "sim/trace/schema.hpp"
#include "sim/trace/world.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace ravelin::sim::trace {

namespace {
// At the negative of the status.
constexpr std::array<std::string_view, 8> statuses{"SUCCESS", "NOT_SUPPORTED", "INVALID", "DENIED",
                                                   "EXISTS",  "NO_MEMORY",     "BUSY",    "AGAIN"};
static_assert (statuses.size () == 1 - RAVELIN_AGAIN);

[[nodiscard]] auto word (const Event &event, Field field) -> std::string {
    return spelled (field, event.at (field));
}

[[nodiscard]] auto call_of (const Event &event) -> const Call * {
    return is_call (event) ? find_call (event.at (Field::x0), !World::of (event).is_host ()) : nullptr;
}

/// The arguments of a call, each by its name.
[[nodiscard]] auto arguments_of (const Event &event) -> std::string {
    const Call *const call = call_of (event);
    std::string_view left  = call == nullptr ? "x1 x2 x3" : call->arguments;
    std::string text;
    for (std::size_t i = 1; !left.empty (); ++i) {
        const auto name = left.substr (0, left.find (' '));
        left.remove_prefix (std::min (left.size (), name.size () + 1));
        text += std::string{name} + '=' + hex (event.at (x_field (i))) + ' ';
    }
    return text;
}

/// A system register's name in a trap of MSR or MRS, and which way it goes.
[[nodiscard]] auto register_words (std::uint64_t syndrome) -> std::string {
    namespace access = esr::access;
    const auto part  = [&] (Bits64 field) {
        return std::to_string (field.get (syndrome));
    };
    return std::string{access::read.any (syndrome) ? "mrs" : "msr"} + " s" + part (access::op0) + '_' +
           part (access::op1) + "_c" + part (access::crn) + "_c" + part (access::crm) + '_' + part (access::op2) + ' ';
}

[[nodiscard]] auto abort_words (const Event &event) -> std::string {
    const auto syndrome = event.find (Field::esr).value_or (0);
    const bool fetch    = word (event, Field::cause) == "code-abort";
    std::string text    = fetch ? "fetch" : esr::write.any (syndrome) ? "write" : "read";
    if (!fetch && esr::valid.any (syndrome)) {
        text += " of " + std::to_string (1U << esr::access_size.get (syndrome)) + " bytes";
    }
    if (const auto ipa = event.find (Field::ipa)) { text += " at ipa=" + hex (*ipa); }
    return text + " va=" + hex (event.at (Field::far)) + " status=" + hex (esr::fault_status.get (syndrome)) + ' ';
}

[[nodiscard]] auto trap_details (const Event &event) -> std::string {
    const auto cause = word (event, Field::cause);
    std::string text = "from " + World::of (event).name () + ": ";
    if (is_call (event)) { text += arguments_of (event); }
    if (cause.ends_with ("abort")) { text += abort_words (event); }
    if (cause == "register") { text += register_words (event.at (Field::esr)); }
    return text + "pc=" + word (event, Field::elr);
}

[[nodiscard]] auto leave_details (const Event &event) -> std::string {
    std::string text = "to " + World::of (event).name () + ":";
    for (std::size_t i = 0; i < 5; ++i) {
        text += std::string{" "}.append (name_of (x_field (i))) + '=' + hex (event.at (x_field (i)));
    }
    return text + " pc=" + word (event, Field::elr);
}

[[nodiscard]] auto table_details (const Event &event) -> std::string {
    const auto level = static_cast<unsigned> (event.at (Field::level));
    return "of vmid " + word (event, Field::vmid) + ", level " + word (event, Field::level) +
           ", ipa=" + word (event, Field::ipa) + ": " + descriptor_words (event.at (Field::old_value), level) + " -> " +
           descriptor_words (event.at (Field::new_value), level) + " at pa=" + word (event, Field::pa);
}

/// All that has not been said, as in the file.
[[nodiscard]] auto plain_details (const Event &event, std::size_t said) -> std::string {
    const KindSchema &schema = schema_of (event.kind ());
    std::string text;
    for (const auto which : {schema.required, schema.optional}) {
        for (const Field field : which.subspan (std::min (said, which.size ()))) {
            if (event.has (field)) { text += std::string{name_of (field)} + '=' + word (event, field) + ' '; }
        }
        said = 0;
    }
    if (!text.empty ()) { text.pop_back (); }
    return text;
}

/// How many of its fields are in an event's title.
[[nodiscard]] auto in_title (Kind kind) -> std::size_t {
    const bool has_word = kind == Kind::lock || kind == Kind::unlock || kind == Kind::dsb || kind == Kind::tlbi ||
                          kind == Kind::ic || kind == Kind::trap;
    return has_word ? 1 : 0;
}
}  // namespace

auto status_name (std::uint64_t x0) -> std::string {
    const auto place = std::uint64_t{0} - x0;
    return place < statuses.size () ? std::string{statuses[place]} : hex (x0);
}

auto descriptor_words (std::uint64_t value, unsigned level) -> std::string {
    if (!descriptor::valid.any (value)) { return value == 0 ? "invalid" : "invalid " + hex (value); }
    const auto where = hex (descriptor::output (value).value ());
    if (descriptor::is_table (value, level)) { return "table " + where; }
    std::string text = (level == 3 ? "page " : "block ") + where + ' ';
    text += entry::may_read.any (value) ? 'r' : '-';
    text += entry::may_write.any (value) ? 'w' : '-';
    text += entry::not_code.any (value) ? '-' : 'x';
    return text + (entry::memory_type.any (value) ? "" : " device");
}

auto is_call (const Event &event) -> bool {
    const auto cause = event.kind () == Kind::trap ? word (event, Field::cause) : std::string{};
    return (cause == "hvc" || cause == "smc") && event.has (Field::x0);
}

auto title_of (const Event &event) -> std::string {
    std::string title{schema_of (event.kind ()).name};
    if (in_title (event.kind ()) == 0) { return title; }
    const auto what = word (event, schema_of (event.kind ()).required.front ());
    title           = event.kind () == Kind::trap ? what : title + ' ' + what;
    if (!is_call (event)) { return title; }
    const Call *const call = call_of (event);
    return title + ' ' + (call == nullptr ? hex (event.at (Field::x0)) : std::string{call->name});
}

auto details_of (const Event &event) -> std::string {
    switch (event.kind ()) {
    case Kind::trap:  return trap_details (event);
    case Kind::leave: return leave_details (event);
    case Kind::table: return table_details (event);
    default:          return plain_details (event, in_title (event.kind ()));
    }
}

}  // namespace ravelin::sim::trace
