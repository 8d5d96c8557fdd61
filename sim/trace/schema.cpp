// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/schema.hpp"

#include "sim/machine/violation.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace ravelin::sim::trace {

namespace {
using enum Field;

constexpr std::array trap_always{cause, vmid, vcpu, elr};
constexpr std::array trap_perhaps{esr, far, ipa, x0, x1, x2, x3, x4, x5, x6, x7};
constexpr std::array leave_always{vmid, vcpu, elr, x0, x1, x2, x3, x4};
constexpr std::array lock_always{rank};
constexpr std::array table_always{vmid, level, ipa, pa, old_value, new_value};
constexpr std::array store_always{pa, old_value, new_value};
constexpr std::array range_always{pa, size};
constexpr std::array dsb_always{domain};
constexpr std::array tlbi_always{tlbi_op, vmid};
constexpr std::array tlbi_perhaps{ipa};
constexpr std::array ic_always{ic_op};
constexpr std::array device_always{pa, value};
constexpr std::array smc_always{x0, x1, x2, x3};

// In the order of Kind.
constexpr std::array<KindSchema, kinds> schemas{{
    {"trap", trap_always, trap_perhaps},
    {"return", leave_always, {}},
    {"off", {}, {}},
    {"lock", lock_always, {}},
    {"unlock", lock_always, {}},
    {"spin", {}, {}},
    {"sleep", {}, {}},
    {"sev", {}, {}},
    {"table", table_always, {}},
    {"store", store_always, {}},
    {"fill", range_always, {}},
    {"isb", {}, {}},
    {"dsb", dsb_always, {}},
    {"tlbi", tlbi_always, tlbi_perhaps},
    {"ic", ic_always, {}},
    {"clean", range_always, {}},
    {"read", device_always, {}},
    {"write", device_always, {}},
    {"smc", smc_always, {}},
    {"smc-result", smc_always, {}},
    {"end", {}, {}},
}};

// In the order of Field.
constexpr std::array<std::string_view, fields> names{
    "cause",  "vmid", "vcpu", "elr",   "esr", "far", "ipa", "rank", "level", "pa", "old", "new", "size",
    "domain", "op",   "op",   "value", "x0",  "x1",  "x2",  "x3",   "x4",    "x5", "x6",  "x7"};

constexpr std::array<std::string_view, 11> cause_words{
    "hvc", "smc", "data-abort", "code-abort", "wait", "register", "fp", "unknown", "other", "interrupt", "serror"};
// In the order of the hypervisor's LockRank.
constexpr std::array<std::string_view, 3> rank_words{"vm", "interrupts", "memory"};
constexpr std::array<std::string_view, 3> domain_words{"ishst", "ish", "sy"};
// In the order of TlbInvalidation::Kind.
constexpr std::array<std::string_view, 5> tlbi_words{"alle1", "vmalle1", "ipas2e1is", "vmalle1is", "vmalls12e1is"};
constexpr std::array<std::string_view, 2> ic_words{"iallu", "ialluis"};

/// The words that a field may be; none: it's a number.
[[nodiscard]] auto words_of (Field field) -> std::span<const std::string_view> {
    switch (field) {
    case cause:   return cause_words;
    case rank:    return rank_words;
    case domain:  return domain_words;
    case tlbi_op: return tlbi_words;
    case ic_op:   return ic_words;
    default:      return {};
    }
}

[[nodiscard]] auto is_decimal (Field field) -> bool {
    return field == vmid || field == vcpu || field == level;
}

[[nodiscard]] auto find_word (Field field, std::string_view word) -> std::optional<std::uint64_t> {
    const auto words = words_of (field);
    const auto found = std::ranges::find (words, word);
    return found == words.end () ? std::nullopt : std::optional{static_cast<std::uint64_t> (found - words.begin ())};
}
}  // namespace

auto schema_of (Kind kind) -> const KindSchema & {
    return schemas[static_cast<std::size_t> (kind)];
}

auto kind_named (std::string_view name) -> std::optional<Kind> {
    const auto found = std::ranges::find (schemas, name, &KindSchema::name);
    if (found == schemas.end ()) { return std::nullopt; }
    return static_cast<Kind> (found - schemas.begin ());
}

auto name_of (Field field) -> std::string_view {
    return names[static_cast<std::size_t> (field)];
}

auto spelled (Field field, std::uint64_t value) -> std::string {
    if (const auto words = words_of (field); !words.empty ()) { return std::string{words[value]}; }
    return is_decimal (field) ? std::to_string (value) : hex (value);
}

auto parse_value (Field field, std::string_view text) -> std::optional<std::uint64_t> {
    if (!words_of (field).empty ()) { return find_word (field, text); }
    int base = 10;
    if (!is_decimal (field)) {
        if (!text.starts_with ("0x")) { return std::nullopt; }
        text.remove_prefix (2);
        base = 16;
    }
    std::uint64_t value = 0;
    const auto result   = std::from_chars (text.begin (), text.end (), value, base);
    if (result.ec != std::errc{} || result.ptr != text.end ()) { return std::nullopt; }
    return value;
}

auto number_of (Field field, std::string_view word) -> std::uint64_t {
    const auto found = find_word (field, word);
    if (!found) { throw std::logic_error{"no word of a trace: " + std::string{word}}; }
    return *found;
}

}  // namespace ravelin::sim::trace
