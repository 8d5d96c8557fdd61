// SPDX-License-Identifier: BSD-2-Clause
#include "victim.hpp"

#include "hyp/abi/guest_calls.h"
#include "images.hpp"
#include "report.hpp"

namespace attacks {

using vms::Step;

Victim::Victim (unsigned arena, const vms::Shape &shape, void (*prepare) (vms::Vm &))
    : vm_{vms::arena (arena), shape, vms::images::victim ()} {
    if (prepare != nullptr) { prepare (vm_); }
    vm_.add_vcpu ();
    vcpu_.mute ();
    // Its first question.
    static_cast<void> (finish ());
}

auto Victim::answer (std::uint64_t asked) -> std::uint64_t {
    switch (stage_) {
    case Stage::first:  stage_ = Stage::second; return first_;
    case Stage::second: stage_ = Stage::busy; return second_;
    default:            break;
    }
    if (!ordered_) {
        result_ = asked;
        stage_  = Stage::at_rest;
        return static_cast<std::uint64_t> (Order::none);
    }
    ordered_ = false;
    stage_   = Stage::first;
    return static_cast<std::uint64_t> (what_);
}

void Victim::step () {
    const auto came_to = vcpu_.step ();
    if (came_to == Step::refused || came_to == Step::finished) { el1::give_up ("a victim doesn't run"); }
}

void Victim::begin (Order what, std::uint64_t first, std::uint64_t second) {
    what_    = what;
    first_   = first;
    second_  = second;
    ordered_ = true;
    while (stage_ != Stage::busy) {
        step ();
    }
    // The load of the last answer.
    step ();
}

auto Victim::finish () -> std::uint64_t {
    while (stage_ == Stage::busy) {
        step ();
    }
    return result_;
}

auto Victim::finish_with (std::uint64_t loaded) -> std::uint64_t {
    vcpu_.set_loaded (loaded);
    return finish ();
}

auto Victim::order (Order what, std::uint64_t first, std::uint64_t second) -> std::uint64_t {
    begin (what, first, second);
    return finish ();
}

auto Victim::run (std::uint64_t loaded, std::uint64_t done) -> vms::Exit {
    return vms::vcpu_run (handle (), 0, loaded, done);
}

auto Victim::keep_secret (std::uint64_t ipa) -> Pa {
    static_cast<void> (order (Order::store, ipa, secret));
    return page_for (ipa);
}

void Victim::share (std::uint64_t ipa) {
    vms::must ("SHARE", static_cast<std::int64_t> (order (Order::call, RAVELIN_GUEST_SHARE, ipa)));
}

void Victim::unshare (std::uint64_t ipa) {
    vms::must ("UNSHARE", static_cast<std::int64_t> (order (Order::call, RAVELIN_GUEST_UNSHARE, ipa)));
}

}  // namespace attacks
