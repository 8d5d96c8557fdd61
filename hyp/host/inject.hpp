// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/hal.hpp"

#include <cstdint>

namespace ravelin {

/// Makes the trapped access a fault of the host's own, which it takes at its vectors instead of going on.
/// A load or store becomes an alignment fault, which Linux's exception tables mend (EFAULT, or SIGBUS for a
/// process); an external abort would kill the kernel in the middle of write(2). A fetch becomes an external
/// abort.
/// @param syndrome  ESR_EL2 of the abort
void inject_abort (hal::Cpu &cpu, std::uint64_t syndrome);

/// Makes the trapped access of a guest what it is where no device answers: a synchronous external abort.
/// @param syndrome  ESR_EL2 of the abort
void inject_external_abort (hal::Cpu &cpu, std::uint64_t syndrome);

/// Makes the trapped instruction undefined to EL1.
void inject_undefined (hal::Cpu &cpu);

}  // namespace ravelin
