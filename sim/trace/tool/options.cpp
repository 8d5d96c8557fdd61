// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/tool/options.hpp"

#include <charconv>

namespace ravelin::sim::trace {

namespace {
[[nodiscard]] auto seconds (std::string_view option, std::string_view text) -> double {
    double value      = 0;
    const auto result = std::from_chars (text.begin (), text.end (), value);
    if (result.ec != std::errc{} || result.ptr != text.end () || !(value >= 0)) {
        throw UsageError{std::string{option} + " wants seconds, such as 0.25, not " + std::string{text}};
    }
    return value;
}

/// The file that an option names; nullptr: there is no such option.
[[nodiscard]] auto find_file (std::string_view option) -> std::string Options::* {
    if (option == "--svg") { return &Options::svg; }
    if (option == "--perfetto") { return &Options::perfetto; }
    return option == "--lines" ? &Options::lines : nullptr;
}

/// Sets what an option that has a value stands for; false if there's no such option.
[[nodiscard]] auto set (Options &options, std::string_view option, std::string_view value) -> bool {
    if (const auto file = find_file (option); file != nullptr) {
        options.*file = value;
    } else if (option == "--from") {
        options.from = seconds (option, value);
    } else if (option == "--to") {
        options.to = seconds (option, value);
    } else {
        return false;
    }
    return true;
}
}  // namespace

auto Options::parse (std::span<const char *const> arguments) -> Options {
    Options options;
    for (std::size_t i = 0; i < arguments.size (); ++i) {
        const std::string_view argument = arguments[i];
        if (argument == "--help" || argument == "-h") {
            options.help = true;
            return options;
        }
        if (argument == "--text") {
            options.text = true;
        } else if (!argument.starts_with ("-")) {
            if (!options.file.empty ()) {
                throw UsageError{"one file at a time, not " + std::string{argument} + " too"};
            }
            options.file = argument;
        } else if (i + 1 == arguments.size () || !set (options, argument, arguments[i + 1])) {
            throw UsageError{std::string{argument} + " is unknown or lacks its value"};
        } else {
            ++i;
        }
    }
    if (options.file.empty ()) {
        throw UsageError{"which trace? A file that tools/sim --trace or --events has written"};
    }
    if (options.to <= options.from) { throw UsageError{"--to is behind --from"}; }
    options.text |= options.svg.empty () && options.perfetto.empty () && options.lines.empty ();
    return options;
}

auto usage () -> std::string_view {
    return R"(ravelin-trace FILE [options]

Prints a trace that tools/sim --trace or --events has written, with names instead of numbers, or draws it.

  --text            prints it: so without any of these
  --svg OUT         draws rows of CPUs, VMs, traps, locks and TLBIs
  --perfetto OUT    writes it for Perfetto
  --lines OUT       writes it in the line format
  --from SECONDS    prints and draws what happened from then on
  --to SECONDS      prints and draws what happened before
)";
}

}  // namespace ravelin::sim::trace
