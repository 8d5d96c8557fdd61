// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <thread>

namespace ravelin::sim::race {

/// A function in a thread of its own, which can stop in the middle and be continued, as a Fiber can: it and who calls
/// resume() never run at the same time. To ThreadSanitizer they do: nothing of this orders what either does. So it's
/// for a file that isn't built with it.
class ThreadLane {
  public:
    /// @param body  runs when resume() is called first; what it throws comes out of resume()
    explicit ThreadLane (std::function<void ()> body);
    ThreadLane (const ThreadLane &)                     = delete;
    auto operator= (const ThreadLane &) -> ThreadLane & = delete;

    /// Unwinds the body if it has stopped in the middle.
    ~ThreadLane ();

    /// Continues the body until it suspends or ends. Not from inside.
    void resume ();

    /// Stops the body: its resume() returns. Only from inside.
    void suspend ();

    [[nodiscard]] auto finished () const -> bool { return finished_; }

  private:
    struct Cancelled {};

    void live ();
    /// The other side goes on.
    void hand_over (bool inside);
    /// Waits until this side may.
    void wait_for (bool inside) const;

    std::function<void ()> body_;
    std::exception_ptr thrown_;
    std::atomic<bool> inside_;
    bool finished_{};
    bool cancelled_{};
    std::thread thread_;
};

}  // namespace ravelin::sim::race
