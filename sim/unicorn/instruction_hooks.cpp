// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/instruction_hooks.hpp"

#include "sim/unicorn/unicorn_error.hpp"

namespace ravelin::sim {

auto InstructionHooks::add (std::uint64_t first, std::uint64_t last) -> uc_hook {
    uc_hook hook{};
    check (uc_hook_add (emulator_.handle (), &hook, UC_HOOK_CODE, reinterpret_cast<void *> (callback_), user_, first,
                        last),
           "hooking instructions");
    // What Unicorn has translated already calls no new hook.
    emulator_.forget_code ();
    return hook;
}

void InstructionHooks::remove (uc_hook hook) {
    check (uc_hook_del (emulator_.handle (), hook), "unhooking instructions");
    emulator_.forget_code ();
}

void InstructionHooks::set (std::uint64_t address, bool on) {
    const auto known = at_.find (address);
    if (on && known == at_.end ()) { at_.emplace (address, all_ ? uc_hook{} : add (address, address)); }
    if (!on && known != at_.end ()) {
        if (!all_) { remove (known->second); }
        at_.erase (known);
    }
}

void InstructionHooks::set_all (bool on) {
    if (on == all_.has_value ()) { return; }
    // One hook for each instruction: two would be called twice.
    if (on) {
        constexpr std::uint64_t everywhere_from = 1;  // to an end that lies before it: no bounds
        for (const auto &[address, hook] : at_) {
            remove (hook);
        }
        all_ = add (everywhere_from, 0);
    } else {
        remove (*all_);
        all_.reset ();
        for (auto &[address, hook] : at_) {
            hook = add (address, address);
        }
    }
}

}  // namespace ravelin::sim
