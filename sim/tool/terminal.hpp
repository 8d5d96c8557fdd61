// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace ravelin::sim {

/// The person's terminal, with each key passed on as it's pressed. It's put back as it was when this ends,
/// also by a signal. Standard input may be a file or a pipe as well. There can be one at a time.
class Terminal {
  public:
    Terminal ();
    Terminal (const Terminal &)                     = delete;
    auto operator= (const Terminal &) -> Terminal & = delete;
    ~Terminal ();

    /// What has been typed: nothing if that's nothing after @p patience, or, without patience, if there will
    /// never be anything again.
    [[nodiscard]] auto read (std::optional<std::chrono::milliseconds> patience) -> std::string;

    /// Whether something may still be typed.
    [[nodiscard]] auto open () const -> bool { return open_; }

  private:
    bool open_{true};
};

}  // namespace ravelin::sim
