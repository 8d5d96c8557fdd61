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

namespace ravelin::sim
{

using namespace hal::sysreg;

auto cause_name (std::uint64_t syndrome) -> std::string_view
{
    constexpr std::uint64_t wait     = 0x01;  // WFI or WFE
    constexpr std::uint64_t sysreg64 = 0x18;  // MSR, MRS or system instruction
    using enum esr::Class;
    switch (esr::class_of (syndrome))
    {
    case hvc64:            return "hvc";
    case smc64:            return "smc";
    case data_abort_lower: return "data-abort";
    case code_abort_lower: return "code-abort";
    default:               break;
    }
    switch (esr::exception_class.get (syndrome))
    {
    case wait:     return "wait";
    case sysreg64: return "register";
    default:       return "other";
    }
}

TrapTrace::TrapTrace (const std::string &file, const Clock &clock) : out_{write_file (file)}, clock_{clock}
{
    out_ << "#  seconds  CPU cause       ESR_EL2     ELR_EL2             X0 -> X0\n";
}

TrapTrace::~TrapTrace ()
{
    for (const std::string &line : begun_)
    {
        if (!line.empty ())
        {
            out_ << line << " -> never came back\n";
        }
    }
}

void TrapTrace::entered (Processor &cpu, const Registers &registers)
{
    const auto syndrome = cpu.hal ().read<esr_el2> ();
    std::ostringstream line;
    line << seconds_of (clock_) << "  " << cpu.index ().value () << "  " << std::left << std::setw (10)
         << cause_name (syndrome) << "  " << std::setw (10) << hex (syndrome) << "  " << std::setw (18)
         << hex (cpu.hal ().read<elr_el2> ()) << "  " << hex (registers.x[0]);
    begun_[cpu.index ().value ()] = line.str ();
}

void TrapTrace::leaving (Processor &cpu, const Registers &registers)
{
    out_ << std::exchange (begun_[cpu.index ().value ()], {}) << " -> " << hex (registers.x[0]) << '\n';
}

}  // namespace ravelin::sim
