// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/scope.hpp"

#include "sim/spec/interrupt.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>

namespace ravelin::sim::explore {

namespace {
struct Member {
    std::string_view name;
    unsigned Scope::*member;
    unsigned least;
    unsigned most;
    bool of_interrupts{};  // not worth a word where these aren't explored
};

constexpr std::array members{
    Member{"protected_vms", &Scope::protected_vms, 0, Scope::most_vms},
    Member{"plain_vms", &Scope::plain_vms, 0, Scope::most_vms},
    Member{"pages", &Scope::pages, 1, Scope::most_pages},
    Member{"ipas", &Scope::ipas, 1, Scope::most_ipas},
    Member{"cpus", &Scope::cpus, 1, Scope::most_cpus},
    Member{"vcpus", &Scope::vcpus, 1, Scope::most_vcpus},
    Member{"sgis", &Scope::sgis, 0, Scope::most_sgis, true},
    Member{"spis", &Scope::spis, 0, Scope::most_spis, true},
    Member{"timers", &Scope::timers, 0, 2, true},
    Member{"states", &Scope::states, 0, 1, true},
    Member{"priorities", &Scope::priorities, 0, 1, true},
    Member{"groups", &Scope::groups, 0, 1, true},
    Member{"modes", &Scope::modes, 0, 1, true},
};

struct Named {
    std::string_view name;
    Scope scope;
};

constexpr std::array all_named{
    Named{"pair", {.protected_vms = 1, .pages = 2}},
    Named{"protected", {.plain_vms = 0, .pages = 2}},
    Named{"small", {}},
    Named{"large", {.pages = 5, .ipas = 2}},
    Named{"loans", {.protected_vms = 0, .plain_vms = 2, .pages = 1}},
    Named{"psci", {.protected_vms = 1, .plain_vms = 0, .pages = 1, .vcpus = 3}},
    // A third CPU, for races: while two of them change something, it may see the middle of it.
    Named{"trio", {.protected_vms = 1, .pages = 2, .cpus = 3}},
    Named{"trio-psci", {.protected_vms = 1, .plain_vms = 0, .pages = 1, .cpus = 3, .vcpus = 3}},
    // All that a guest can do with one interrupt; two of them; more than list registers take; two vCPUs that send one
    // another SGIs, or share an SPI.
    Named{
        "vgic",
        {.protected_vms = 0, .pages = 1, .cpus = 1, .spis = 1, .states = 1, .priorities = 1, .groups = 1, .modes = 1}},
    Named{"vgic-two", {.protected_vms = 0, .pages = 1, .cpus = 1, .sgis = 1, .spis = 1, .states = 1, .modes = 1}},
    Named{"vgic-many", {.protected_vms = 0, .pages = 1, .cpus = 1, .spis = 5}},
    Named{"vgic-sgi", {.protected_vms = 0, .pages = 1, .vcpus = 2, .sgis = 1}},
    Named{"vgic-spi", {.protected_vms = 0, .pages = 1, .vcpus = 2, .spis = 1}},
    // The virtual timer of a vCPU that goes from CPU to CPU; that and the physical one; those of two vCPUs.
    Named{"timer", {.protected_vms = 0, .pages = 1, .timers = 1}},
    Named{"timer-two", {.protected_vms = 0, .pages = 1, .cpus = 1, .timers = 2}},
    Named{"timer-pair", {.protected_vms = 0, .pages = 1, .cpus = 1, .vcpus = 2, .timers = 1}},
};

/// Of all scopes that have one.
[[nodiscard]] auto names () -> std::string {
    std::string text;
    for (const Named &each : all_named) {
        text.append (each.name).append (", ");
    }
    return text;
}

/// What is wrong with a line of a file; empty: nothing, and it has changed @p scope.
[[nodiscard]] auto parse_line (const std::string &line, Scope &scope) -> std::string {
    std::istringstream words{line};
    std::string key;
    std::string value;
    std::string more;
    if (!(words >> key) || key.starts_with ('#')) { return ""; }
    const auto found = std::ranges::find (members, key, &Member::name);
    if (found == members.end ()) { return "there is no '" + key + "'"; }
    words >> value;
    unsigned number      = 0;
    const auto [end, ec] = std::from_chars (value.data (), value.data () + value.size (), number);
    if (ec != std::errc{} || end != value.data () + value.size () || number < found->least || number > found->most) {
        return key + " must be " + std::to_string (found->least) + " to " + std::to_string (found->most) + ", not '" +
               value + "'";
    }
    if (words >> more && !more.starts_with ('#')) { return key + " has one value, not '" + more + "' too"; }
    scope.*found->member = number;
    return "";
}

[[nodiscard]] auto parse (std::istream &file) -> std::expected<Scope, std::string> {
    Scope scope;
    for (std::string line; std::getline (file, line);) {
        if (auto wrong = parse_line (line, scope); !wrong.empty ()) { return std::unexpected{wrong}; }
    }
    if (scope.vms () == 0 || scope.vms () > Scope::most_vms) {
        return std::unexpected{"there must be 1 to " + std::to_string (Scope::most_vms) + " VMs"};
    }
    if (scope.has_interrupts () && (scope.protected_vms != 0 || scope.plain_vms != 1)) {
        return std::unexpected{"interrupts are those of one plain VM"};
    }
    return scope;
}
}  // namespace

auto read_scope (const std::string &name) -> std::expected<Scope, std::string> {
    const auto *const named = std::ranges::find (all_named, name, &Named::name);
    if (named != all_named.end ()) { return named->scope; }
    std::ifstream file{name};
    if (!file || std::filesystem::is_directory (name)) {
        return std::unexpected{"cannot read " + name + "; there are " + names () + "and files"};
    }
    auto scope = parse (file);
    return scope ? scope : std::unexpected{name + ": " + scope.error ()};
}

auto intids_of (const Scope &scope) -> std::vector<std::uint8_t> {
    std::vector<std::uint8_t> all;
    const auto add = [&all] (std::uint32_t first, unsigned count) {
        for (unsigned i = 0; i < count; ++i) {
            all.push_back (static_cast<std::uint8_t> (first + i));
        }
    };
    add (0, scope.sgis);
    add (spec::virtual_timer, scope.timers > 0 ? 1 : 0);
    add (spec::physical_timer, scope.timers > 1 ? 1 : 0);
    add (spec::first_spi, scope.spis);
    return all;
}

auto to_text (const Scope &scope) -> std::string {
    std::string text;
    for (const Member &each : members) {
        if (each.of_interrupts && !scope.has_interrupts ()) { continue; }
        text.append (text.empty () ? "" : ", ")
            .append (each.name)
            .append (" ")
            .append (std::to_string (scope.*each.member));
    }
    return text;
}

auto to_code (const Scope &scope) -> std::string {
    std::string code;
    for (const Member &each : members) {
        if (each.of_interrupts && !scope.has_interrupts ()) { continue; }
        code.append (code.empty () ? "{." : ", .").append (each.name);
        code.append (" = ").append (std::to_string (scope.*each.member));
    }
    return code + "}";
}

}  // namespace ravelin::sim::explore
