// SPDX-License-Identifier: BSD-2-Clause
#include "sim/race/tool/options.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <string_view>

namespace ravelin::sim::race {

namespace {
struct Number {
    std::string_view name;
    std::uint64_t least;
    std::uint64_t most;
    void (*set) (ToolOptions &options, std::uint64_t value);
};

constexpr std::uint64_t any = std::numeric_limits<std::uint64_t>::max ();

constexpr std::array numbers{
    Number{"--states", 1, 100'000'000,
           [] (ToolOptions &options, std::uint64_t value) {
               options.states = value;
           }},
    Number{"--seed", 0, any,
           [] (ToolOptions &options, std::uint64_t value) {
               options.seed = value;
           }},
    Number{"--seeds", 1, any,
           [] (ToolOptions &options, std::uint64_t value) {
               options.seeds = value;
           }},
    Number{"--seconds", 1, 1'000'000,
           [] (ToolOptions &options, std::uint64_t value) {
               options.seconds = static_cast<unsigned> (value);
           }},
    Number{"--jobs", 1, 64,
           [] (ToolOptions &options, std::uint64_t value) {
               options.jobs = static_cast<unsigned> (value);
           }},
};

/// Sets what an option that has a value stands for.
/// @return  what is wrong; empty: nothing
[[nodiscard]] auto set (ToolOptions &options, const std::string &option, std::string_view value) -> std::string {
    if (option == "--config" || option == "--directory") {
        (option == "--config" ? options.config : options.directory) = value;
        return "";
    }
    for (const Number &number : numbers) {
        if (number.name != option) { continue; }
        std::uint64_t parsed = 0;
        const auto result    = std::from_chars (value.begin (), value.end (), parsed);
        if (result.ec != std::errc{} || result.ptr != value.end () || parsed < number.least || parsed > number.most) {
            return option + " wants " + std::to_string (number.least) + " to " + std::to_string (number.most) +
                   ", not " + std::string{value};
        }
        number.set (options, parsed);
        return "";
    }
    return "unknown argument '" + option + "'";
}
}  // namespace

auto ToolOptions::parse (std::span<const char *const> arguments) -> std::expected<ToolOptions, std::string> {
    ToolOptions options;
    for (std::size_t i = 0; i < arguments.size (); ++i) {
        const std::string option = arguments[i];
        if (option == "--json") {
            options.json = true;
            continue;
        }
        const bool has_value = i + 1 < arguments.size ();
        if (const auto wrong = set (options, option, has_value ? arguments[i + 1] : ""); !wrong.empty ()) {
            return std::unexpected{has_value || wrong.starts_with ("unknown") ? wrong : option + " wants a value"};
        }
        if (!has_value) { return std::unexpected{option + " wants a value"}; }
        ++i;
    }
    if (options.seeds == 0 && options.seconds == 0) { options.seeds = 100'000; }
    return options;
}

}  // namespace ravelin::sim::race
