// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/scope.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string_view>

namespace ravelin::sim::explore {

namespace {
struct Member {
    std::string_view name;
    unsigned Scope::*member;
    unsigned least;
    unsigned most;
};

constexpr std::array members{
    Member{"protected_vms", &Scope::protected_vms, 0, Scope::most_vms},
    Member{"plain_vms", &Scope::plain_vms, 0, Scope::most_vms},
    Member{"pages", &Scope::pages, 1, Scope::most_pages},
    Member{"ipas", &Scope::ipas, 1, Scope::most_ipas},
    Member{"cpus", &Scope::cpus, 1, Scope::most_cpus},
    Member{"vcpus", &Scope::vcpus, 1, Scope::most_vcpus},
};

/// What is wrong with a line of a file; empty: nothing, and it has changed @p scope.
[[nodiscard]] auto parse_line (const std::string &line, Scope &scope) -> std::string {
    std::istringstream words{line};
    std::string key;
    long value = 0;
    if (!(words >> key) || key.starts_with ('#')) { return ""; }
    const auto found = std::ranges::find (members, key, &Member::name);
    if (found == members.end ()) { return "there is no '" + key + "'"; }
    if (!(words >> value) || value < static_cast<long> (found->least) || value > static_cast<long> (found->most)) {
        return key + " must be " + std::to_string (found->least) + " to " + std::to_string (found->most);
    }
    scope.*found->member = static_cast<unsigned> (value);
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
    return scope;
}
}  // namespace

auto read_scope (const std::string &name) -> std::expected<Scope, std::string> {
    if (name == "small") { return Scope{}; }
    if (name == "pair") { return Scope{.protected_vms = 1, .pages = 2}; }
    if (name == "psci") { return Scope{.protected_vms = 1, .plain_vms = 0, .pages = 1, .vcpus = 3}; }
    if (name == "large") { return Scope{.pages = 5, .ipas = 2}; }
    std::ifstream file{name};
    if (!file) { return std::unexpected{"cannot read " + name + "; there are pair, small, large, psci, and files"}; }
    auto scope = parse (file);
    return scope ? scope : std::unexpected{name + ": " + scope.error ()};
}

auto to_text (const Scope &scope) -> std::string {
    std::string text;
    for (const Member &each : members) {
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
        code.append (code.empty () ? "{." : ", .").append (each.name);
        code.append (" = ").append (std::to_string (scope.*each.member));
    }
    return code + "}";
}

}  // namespace ravelin::sim::explore
