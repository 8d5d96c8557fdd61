// SPDX-License-Identifier: BSD-2-Clause
#include "fuzz/steps.hpp"

namespace ravelin::fuzz {

auto steps_of (const Played &input) -> std::vector<Step> {
    const auto &begins = input.layout.steps;
    std::vector<Step> steps (begins.size () + 1);
    auto number = input.layout.numbers.begin ();
    for (std::size_t i = 0; i < steps.size (); ++i) {
        const std::uint32_t begin = i == 0 ? 0 : begins[i - 1];
        const auto end            = static_cast<std::uint32_t> (i < begins.size () ? begins[i] : input.bytes.size ());
        steps[i].bytes.assign (input.bytes.begin () + begin, input.bytes.begin () + end);
        for (; number != input.layout.numbers.end () && number->begin < end; ++number) {
            if (number->begin + number->size > end) { continue; }
            steps[i].numbers.push_back ({number->begin - begin, number->size, number->kind});
        }
    }
    return steps;
}

auto join (std::span<const Step> steps) -> std::vector<std::uint8_t> {
    std::vector<std::uint8_t> bytes;
    for (const Step &step : steps) {
        bytes.insert (bytes.end (), step.bytes.begin (), step.bytes.end ());
    }
    return bytes;
}

}  // namespace ravelin::fuzz
