// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/guest.hpp"

#include <stdexcept>

namespace ravelin::spec {

auto Guest::name () const -> VcpuName {
    const std::optional<VcpuName> &runs = world.state.cpus.at (cpu);
    if (!runs) { throw std::logic_error ("a CPU in the host can't take a guest's trap"); }
    return *runs;
}

auto Guest::exits (std::uint64_t exit, std::uint64_t x2, std::uint64_t x3, std::uint64_t x4) const -> Outcome {
    Vcpu &leaving                      = vcpu ();
    leaving.running                    = false;
    leaving.interface.list             = {};
    leaving.interface.ended            = 0;
    leaving.interface.tells_no_pending = false;
    leaving.interface.tells_ended      = false;
    world.state.cpus[cpu].reset ();
    return returns (Next::host, {0, exit, x2, x3, x4});
}

}  // namespace ravelin::spec
