// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/fiber.hpp"

#include "sim/machine/sanitizer_switch.hpp"

#include <boost/context/protected_fixedsize_stack.hpp>
#include <memory>
#include <utility>

namespace ravelin::sim {

namespace {
// Room for frames that AddressSanitizer has padded, and for unwinding through them. Only what is used is
// committed.
constexpr std::size_t stack_size = 512 * 1024;
}  // namespace

Fiber::Fiber (std::function<void ()> body) : body_{std::move (body)}, tsan_own_{sanitizer::create_fiber ()} {
    boost::context::protected_fixedsize_stack allocator{stack_size};
    const boost::context::stack_context stack = allocator.allocate ();
    own_                                      = {static_cast<std::byte *> (stack.sp) - stack.size, stack.size};
    const boost::context::preallocated place{stack.sp, stack.size, stack};
    inside_ = boost::context::fiber{std::allocator_arg, place, allocator, [this] (boost::context::fiber &&caller) {
                                        return enter (std::move (caller));
                                    }};
}

Fiber::~Fiber () {
    // A fiber that never began has nothing to unwind, but is entered once so that its stack is given back.
    cancelled_ = true;
    if (!finished_) { resume (); }
    sanitizer::destroy_fiber (tsan_own_);
}

auto Fiber::enter (boost::context::fiber &&caller) -> boost::context::fiber {
    sanitizer::arrive (nullptr, &caller_.bottom, &caller_.size);
    outside_ = std::move (caller);
    try {
        if (!cancelled_) { body_ (); }
    } catch (...) {
        // Cancelled is among them; nobody is told of that.
        thrown_ = std::current_exception ();
    }
    finished_ = true;
    sanitizer::leave (nullptr, caller_.bottom, caller_.size);
    sanitizer::switch_to (tsan_caller_);
    return std::move (outside_);
}

void Fiber::resume () {
    void *fake_stack = nullptr;
    tsan_caller_     = sanitizer::current_fiber ();
    sanitizer::leave (&fake_stack, own_.bottom, own_.size);
    sanitizer::switch_to (tsan_own_);
    inside_ = std::move (inside_).resume ();
    sanitizer::arrive (fake_stack, nullptr, nullptr);
    if (thrown_ && !cancelled_) { std::rethrow_exception (std::exchange (thrown_, nullptr)); }
}

void Fiber::suspend () {
    void *fake_stack = nullptr;
    sanitizer::leave (&fake_stack, caller_.bottom, caller_.size);
    sanitizer::switch_to (tsan_caller_);
    outside_ = std::move (outside_).resume ();
    sanitizer::arrive (fake_stack, &caller_.bottom, &caller_.size);
    if (cancelled_) { throw Cancelled{}; }
}

}  // namespace ravelin::sim
