// SPDX-License-Identifier: BSD-2-Clause
// Each theorem notices what breaks it.
#include "tests/unit/spec/small_host.hpp"

#include <functional>
#include <set>
#include <string>

namespace ravelin::spec::test {
namespace {

class SpecTheorems : public SmallHost {
  protected:
    SpecTheorems () {
        EXPECT_EQ (donate (secure, vm_ram, owned), RAVELIN_SUCCESS);
        EXPECT_EQ (lend (open, vm_ram, lent), RAVELIN_SUCCESS);
        start (secure, 1);
    }

    /// Which theorem breaks when @p change is made.
    auto broken_by (const std::function<void (State &)> &change) -> std::string {
        State state = spec.state ();
        EXPECT_EQ (broken_theorem (state), "");
        change (state);
        std::string broken;
        for (const Theorem &theorem : theorems ()) {
            if (!theorem.holds (state)) {
                seen.insert (theorem.text);
                broken += std::string{theorem.text} + "; ";
            }
        }
        return broken;
    }

    /// Expects that @p change breaks the theorem that contains @p text.
    void expect_broken (std::string_view text, const std::function<void (State &)> &change) {
        EXPECT_NE (broken_by (change).find (text), std::string::npos) << text;
    }

    static auto at (State &state, std::uint64_t pa) -> Page & { return *state.memory.find (pa / page_bytes); }

    static constexpr PageNumber first = vm_ram / page_bytes;

    Handle secure{fed_vm (protected_one)};
    Handle open{fed_vm (plain)};
    std::uint64_t owned{new_page ()};
    std::uint64_t lent{new_page ()};
    std::set<std::string_view> seen;
};

TEST_F (SpecTheorems, notice_what_breaks_them) {
    const PageNumber control = *spec.state ().vms.at (secure).control.begin ();

    expect_broken ("The host reaches a page", [&] (State &s) { at (s, ravelin_page).shared = true; });
    expect_broken ("shares a page", [&] (State &s) { at (s, lent).shared = true; });
    expect_broken ("shares a page",
                   [&] (State &s) { at (s, owned).shared = true, s.vms.at (secure).phase = Phase::fresh; });
    expect_broken ("its own memory, each page once",
                   [&] (State &s) { s.vms.at (secure).space.map (first + 1, owned / page_bytes, true); });
    expect_broken ("its own memory, each page once",
                   [&] (State &s) { s.vms.at (secure).space.map (first + 1, lent / page_bytes, true); });
    expect_broken ("its own memory, each page once",
                   [&] (State &s) { s.vms.at (secure).space.map (first, owned / page_bytes, false); });
    expect_broken ("nothing but the host's pages",
                   [&] (State &s) { s.vms.at (open).space.map (first + 1, owned / page_bytes, true); });
    expect_broken ("mapped where that VM has it", [&] (State &s) { s.vms.at (secure).space.unmap (first); });
    expect_broken ("A control page belongs", [&] (State &s) { s.vms.at (secure).control.erase (control); });
    expect_broken ("A control page belongs", [&] (State &s) { s.vms.at (open).control.insert (control); });
    expect_broken ("Nobody reaches a control page",
                   [&] (State &s) { s.vms.at (open).space.map (first + 1, control, false); });
    expect_broken ("Nobody reaches a control page", [&] (State &s) { s.memory.find (control)->shared = true; });
    expect_broken ("on loan as often", [&] (State &s) { ++at (s, lent).loans; });
    expect_broken ("on loan as often", [&] (State &s) { s.vms.at (open).space.unmap (first); });
    expect_broken ("no secret", [&] (State &s) { at (s, lent).contents = Contents::secret; });
    expect_broken ("is in its RAM", [&] (State &s) { s.vms.at (open).space.map (1, lent / page_bytes, true); });
    expect_broken ("don't overlap", [&] (State &s) { s.vms.at (open).ram.push_back ({vm_ram, page_bytes}); });
    expect_broken ("below its IPA bits", [&] (State &s) { s.vms.at (open).ram.push_back ({1ULL << 40, page_bytes}); });
    expect_broken ("fit into the pages", [&] (State &s) { s.vms.at (open).pages_for_tables = 1; });
    expect_broken ("on exactly one CPU", [&] (State &s) { s.cpus[0] = s.cpus[1]; });
    expect_broken ("on exactly one CPU", [&] (State &s) { s.cpus[1].reset (); });
    expect_broken ("no longer new", [&] (State &s) { s.vms.at (secure).phase = Phase::fresh; });
    expect_broken ("of a VM that there is", [&] (State &s) { s.cpus[0] = VcpuName{99, 0}; });
    expect_broken ("never 0", [&] (State &s) { s.used_handles.clear (); });

    EXPECT_EQ (seen.size (), theorems ().size ()) << "a theorem isn't tested";
}

}  // namespace
}  // namespace ravelin::spec::test
