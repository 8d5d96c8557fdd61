// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/tool/options.hpp"

#include <charconv>
#include <string_view>

namespace ravelin::sim::explore {

namespace {
constexpr unsigned most_jobs    = 64;
constexpr unsigned most_seconds = 1'000'000;

[[nodiscard]] auto parse_number (const std::string &option, std::string_view text, unsigned most)
    -> std::expected<unsigned, std::string> {
    unsigned number   = 0;
    const auto result = std::from_chars (text.begin (), text.end (), number);
    if (result.ec != std::errc{} || result.ptr != text.end () || number == 0 || number > most) {
        return std::unexpected{option + " wants 1 to " + std::to_string (most) + ", not " + std::string{text}};
    }
    return number;
}

/// Sets what an option that has a value stands for.
/// @return  what is wrong; empty: nothing
[[nodiscard]] auto set (ToolOptions &options, const std::string &option, const char *value) -> std::string {
    const bool jobs = option == "--jobs";
    if (jobs || option == "--seconds") {
        const auto number                       = parse_number (option, value, jobs ? most_jobs : most_seconds);
        (jobs ? options.jobs : options.seconds) = number.value_or (0);
        return number ? "" : number.error ();
    }
    (option == "--config" ? options.config : options.directory) = value;
    return "";
}
}  // namespace

auto ToolOptions::parse (std::span<const char *const> arguments) -> std::expected<ToolOptions, std::string> {
    ToolOptions options;
    for (std::size_t i = 0; i < arguments.size (); ++i) {
        const std::string option = arguments[i];
        if (option == "--json" || option == "--fresh" || option == "--two-runs") {
            (option == "--json" ? options.json : option == "--fresh" ? options.fresh : options.two_runs) = true;
            continue;
        }
        if (option != "--config" && option != "--jobs" && option != "--seconds" && option != "--directory") {
            return std::unexpected{"unknown argument '" + option + "'"};
        }
        if (++i == arguments.size ()) { return std::unexpected{option + " wants a value"}; }
        if (const auto wrong = set (options, option, arguments[i]); !wrong.empty ()) { return std::unexpected{wrong}; }
    }
    return options;
}

}  // namespace ravelin::sim::explore
