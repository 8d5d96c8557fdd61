// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/registers.hpp"
#include "sim/machine/el2_deed.hpp"

#include <cstdint>
#include <memory>

namespace ravelin::sim {

class Machine;
class Processor;

/// Sees all that EL2 of a machine does, from its first instruction on: who wants to hold another Ravelin to it. A CPU
/// is in EL2 from enters() to leaves(), or for good; where another may run meanwhile, it pauses.
class El2Witness {
  public:
    /// How a CPU comes to EL2.
    enum class Way : std::uint8_t {
        reset,         // the first CPU
        arrival,       // another one, from firmware
        synchronous,   // the syndrome registers say why
        interrupt,     // IRQ or FIQ
        system_error,  // SError
    };

    /// Why it doesn't go on for now.
    enum class Pause : std::uint8_t {
        wait,  // WFI
        park,  // the host has turned it off: Hypervisor::park() comes next
        stop,  // for good: firmware has turned off the CPU, or the machine
        fail,  // for good: boot has given up
    };

    El2Witness ()                                       = default;
    El2Witness (const El2Witness &)                     = delete;
    auto operator= (const El2Witness &) -> El2Witness & = delete;
    virtual ~El2Witness ()                              = default;

    virtual void enters (Processor &cpu, Way way, const Registers &registers) = 0;
    virtual void does (Processor &cpu, const El2Deed &deed)                   = 0;
    virtual void pauses (Processor &cpu, Pause why)                           = 0;
    virtual void goes_on (Processor &cpu)                                     = 0;

    /// ERET: what a lower level goes on with.
    virtual void leaves (Processor &cpu, const Registers &registers) = 0;

    /// Makes the witnesses of machines that are about to boot.
    class Maker {
      public:
        Maker ()                                  = default;
        Maker (const Maker &)                     = delete;
        auto operator= (const Maker &) -> Maker & = delete;
        virtual ~Maker ()                         = default;

        /// @p machine is loaded; it outlives the witness. nullptr: none.
        [[nodiscard]] virtual auto make (Machine &machine) -> std::unique_ptr<El2Witness> = 0;
    };

    /// Who is asked in this thread. nullptr: no machine has one.
    static inline thread_local constinit Maker *maker = nullptr;
};

}  // namespace ravelin::sim
