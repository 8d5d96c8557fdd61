// SPDX-License-Identifier: BSD-2-Clause
#include "sim/race/thread_lane.hpp"

#include <utility>

namespace ravelin::sim::race {

ThreadLane::ThreadLane (std::function<void ()> body)
    : body_{std::move (body)}, thread_{[this] {
          live ();
      }} {}

ThreadLane::~ThreadLane () {
    cancelled_ = true;
    if (!finished_) { resume (); }
    thread_.join ();
}

void ThreadLane::hand_over (bool inside) {
    inside_ = inside;
    inside_.notify_all ();
}

void ThreadLane::wait_for (bool inside) const {
    while (inside_ != inside) {
        inside_.wait (!inside);
    }
}

void ThreadLane::live () {
    wait_for (true);
    try {
        if (!cancelled_) { body_ (); }
    } catch (...) {
        // Cancelled is among them; nobody is told of that.
        thrown_ = std::current_exception ();
    }
    finished_ = true;
    hand_over (false);
}

void ThreadLane::resume () {
    hand_over (true);
    wait_for (false);
    if (thrown_ && !cancelled_) { std::rethrow_exception (std::exchange (thrown_, nullptr)); }
}

void ThreadLane::suspend () {
    hand_over (false);
    wait_for (true);
    if (cancelled_) { throw Cancelled{}; }
}

}  // namespace ravelin::sim::race
