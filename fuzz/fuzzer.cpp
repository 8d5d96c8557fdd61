// SPDX-License-Identifier: BSD-2-Clause

// What libFuzzer asks of a fuzzer, for the target RAVELIN_FUZZ_TARGET. Beside libFuzzer's own options there is
//
//   --trace=FILE  writes the traps of the last input to FILE, as they are taken

#include "fuzz/rate.hpp"
#include "fuzz/target.hpp"
#include "fuzz/trap_log.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <memory>
#include <optional>
#include <sanitizer/common_interface_defs.h>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {
using namespace ravelin;

// The preprocessor has the target's name, once as such and once as a text.
// NOLINTBEGIN(cppcoreguidelines-macro-usage)
#define RAVELIN_TEXT_OF(name) #name
#define RAVELIN_TEXT(name)    RAVELIN_TEXT_OF (name)
// NOLINTEND(cppcoreguidelines-macro-usage)
constexpr const char *name = RAVELIN_TEXT (RAVELIN_FUZZ_TARGET);

/// A target and what this process knows of it.
class Fuzzer {
  public:
    /// Throws std::runtime_error if the file can't be written.
    void trace_to (const char *file) {
        trace_file_ = file;
        log_.emplace (trace_);
        open_trace ();
    }

    void play (std::span<const std::uint8_t> bytes) {
        if (target_ == nullptr) {
            target_ = fuzz::RAVELIN_FUZZ_TARGET (log_ ? &*log_ : nullptr);
            rate_   = std::make_unique<fuzz::Rate> (name, target_->unit ());
        }
        if (log_) { open_trace (); }
        fuzz::Input input{bytes};
        playing_        = &input;
        const auto made = target_->play (input);
        playing_        = nullptr;
        rate_->add (made);
    }

    /// How many bytes the target has not taken of the input that it plays.
    [[nodiscard]] auto rest () const -> std::size_t { return playing_ != nullptr ? playing_->rest ().size () : 0; }

  private:
    void open_trace () {
        trace_ = std::ofstream{trace_file_};
        if (!trace_) { throw std::runtime_error{"cannot write " + trace_file_}; }
    }

    const fuzz::Input *playing_{};
    std::string trace_file_;
    std::ofstream trace_;
    std::optional<fuzz::TrapLog> log_;
    std::unique_ptr<fuzz::Target> target_;
    std::unique_ptr<fuzz::Rate> rate_;
};

[[nodiscard]] auto fuzzer () -> Fuzzer & {
    static Fuzzer the;
    return the;
}

/// Says what was thrown and not caught, and where: that stack is part of a finding.
[[noreturn]] void tell_and_abort () {
    try {
        if (const auto thrown = std::current_exception ()) { std::rethrow_exception (thrown); }
    } catch (const std::exception &broken) {
        std::fprintf (stderr, "%s: broken: %s\n", name, broken.what ());
    } catch (...) { std::fprintf (stderr, "%s: broken: something else was thrown\n", name); }
    std::fprintf (stderr, "%s: %zu bytes are left\n", name, fuzzer ().rest ());
    __sanitizer_print_stack_trace ();
    std::abort ();
}
}  // namespace

// NOLINTBEGIN(readability-identifier-naming): libFuzzer chose the names.
extern "C" auto LLVMFuzzerInitialize (int *count, char ***arguments) -> int {
    std::set_terminate (tell_and_abort);
    for (const char *const argument : std::span{*arguments, static_cast<std::size_t> (*count)}) {
        const std::string_view word{argument};
        constexpr std::string_view trace = "--trace=";
        if (word.starts_with (trace)) { fuzzer ().trace_to (argument + trace.size ()); }
    }
    return 0;
}

extern "C" auto LLVMFuzzerTestOneInput (const std::uint8_t *data, std::size_t size) -> int {
    fuzzer ().play ({data, size});
    return 0;
}
// NOLINTEND(readability-identifier-naming)
