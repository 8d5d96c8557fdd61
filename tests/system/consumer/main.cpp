// SPDX-License-Identifier: BSD-2-Clause

// Boots a simulated machine and makes one host call: exit status 0 if Ravelin answers it.

#include "hyp/abi/host_calls.h"
#include "sim/machine/machine.hpp"
#include "sim/machine/ravelin_image.hpp"

auto main () -> int {
    ravelin::sim::Machine machine{ravelin::sim::BoardName::virt, {}};
    machine.load ({.image = ravelin::sim::RavelinImage::with_tiny_kernel ()});
    if (!machine.boot ()) { return 1; }
    ravelin::Registers registers{};
    registers.x[0]  = RAVELIN_CALL_UID;
    const auto next = machine.cpu (0U).hvc (registers);
    return next == ravelin::Next::resume && registers.x[0] == RAVELIN_UID_0 ? 0 : 1;
}
