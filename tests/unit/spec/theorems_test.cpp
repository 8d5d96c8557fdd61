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
        for (const Handle vm : {secure, open}) {
            EXPECT_EQ (call ({RAVELIN_VM_SET_GIC, vm, 0x0800'0000, 0x0801'0000, 64}), RAVELIN_SUCCESS);
        }
        EXPECT_EQ (create_vcpu (secure, 1), RAVELIN_SUCCESS);
        start (secure, 1);
        EXPECT_EQ (create_vcpu (fresh, 1), RAVELIN_SUCCESS);
        EXPECT_EQ (create_vcpu (fresh), RAVELIN_SUCCESS);
    }

    static auto vcpu (State &state, Handle vm, std::uint64_t number = 0) -> Vcpu & {
        return *state.vms.at (vm).vcpu (number);
    }

    /// Changes interrupt @p intid of vCPU 0 of the protected VM.
    template <class Edit>
    void change (State &state, std::uint32_t intid, Edit edit) {
        state.vms.at (secure).gic->change (0, intid, edit);
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
    Handle fresh{fed_vm (protected_one)};
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
    const ListRegister entry{.pending = true, .intid = 40};
    expect_broken ("of one vCPU at most", [&] (State &s) {
        vcpu (s, secure, 0).interface.list[0] = vcpu (s, secure, 1).interface.list[3] = entry;
    });
    expect_broken ("has list registers", [&] (State &s) { vcpu (s, secure, 1).interface.list[0] = entry; });
    expect_broken ("that there are",
                   [&] (State &s) { vcpu (s, secure, 0).interface.list[0] = {.pending = true, .intid = 64}; });
    expect_broken ("acknowledged is active",
                   [&] (State &s) { change (s, 40, [] (Interrupt &it) { it.active_on = 0; }); });
    expect_broken ("acknowledged is active",
                   [&] (State &s) { change (s, 20, [] (Interrupt &it) { it.active = true, it.active_on = 1; }); });
    expect_broken ("come from vCPUs", [&] (State &s) { change (s, 3, [] (Interrupt &it) { it.sources = 0b100; }); });
    expect_broken ("come from vCPUs", [&] (State &s) { change (s, 40, [] (Interrupt &it) { it.targets = 0b100; }); });
    expect_broken ("SGIs are enabled", [&] (State &s) { change (s, 3, [] (Interrupt &it) { it.enabled = false; }); });
    expect_broken ("SGIs are enabled", [&] (State &s) { change (s, 3, [] (Interrupt &it) { it.latched = true; }); });
    expect_broken ("a protected VM's GIC", [&] (State &s) { s.vms.at (secure).gic->seen_by_host = true; });
    expect_broken ("no RAM is there", [&] (State &s) { s.vms.at (secure).gic->distributor = vm_ram; });
    expect_broken ("no RAM is there", [&] (State &s) { s.vms.at (secure).gic->cpu_interface = 1ULL << 40; });
    expect_broken ("that is off doesn't run", [&] (State &s) { vcpu (s, secure).power = Power::off; });
    expect_broken ("that is off doesn't run", [&] (State &s) { vcpu (s, secure).power = Power::pending; });
    expect_broken ("stays so", [&] (State &s) { s.vms.at (secure).turned_off = true; });
    const std::uint64_t firmware = mapping (fresh, vm_firmware)->pa * page_bytes;
    for (const auto offset : {std::uint64_t{0}, (RAVELIN_FIRMWARE_PAGES - 1) * page_bytes}) {
        expect_broken ("in the guest firmware",
                       [&] (State &s) { at (s, firmware + offset).contents = Contents::hosts; });
        expect_broken ("in the guest firmware", [&] (State &s) { at (s, firmware + offset).shared = true; });
    }
    expect_broken ("in the guest firmware", [&] (State &s) { s.vms.at (fresh).firmware.reset (); });
    expect_broken ("in the guest firmware", [&] (State &s) { vcpu (s, fresh).power = Power::off; });
    expect_broken ("in the guest firmware", [&] (State &s) { vcpu (s, fresh, 1).power = Power::on; });
    expect_broken ("in the guest firmware", [&] (State &s) { vcpu (s, fresh).set[RAVELIN_REGISTER_PC] += 4; });
    expect_broken ("in the guest firmware", [&] (State &s) { vcpu (s, fresh).set[RAVELIN_REGISTER_X0] = 1; });
    expect_broken ("never 0", [&] (State &s) { s.used_handles.clear (); });

    EXPECT_EQ (seen.size (), theorems ().size ()) << "a theorem isn't tested";
}

}  // namespace
}  // namespace ravelin::spec::test
