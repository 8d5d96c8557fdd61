// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <boost/context/fiber.hpp>
#include <cstddef>
#include <exception>
#include <functional>

namespace ravelin::sim {

/// A function on a stack of its own, which can stop in the middle and be continued. Announced to
/// AddressSanitizer and ThreadSanitizer, which would otherwise take a switch for a wild jump.
class Fiber {
  public:
    /// @param body  runs when resume() is called first; what it throws comes out of resume()
    explicit Fiber (std::function<void ()> body);
    Fiber (const Fiber &)                     = delete;
    auto operator= (const Fiber &) -> Fiber & = delete;

    /// Unwinds the body if it has stopped in the middle.
    ~Fiber ();

    /// Continues the body until it suspends or ends. Not from inside a fiber.
    void resume ();

    /// Stops the body: its resume() returns. Only from inside.
    void suspend ();

    [[nodiscard]] auto finished () const -> bool { return finished_; }

  private:
    struct Cancelled {};

    /// A stack, as AddressSanitizer wants to know it.
    struct Stack {
        const void *bottom{};
        std::size_t size{};
    };

    [[nodiscard]] auto enter (boost::context::fiber &&caller) -> boost::context::fiber;

    std::function<void ()> body_;
    boost::context::fiber inside_;   // the body, while it doesn't run
    boost::context::fiber outside_;  // who called resume(), while the body runs
    Stack own_;
    Stack caller_;
    void *tsan_own_{};
    void *tsan_caller_{};
    std::exception_ptr thrown_;
    bool finished_{};
    bool cancelled_{};
};

}  // namespace ravelin::sim
