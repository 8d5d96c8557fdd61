// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/tool/options.hpp"

namespace ravelin::sim::replay {

auto ToolOptions::parse (std::span<const char *const> arguments) -> std::expected<ToolOptions, std::string> {
    ToolOptions options;
    for (std::size_t i = 0; i < arguments.size (); ++i) {
        const std::string word = arguments[i];
        if (word == "--print" || word == "--json") {
            (word == "--print" ? options.print : options.json) = true;
        } else if (word == "--directory" || word == "--build") {
            if (++i == arguments.size ()) { return std::unexpected{word + " wants a value"}; }
            (word == "--directory" ? options.directory : options.build) = arguments[i];
        } else if (word.starts_with ("-") || !options.record.empty ()) {
            return std::unexpected{"unknown argument '" + word + "'"};
        } else {
            options.record = word;
        }
    }
    if (options.record.empty ()) { return std::unexpected{"which record is to be replayed?"}; }
    return options;
}

}  // namespace ravelin::sim::replay
