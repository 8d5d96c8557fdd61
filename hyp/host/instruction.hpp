// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/hal.hpp"
#include "hyp/host/syndrome.hpp"

#include <cstdint>

namespace ravelin {

/// Bytes of an A64 instruction.
inline constexpr std::uint64_t instruction_size = 4;

/// SPSR of T32 code that has executed one more instruction: an IT block is further.  [ARM DDI 0487, ITAdvance]
[[nodiscard]] auto advance_it (std::uint64_t spsr) -> std::uint64_t;

/// Bytes of the trapped instruction.
/// @param syndrome  ESR_EL2
[[nodiscard]] constexpr auto instruction_bytes (std::uint64_t syndrome) -> std::uint64_t {
    return 2 + 2 * esr::instruction_length.get (syndrome);
}

/// The register that a trapped MSR or MRS names.
/// @param syndrome  ESR_EL2
[[nodiscard]] auto register_of (std::uint64_t syndrome) -> hal::SystemRegister;

/// Who has trapped goes on behind the instruction that did it.
/// @param syndrome  ESR_EL2: it tells how long the instruction is
void skip_instruction (hal::Cpu &cpu, std::uint64_t syndrome);

/// Makes the trapped access a fault of who made it, taken at its vectors instead of going on.
/// @param syndrome  ESR_EL2 of the abort
/// @param status    DFSC or IFSC. Where no device answers a guest it's esr::external_abort. To the host a load or
///                  store is an esr::alignment_fault, which Linux's exception tables mend (EFAULT, or SIGBUS for a
///                  process); an external abort would kill the kernel in the middle of write(2)
void inject_abort (hal::Cpu &cpu, std::uint64_t syndrome, std::uint64_t status);

/// Makes the trapped instruction undefined to EL1.
void inject_undefined (hal::Cpu &cpu);

}  // namespace ravelin
