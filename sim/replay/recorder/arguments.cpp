// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/recorder/arguments.hpp"

#include <charconv>
#include <map>
#include <ranges>
#include <stdexcept>
#include <string_view>

namespace ravelin::sim::replay {

namespace {
constexpr std::uint64_t own_size = 2ULL << 20;  // the image, and its pages for tables

/// @param base  10 or 16
[[nodiscard]] auto to_number (const std::string &name, const std::string &value, int base = 16) -> std::uint64_t {
    std::uint64_t number    = 0;
    const auto *const last  = value.data () + value.size ();
    const auto [end, error] = std::from_chars (value.data (), last, number, base);
    if (error != std::errc{} || end != last) {
        throw std::runtime_error{name + " is '" + value + "', which is no number"};
    }
    return number;
}

/// All that were given, each used up when it's asked for.
class Given {
  public:
    explicit Given (std::span<char *const> arguments) {
        for (const std::string_view argument : arguments) {
            const auto equals = argument.find ('=');
            if (equals == std::string_view::npos) { throw std::runtime_error{std::string{argument} + " has no value"}; }
            values_[std::string{argument.substr (0, equals)}] = argument.substr (equals + 1);
        }
    }

    [[nodiscard]] auto text (const std::string &name) -> std::string {
        const auto found = values_.extract (name);
        if (found.empty ()) { throw std::runtime_error{name + "=... is missing"}; }
        return found.mapped ();
    }

    [[nodiscard]] auto number (const std::string &name, int base = 16) -> std::uint64_t {
        return to_number (name, text (name), base);
    }

    void check_all_used () const {
        if (!values_.empty ()) { throw std::runtime_error{"unknown argument " + values_.begin ()->first}; }
    }

  private:
    std::map<std::string, std::string> values_;
};
}  // namespace

auto Arguments::parse (std::span<char *const> arguments) -> Arguments {
    constexpr int decimal = 10;

    Given given{arguments};
    Arguments all;
    all.output = given.text ("output");

    const auto image = given.number ("image");
    const auto at    = [&] (const char *name) {
        return image + given.number (name);
    };
    Header &header       = all.header;
    header.board         = given.text ("board");
    header.build         = given.text ("build");
    header.cpus          = given.number ("cpus", decimal);
    header.memory        = given.number ("memory", decimal);
    header.image         = Pa{image};
    const Pa end         = Pa{at ("image_end")};
    header.pool          = {end, Pa{image + own_size} - end};
    header.firmware      = {Pa{at ("firmware_image")}, 0};
    header.firmware.size = Pa{at ("firmware_image_end")} - header.firmware.start;
    header.entry         = Pa{at ("ravelin_secondary_entry")};

    all.places = {.own      = {header.image, end - header.image},
                  .vectors  = at ("ravelin_vectors"),
                  .boot     = at ("ravelin_boot"),
                  .arrival  = at ("ravelin_boot_secondary"),
                  .unshared = {}};
    // START+SIZE:START+SIZE...
    for (const auto &part : std::views::split (given.text ("unshared"), ':')) {
        const std::string code{part.begin (), part.end ()};
        const auto plus = code.find ('+');
        if (plus == std::string::npos) {
            throw std::runtime_error{"unshared has a part that isn't START+SIZE: " + code};
        }
        all.places.unshared.push_back ({Pa{image + to_number ("unshared", code.substr (0, plus))},
                                        to_number ("unshared", code.substr (plus + 1))});
    }
    given.check_all_used ();
    return all;
}

}  // namespace ravelin::sim::replay
