// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ravelin::sim {

/// The cable of a UART: what it has sent, and what waits to be received.
class SerialPort {
  public:
    /// All that was sent since the start.
    [[nodiscard]] auto sent () const -> std::string_view { return sent_; }

    /// Calls @p sink with each character that is sent from now on.
    void on_send (std::function<void (char)> sink) { sink_ = std::move (sink); }

    void send (char c) {
        sent_.push_back (c);
        if (sink_) { sink_ (c); }
    }

    /// Adds @p text to what waits to be received.
    void queue (std::string_view text) { waiting_.insert (waiting_.end (), text.begin (), text.end ()); }

    /// Characters that wait.
    [[nodiscard]] auto waiting () const -> std::size_t { return waiting_.size (); }

    /// Takes the first of them.
    [[nodiscard]] auto receive () -> std::optional<char> {
        if (waiting_.empty ()) { return std::nullopt; }
        const char c = waiting_.front ();
        waiting_.pop_front ();
        return c;
    }

  private:
    std::string sent_;
    std::deque<char> waiting_;
    std::function<void (char)> sink_;
};

}  // namespace ravelin::sim
