// SPDX-License-Identifier: BSD-2-Clause
#include "helper.hpp"

#include "gic.hpp"
#include "others.hpp"
#include "report.hpp"

namespace vms {

using namespace el1;

namespace {
constexpr std::uint32_t sgi = 3;

void must_be (std::string_view what, bool is_so) {
    if (!is_so) { give_up (what); }
}
}  // namespace

Helper::Helper (unsigned index) : index_{index} {
    must_be ("a CPU can be turned on", el1::start (index, be_helper, this) == PSCI_SUCCESS);
    must_be ("it comes", wait_until (patience, [&] { return state_ == State::idle; }));
}

Helper::~Helper () {
    wait ();
    state_ = State::leaves;
    must_be ("a CPU turns itself off", is_off_at_last (index_));
}

void Helper::be_helper (void *self) {
    static_cast<Helper *> (self)->obey ();
}

void Helper::obey () {
    gic::enable_own (sgi);
    constexpr std::uint32_t first_byte = 0xff;
    mask_                              = gic::distributor (gic::gicd_itargetsr0) & first_byte;
    state_                             = State::idle;
    while (state_ != State::leaves) {
        if (state_ == State::works) {
            work_ (argument_);
            state_ = State::idle;
        }
        asm volatile ("yield");
    }
}

void Helper::start (el1::Work work, void *argument) {
    work_     = work;
    argument_ = argument;
    state_    = State::works;
}

void Helper::wait () {
    must_be ("a CPU does its work", wait_until (patience, [&] { return state_ == State::idle; }));
}

void Helper::run (el1::Work work, void *argument) {
    start (work, argument);
    wait ();
}

void Helper::interrupt () {
    gic::send (sgi, mask_);
}

auto end_interrupt () -> bool {
    const auto acknowledged = gic::interface (gic::gicc_iar);
    if ((acknowledged & gic::intid_mask) == gic::spurious) { return false; }
    stop_timer ();
    gic::set_interface (gic::gicc_eoir, acknowledged);
    return true;
}

}  // namespace vms
