// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/trace/event_sink.hpp"
#include "sim/trace/header.hpp"
#include "sim/trace/line_format.hpp"
#include "sim/trace/schema.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ravelin::sim::trace::test {

inline const Header header{.board = "virt", .cpus = 2, .seed = 7, .frequency = 62'500'000};

/// An event of @p kind with all fields that one can have.
[[nodiscard]] inline auto full_event (Kind kind, std::uint32_t cpu = 1) -> Event {
    Event event{1234, cpu, kind};
    std::uint64_t value = 0;
    for (const auto fields : {schema_of (kind).required, schema_of (kind).optional}) {
        for (const Field field : fields) {
            event.set (field, value++ % 2);  // every list of words has two
        }
    }
    return event;
}

/// One of each kind; the end last.
[[nodiscard]] inline auto one_of_each () -> std::vector<Event> {
    std::vector<Event> events;
    events.reserve (kinds);
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        events.push_back (full_event (static_cast<Kind> (kind)));
    }
    return events;
}

/// Keeps all events, as lines.
class Lines : public EventSink {
  public:
    void take (const Event &event) override { lines.push_back (to_line (event)); }

    /// What of each line is behind time and CPU.
    [[nodiscard]] auto what () const -> std::vector<std::string> {
        std::vector<std::string> result;
        result.reserve (lines.size ());
        for (const std::string &line : lines) {
            result.push_back (line.substr (line.find (' ', line.find (' ') + 1) + 1));
        }
        return result;
    }

    std::vector<std::string> lines;
};

}  // namespace ravelin::sim::trace::test
