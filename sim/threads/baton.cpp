// SPDX-License-Identifier: BSD-2-Clause
#include "sim/threads/baton.hpp"

#include <bit>

namespace ravelin::sim::threads {

void Baton::wait_for (CpuIndex cpu) const {
    for (auto holder = holder_.load (); holder != cpu.value (); holder = holder_.load ()) {
        holder_.wait (holder);
    }
}

void Baton::give () {
    auto left = there_;
    for (auto skip = random_.below (static_cast<std::uint64_t> (std::popcount (there_))); skip != 0; --skip) {
        left &= left - 1;
    }
    holder_ = static_cast<std::uint32_t> (std::countr_zero (left));
    holder_.notify_all ();
}

void Baton::pass (CpuIndex cpu) {
    give ();
    wait_for (cpu);
}

void Baton::leave (CpuIndex cpu) {
    there_ &= ~(1U << cpu.value ());
    if (there_ != 0) { give (); }
}

}  // namespace ravelin::sim::threads
