// SPDX-License-Identifier: BSD-2-Clause
#include "fuzz/trap_log.hpp"

#include "fuzz/call_name.hpp"
#include "hyp/host/syndrome.hpp"
#include "sim/check/real_machine.hpp"
#include "sim/machine/violation.hpp"

#include <ostream>
#include <string>
#include <string_view>

namespace ravelin::fuzz {

using namespace hal::sysreg;
using sim::hex;

namespace {
/// X<first> to X<last>, without the zeros at the end.
[[nodiscard]] auto values (const Registers &registers, unsigned first, unsigned last) -> std::string {
    std::string text;
    std::string zeros;
    for (unsigned i = first; i <= last; ++i) {
        zeros += (i == first ? "" : ", ") + hex (registers.x.at (i));
        if (registers.x.at (i) != 0) { text += std::exchange (zeros, {}); }
    }
    return text;
}

[[nodiscard]] auto kind_name (esr::Class kind) -> std::string_view {
    using enum esr::Class;
    switch (kind) {
    case unknown:          return "undefined";
    case wait:             return "wait";
    case fp:               return "fp";
    case hvc64:            return "hvc";
    case smc64:            return "smc";
    case system_register:  return "register";
    case code_abort_lower: return "fetch";
    case data_abort_lower: return "access";
    default:               return "exception";
    }
}

/// What a trap is, as if it were called.
[[nodiscard]] auto described (hal::Cpu &cpu, const Registers &registers, bool guest) -> std::string {
    const auto syndrome = cpu.read<esr_el2> ();
    const auto kind     = esr::class_of (syndrome);
    const bool is_call  = kind == esr::Class::hvc64 || kind == esr::Class::smc64;
    if (is_call && !esr::immediate.any (syndrome)) {
        return std::string{kind_name (kind)} + ' ' + call_name (registers.x[0], guest) + '(' +
               values (registers, 1, 6) + ')';
    }
    return std::string{kind_name (kind)} + "(ESR " + hex (syndrome) + ", FAR " + hex (cpu.read<far_el2> ()) +
           ", HPFAR " + hex (cpu.read<hpfar_el2> ()) + ')';
}

[[nodiscard]] auto side (sim::Processor &cpu) -> std::string_view {
    return sim::real::is_in_guest (cpu) ? "guest" : "host";
}

[[nodiscard]] auto who (sim::Processor &cpu) -> std::string {
    return "CPU " + std::to_string (cpu.index ().value ()) + ", " + std::string{side (cpu)} + ": ";
}
}  // namespace

void TrapLog::watch (sim::Machine &machine) {
    other_ = machine.cpu (0U).observer ();
    for (std::uint32_t i = 0; i < machine.cpus (); ++i) {
        machine.cpu (i).observe (this);
    }
}

void TrapLog::entered (sim::Processor &cpu, const Registers &registers) {
    out_ << who (cpu) << described (cpu.hal (), registers, sim::real::is_in_guest (cpu)) << std::flush;
    if (other_ != nullptr) { other_->entered (cpu, registers); }
}

void TrapLog::interrupted (sim::Processor &cpu, const Registers &registers) {
    out_ << who (cpu) << "interrupt()" << std::flush;
    if (other_ != nullptr) { other_->interrupted (cpu, registers); }
}

void TrapLog::maintained (sim::Processor &cpu, const sim::Maintenance &what) {
    if (other_ != nullptr) { other_->maintained (cpu, what); }
}

void TrapLog::leaving (sim::Processor &cpu, const Registers &registers) {
    const auto more = values (registers, 1, 3);
    out_ << " -> " << side (cpu) << ": " << hex (registers.x[0]) << (more.empty () ? "" : ", ") << more << '\n'
         << std::flush;
    if (other_ != nullptr) { other_->leaving (cpu, registers); }
}

}  // namespace ravelin::fuzz
