// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <coroutine>
#include <exception>
#include <utility>

namespace ravelin::sim {

/// What a scripted CPU executes: a coroutine whose co_awaits are its instructions. A script may await
/// another, as a function calls one.
class Script {
  public:
    struct promise_type;  // NOLINT(readability-identifier-naming): the language's name
    using Handle = std::coroutine_handle<promise_type>;

    struct promise_type  // NOLINT(readability-identifier-naming): the language's name
    {
        std::coroutine_handle<> caller{std::noop_coroutine ()};
        std::exception_ptr thrown;

        /// Goes back to the caller, if any, when the script has ended.
        struct Return {
            [[nodiscard]] auto await_ready () const noexcept -> bool { return false; }
            [[nodiscard]] auto await_suspend (Handle ended) const noexcept -> std::coroutine_handle<> {
                return ended.promise ().caller;
            }
            void await_resume () const noexcept {}
        };

        [[nodiscard]] auto get_return_object () -> Script { return Script{Handle::from_promise (*this)}; }
        [[nodiscard]] auto initial_suspend () const noexcept -> std::suspend_always { return {}; }
        [[nodiscard]] auto final_suspend () const noexcept -> Return { return {}; }
        void return_void () const {}
        void unhandled_exception () { thrown = std::current_exception (); }
    };

    Script () = default;
    Script (Script &&other) noexcept : handle_{std::exchange (other.handle_, nullptr)} {}
    auto operator= (Script &&other) noexcept -> Script & {
        std::swap (handle_, other.handle_);
        return *this;
    }
    Script (const Script &)                     = delete;
    auto operator= (const Script &) -> Script & = delete;
    ~Script () {
        if (handle_) { handle_.destroy (); }
    }

    /// The coroutine, for who continues it.
    [[nodiscard]] auto handle () const -> std::coroutine_handle<> { return handle_; }

    [[nodiscard]] auto done () const -> bool { return !handle_ || handle_.done (); }

    /// Throws what the script has thrown, if it did.
    void check () const {
        if (handle_ && handle_.promise ().thrown) { std::rethrow_exception (handle_.promise ().thrown); }
    }

    /// Awaiting a script runs it to its end.
    [[nodiscard]] auto operator co_await() const noexcept {
        struct Call {
            Handle callee;

            [[nodiscard]] auto await_ready () const noexcept -> bool { return !callee || callee.done (); }
            [[nodiscard]] auto await_suspend (std::coroutine_handle<> caller) const noexcept
                -> std::coroutine_handle<> {
                callee.promise ().caller = caller;
                return callee;
            }
            void await_resume () const {
                if (callee && callee.promise ().thrown) { std::rethrow_exception (callee.promise ().thrown); }
            }
        };
        return Call{handle_};
    }

  private:
    explicit Script (Handle handle) : handle_{handle} {}

    Handle handle_;
};

}  // namespace ravelin::sim
