// SPDX-License-Identifier: BSD-2-Clause
#include "attacks.hpp"
#include "machine.hpp"
#include "program.hpp"
#include "reset.hpp"

#include <algorithm>
#include <array>
#include <ranges>

// A hostile host. It says how many attacks there are, then of each whether it was repelled; "attacks=NAME,NAME" on the
// command line is for some of them.

using namespace attacks;

namespace {
/// What the command line says behind "attacks="; nothing: all.
[[nodiscard]] auto wanted_names () -> std::string_view {
    constexpr std::string_view word = "attacks=";
    const auto arguments            = el1::machine ().arguments;
    const auto start                = arguments.find (word);
    if (start == std::string_view::npos) { return {}; }
    const auto rest = arguments.substr (start + word.size ());
    return rest.substr (0, rest.find (' '));
}

[[nodiscard]] auto is_wanted (std::string_view name, std::string_view wanted) -> bool {
    return wanted.empty () || std::ranges::any_of (wanted | std::views::split (','),
                                                   [name] (const auto &one) { return std::string_view{one} == name; });
}
}  // namespace

auto el1::run_program () -> End {
    const std::array themes{
        boot_attacks (),          access_attacks (),    owner_attacks (),     mapping_attacks (),
        control_block_attacks (), exit_attacks (),      vcpu_call_attacks (), stale_translation_attacks (),
        cache_attacks (),         lifecycle_attacks (), interrupt_attacks (), time_attacks (),
        debug_attacks (),         power_attacks (),     trap_attacks (),      reset_attacks ()};

    const auto wanted = wanted_names ();
    const bool again  = is_after_reset ();
    auto &counts      = before_reset ();
    if (!again) { counts = {}; }
    std::uint64_t all = 0;
    for (const Attacks &theme : themes) {
        all += theme.size ();
    }
    print ("ATTACKS ", all, "\n");
    for (const Attacks &theme : themes) {
        // The last of all resets the machine, and is judged afterwards.
        if (again && &theme != &themes.back ()) { continue; }
        for (const Attack &attack : theme) {
            if (!is_wanted (attack.name, wanted)) { continue; }
            const bool succeeded = attack.succeeds ();
            print (attack.name, succeeded ? " succeeded\n" : " repelled\n");
            ++(succeeded ? counts.succeeded : counts.repelled);
        }
    }
    for (std::uint64_t i = 0; i < counts.repelled + counts.succeeded; ++i) {
        count_test (i < counts.repelled);
    }
    return End::power_off;
}
