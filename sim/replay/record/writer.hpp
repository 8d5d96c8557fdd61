// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/replay/record/encoding.hpp"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

namespace ravelin::sim::replay {

/// Writes a record. What follows upon each other in memory becomes one event.
class Writer {
  public:
    /// Throws std::runtime_error if the file can't be written; so do the others.
    Writer (const std::string &file, const Header &header);

    void add (Event event);

    /// Adds @p event, which is no more than kind and CPU, and may be taken back until settle() is called.
    /// @return  what take_back() wants
    [[nodiscard]] auto add_provisional (const Event &event) -> std::size_t;
    void take_back (std::size_t event);
    void settle () { --provisional_; }

    /// The record is whole.
    void finish ();

    /// How many events there are.
    [[nodiscard]] auto events () const -> std::uint64_t { return events_ + (last_ ? 1 : 0); }

  private:
    struct Close {
        void operator() (std::FILE *file) const { std::fclose (file); }
    };

    [[nodiscard]] auto merge (const Event &event) -> bool;
    void encode_last ();
    void write_frame ();

    std::unique_ptr<std::FILE, Close> file_;
    Encoder frame_;
    std::optional<Event> last_;  // may still grow
    std::uint64_t events_{};
    unsigned provisional_{};  // events in this frame that may be taken back
};

}  // namespace ravelin::sim::replay
