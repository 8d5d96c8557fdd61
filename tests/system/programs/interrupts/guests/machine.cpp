// SPDX-License-Identifier: BSD-2-Clause
#include "machine.hpp"

#include "vms/guests/layout.h"

// Where el1::gic finds a guest's interrupt controller.

namespace {
constexpr el1::Board board{.name              = "guest",
                           .compatible        = "",
                           .uart              = el1::Pa{GUEST_CONSOLE},
                           .gic_distributor   = el1::Pa{GUEST_GICD},
                           .gic_cpu_interface = el1::Pa{GUEST_GICC}};
constinit el1::Machine the_machine = [] {
    el1::Machine machine;
    machine.board = &board;
    return machine;
}();
}  // namespace

auto el1::machine () -> const Machine & {
    return the_machine;
}
