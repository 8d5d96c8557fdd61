// SPDX-License-Identifier: BSD-2-Clause

// What libFuzzer asks of a fuzzer, for the program's target. Beside libFuzzer's own options there is
//
//   --trace=FILE     writes the traps of the last input to FILE, as they are taken
//   --mutator=blind  changes inputs as bytes, not as steps

#include "fuzz/chosen.hpp"
#include "fuzz/known_inputs.hpp"
#include "fuzz/rate.hpp"
#include "fuzz/step_mutator.hpp"
#include "fuzz/target.hpp"
#include "fuzz/trap_log.hpp"
#include "fuzz/without_numbers.hpp"

#include <algorithm>
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
#include <utility>

// Only libFuzzer's main, which has it, asks for changes.
// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer chose the name.
extern "C" [[gnu::weak]] auto LLVMFuzzerMutate (std::uint8_t *data, std::size_t size, std::size_t room) -> std::size_t;

namespace {
using namespace ravelin;

/// A target and what this process knows of it.
class Fuzzer {
  public:
    /// Throws std::runtime_error if the file can't be written.
    void trace_to (const char *file) {
        trace_file_ = file;
        log_.emplace (trace_);
        open_trace ();
    }

    void change_blindly () { is_blind_ = true; }

    /// Inputs that are to be changed fail, and are to become shorter.
    void minimize () { minimizes_ = true; }

    void play (std::span<const std::uint8_t> bytes) {
        if (rate_ == nullptr) { rate_ = std::make_unique<fuzz::Rate> (fuzz::chosen_name (), target ().unit ()); }
        if (!minimizes_) {
            // What is thrown isn't caught: its stack is a part of what is found.
            rate_->add (play (bytes, known_.begin (bytes)));
            return;
        }
        // Nothing but what the input that is to become shorter has shown counts.
        const auto shown = try_to_play (bytes, known_.begin (bytes));
        if (!shown.empty () && shown == broken_) { throw std::runtime_error{shown}; }
    }

    /// Makes another input of @p bytes, in their place.
    /// @param room  the most bytes that it may have: fewer than there are, if it's to become shorter
    /// @return      how many it has
    [[nodiscard]] auto change (std::span<std::uint8_t> bytes, std::size_t room, std::uint64_t seed) -> std::size_t {
        if (is_blind_ || bytes.empty ()) { return LLVMFuzzerMutate (bytes.data (), bytes.size (), room); }
        const auto &input = known_.of (bytes);
        const auto other  = mutator_.change (input, known_.any (seed), room, seed);
        std::ranges::copy (other, bytes.data ());
        return other.size ();
    }

    /// How many bytes the target has not taken of the input that it plays.
    [[nodiscard]] auto rest () const -> std::size_t { return playing_ != nullptr ? playing_->rest ().size () : 0; }

  private:
    [[nodiscard]] auto target () -> fuzz::Target & {
        if (target_ == nullptr) { target_ = fuzz::chosen (log_ ? &*log_ : nullptr); }
        return *target_;
    }

    auto play (std::span<const std::uint8_t> bytes, fuzz::Layout &layout) -> std::uint64_t {
        if (log_) { open_trace (); }
        // What fails only behind others is no shorter input; and the machine of one that has failed has come to harm.
        if (minimizes_) { target_.reset (); }
        fuzz::Input input{bytes, &layout};
        playing_        = &input;
        const auto made = target ().play (input);
        playing_        = nullptr;
        return made;
    }

    /// The same of what may fail.
    /// @return  what it shows to be broken, without numbers; nothing if nothing is
    [[nodiscard]] auto try_to_play (std::span<const std::uint8_t> bytes, fuzz::Layout &layout) -> std::string {
        try {
            play (bytes, layout);
            return {};
        } catch (const std::exception &broken) {
            playing_ = nullptr;
            return fuzz::without_numbers (broken.what ());
        }
    }

    /// To see how an input is laid out; if it fails, up to there.
    void look_at (std::span<const std::uint8_t> bytes, fuzz::Layout &layout) {
        if (!minimizes_) {
            play (bytes, layout);
            return;
        }
        // The first is the one that is to become shorter.
        auto shown = try_to_play (bytes, layout);
        if (broken_.empty ()) { broken_ = std::move (shown); }
    }

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
    bool is_blind_{};
    bool minimizes_{};
    std::string broken_;  // what the input shows that is to become shorter
    fuzz::KnownInputs known_{[this] (std::span<const std::uint8_t> bytes, fuzz::Layout &layout) {
        look_at (bytes, layout);
    }};
    fuzz::StepMutator mutator_{LLVMFuzzerMutate};
};

[[nodiscard]] auto fuzzer () -> Fuzzer & {
    static Fuzzer the;
    return the;
}

/// Says what was thrown and not caught, and where: that stack is part of a finding.
[[noreturn]] void tell_and_abort () {
    const char *const name = fuzz::chosen_name ();
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
        if (word == "--mutator=blind") { fuzzer ().change_blindly (); }
        // libFuzzer's own word to the process in which it does that.
        if (word == "-minimize_crash_internal_step=1") { fuzzer ().minimize (); }
    }
    return 0;
}

extern "C" auto LLVMFuzzerTestOneInput (const std::uint8_t *data, std::size_t size) -> int {
    fuzzer ().play ({data, size});
    return 0;
}

extern "C" auto LLVMFuzzerCustomMutator (std::uint8_t *data, std::size_t size, std::size_t room, unsigned seed)
    -> std::size_t {
    return fuzzer ().change ({data, size}, room, seed);
}
// NOLINTEND(readability-identifier-naming)
