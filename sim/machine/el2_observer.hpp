// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
#include "hyp/core/registers.hpp"
#include "sim/machine/el2_operation.hpp"

#include <cstdint>

namespace ravelin::sim {

class Processor;

/// Is told of everything that EL2 does: a tracer. It changes nothing, so that a run is the same with it and without.
class El2Observer {
  public:
    /// What brings a CPU to EL2.
    enum class Cause : std::uint8_t {
        exception,  // ESR_EL2 says which
        interrupt,
        system_error,
    };

    El2Observer ()                                        = default;
    El2Observer (const El2Observer &)                     = delete;
    auto operator= (const El2Observer &) -> El2Observer & = delete;
    virtual ~El2Observer ()                               = default;

    /// @p cpu has just entered EL2.
    virtual void entered (Processor &cpu, Cause cause, const Registers &registers) = 0;

    /// EL2 on @p cpu, in a trap or while it boots, does something; it has no effect yet.
    virtual void does (CpuIndex cpu, const el2::Operation &what) = 0;

    /// @p cpu is about to leave EL2, for the world that is current now; or for good, if it's off. Behind a boot, too.
    virtual void leaving (Processor &cpu, const Registers &registers) = 0;
};

}  // namespace ravelin::sim
