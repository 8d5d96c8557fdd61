// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>

namespace ravelin::fuzz {

/// How far a fuzzer has come and how fast it is: a line every second on standard error, and one at the end.
class Rate {
  public:
    /// @param fuzzer  its name, which outlives this
    /// @param unit    what it makes of its inputs, in the plural
    Rate (const char *fuzzer, const char *unit) : fuzzer_{fuzzer}, unit_{unit} {}
    Rate (const Rate &)                     = delete;
    auto operator= (const Rate &) -> Rate & = delete;
    ~Rate () { print (); }

    [[nodiscard]] auto fuzzer () const -> const char * { return fuzzer_; }

    /// One more input, of which @p units were made.
    void add (std::uint64_t units) {
        ++inputs_;
        units_ += units;
        if (const auto now = Clock::now (); now >= next_) {
            next_ = now + std::chrono::seconds{1};
            print ();
        }
    }

  private:
    using Clock = std::chrono::steady_clock;

    void print () const {
        const std::chrono::duration<double> seconds = Clock::now () - start_;
        std::fprintf (stderr, "%s: %llu inputs, %.0f inputs/s, %llu %s, %.0f %s/s\n", fuzzer_,
                      static_cast<unsigned long long> (inputs_), static_cast<double> (inputs_) / seconds.count (),
                      static_cast<unsigned long long> (units_), unit_, static_cast<double> (units_) / seconds.count (),
                      unit_);
    }

    const char *fuzzer_;
    const char *unit_;
    std::uint64_t inputs_{};
    std::uint64_t units_{};
    Clock::time_point start_{Clock::now ()};
    Clock::time_point next_{start_ + std::chrono::seconds{1}};
};

}  // namespace ravelin::fuzz
