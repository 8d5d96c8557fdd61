// SPDX-License-Identifier: BSD-2-Clause
#include "sim/tool/trap_trace.hpp"

#include "hyp/hal/hal.hpp"
#include "hyp/host/syndrome.hpp"
#include "sim/machine/violation.hpp"
#include "sim/tool/files.hpp"
#include "sim/tool/virtual_time.hpp"

#include <iomanip>
#include <sstream>
#include <utility>

namespace ravelin::sim {

using namespace hal::sysreg;

auto cause_name (std::uint64_t syndrome) -> std::string_view {
    using enum esr::Class;
    switch (esr::class_of (syndrome)) {
    case hvc64:            return "hvc";
    case smc64:            return "smc";
    case data_abort_lower: return "data-abort";
    case code_abort_lower: return "code-abort";
    case wait:             return "wait";
    case system_register:  return "register";
    default:               return "other";
    }
}

TrapTrace::TrapTrace (const std::string &file, const Clock &clock) : out_{write_file (file)}, clock_{clock} {
    out_ << "#  seconds  CPU cause       ESR_EL2     ELR_EL2             X0 -> X0\n";
}

TrapTrace::~TrapTrace () {
    for (const std::string &line : begun_) {
        if (!line.empty ()) { out_ << line << " -> never came back\n"; }
    }
}

void TrapTrace::begin (Processor &cpu, const Registers &registers, std::string_view cause, std::string_view syndrome) {
    std::ostringstream line;
    line << seconds_of (clock_) << "  " << cpu.index ().value () << "  " << std::left << std::setw (10) << cause << "  "
         << std::setw (10) << syndrome << "  " << std::setw (18) << hex (cpu.hal ().read<elr_el2> ()) << "  "
         << hex (registers.x[0]);
    begun_[cpu.index ().value ()] = line.str ();
}

void TrapTrace::entered (Processor &cpu, const Registers &registers) {
    const auto syndrome = cpu.hal ().read<esr_el2> ();
    begin (cpu, registers, cause_name (syndrome), hex (syndrome));
}

void TrapTrace::interrupted (Processor &cpu, const Registers &registers) {
    begin (cpu, registers, "interrupt", "-");
}

void TrapTrace::leaving (Processor &cpu, const Registers &registers) {
    out_ << std::exchange (begun_[cpu.index ().value ()], {}) << " -> " << hex (registers.x[0]) << '\n';
}

}  // namespace ravelin::sim
