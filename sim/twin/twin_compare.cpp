// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/violation.hpp"
#include "sim/twin/divergence.hpp"
#include "sim/twin/twin.hpp"

#include <algorithm>
#include <cstring>

namespace ravelin::sim {

using namespace hal::sysreg;

namespace {
[[nodiscard]] auto told (const std::string &what, std::uint64_t library, std::uint64_t image) -> Divergence {
    return Divergence{what + ": library " + hex (library) + ", image " + hex (image)};
}

[[nodiscard]] auto name (hal::SystemRegister which) -> std::string {
    return "S" + std::to_string (which.op0) + "_" + std::to_string (which.op1) + "_C" + std::to_string (which.crn) +
           "_C" + std::to_string (which.crm) + "_" + std::to_string (which.op2);
}

/// What a machine's timer has, or changes with time.
[[nodiscard]] constexpr auto is_of_timer (hal::SystemRegister which) -> bool {
    return which == cntpct_el0 || which == cntv_ctl_el0 || which == cntv_cval_el0 || which == cnthp_ctl_el2 ||
           which == cnthp_cval_el2;
}
}  // namespace

void Twin::compare (Processor &cpu, const Registers *registers) {
    deeds_.check_taken ();
    if (registers != nullptr) { compare_general (*registers, image_of (cpu).general ()); }
    // Where boot has given up, the library has nothing of what the assembly sets.
    const bool failed = begins_[cpu.index ().value ()].way == Way::reset && registers == nullptr;
    if (!failed) { compare_system (cpu); }
    memory_.compare ();
    compare_state ();
}

void Twin::compare_general (const Registers &library, const Registers &image) const {
    for (unsigned i = 0; i < library.x.size (); ++i) {
        if (library.x[i] != image.x[i]) { throw told ("X" + std::to_string (i), library.x[i], image.x[i]); }
    }
}

void Twin::compare_system (Processor &cpu) {
    auto &image        = image_of (cpu);
    const auto library = cpu.hal ().keep ();
    for (std::size_t i = 0; i < all.size (); ++i) {
        if (!is_of_timer (all[i]) && library.registers[i] != image.registers[i]) {
            throw told ("system register " + name (all[i]), library.registers[i], image.registers[i]);
        }
    }
    if (const auto other = image.timer ().difference (machine_.timer (cpu.index ()), machine_.clock ().now ())) {
        throw Divergence{*other};
    }
    const auto fp = image.fp ();
    // Of the image, libfdt uses them while booting.
    if (begins_[cpu.index ().value ()].way == Way::reset) { return; }
    for (std::size_t i = 0; i < fp.halves.size (); ++i) {
        if (fp.halves[i] != library.fp.halves[i]) {
            throw told ("half " + std::to_string (i % 2) + " of V" + std::to_string (i / 2), library.fp.halves[i],
                        fp.halves[i]);
        }
    }
}

void Twin::compare_state () {
    auto &library     = machine_.hypervisor ();
    const auto *ours  = reinterpret_cast<const std::byte *> (&library);
    const auto *other = machine_.bus ().find_ram (state_)->at (state_.start);
    if (state_.size != sizeof (Hypervisor)) { throw told ("bytes of state", sizeof (Hypervisor), state_.size); }
    if (parts_.empty ()) { parts_ = value_parts (library); }
    std::memcpy (theirs_.data (), other, theirs_.size ());
    // Registers of who runs are where the vectors have saved them last.
    for (std::uint32_t i = 0; i < machine_.cpus (); ++i) {
        const auto *saved = reinterpret_cast<const std::byte *> (&library.registers (machine_.cpu (i).hal ()));
        if (saved < ours || saved >= ours + theirs_.size ()) { continue; }
        std::memcpy (theirs_.data () + (saved - ours), saved, sizeof (Registers));
    }
    for (const auto &[offset, size] : parts_) {
        const auto [mine, image] = std::mismatch (ours + offset, ours + offset + size, theirs_.data () + offset);
        if (mine != ours + offset + size) {
            throw told ("the hypervisor's state, byte " + std::to_string (mine - ours),
                        static_cast<std::uint64_t> (*mine), static_cast<std::uint64_t> (*image));
        }
    }
}

}  // namespace ravelin::sim
