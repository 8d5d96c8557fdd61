// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/perfetto_writer.hpp"

#include "sim/trace/line_format.hpp"
#include "sim/trace/schema.hpp"
#include "sim/trace/words.hpp"

#include <utility>

namespace ravelin::sim::trace {

namespace {
// Numbers of processes and threads: Perfetto wants each to be different from all others, and not 0.
constexpr std::uint64_t machine_process  = 1;
constexpr std::uint64_t cpu_threads      = 100;  // for each CPU
constexpr std::uint64_t first_vm_process = 1000;
constexpr std::uint64_t first_vm_thread  = 100'000;

constexpr std::array<std::string_view, 6> row_names{"", " trap", " lock", " TLBI", " table", " device"};

/// Nanoseconds as the format has them: microseconds, and three digits behind the point.
[[nodiscard]] auto microseconds (std::uint64_t nanoseconds) -> std::string {
    const auto fraction = std::to_string (1000 + nanoseconds % 1000);
    return std::to_string (nanoseconds / 1000) + '.' + fraction.substr (1);
}
}  // namespace

PerfettoWriter::PerfettoWriter (std::ostream &out, const Header &header) : out_{out}, timeline_{header.frequency} {
    // One record a line, and the trace's own first line in the first of them: that's how Reader knows the file.
    out_ << R"({"traceEvents":[)";
    name ({machine_process, 0}, "process_labels", to_line (header));
    name ({machine_process, 0}, "process_name", "Ravelin on " + header.board);
    for (std::uint32_t cpu = 0; cpu < header.cpus; ++cpu) {
        for (std::size_t row = 0; row < row_names.size (); ++row) {
            name (track_of (cpu, static_cast<Row> (row)), "thread_name",
                  ("CPU " + std::to_string (cpu)).append (row_names[row]));
        }
    }
}

PerfettoWriter::~PerfettoWriter () {
    out_ << "\n],\"displayTimeUnit\":\"ns\"}\n";
}

auto PerfettoWriter::row_of (Kind kind) -> Row {
    switch (kind) {
    case Kind::trap:
    case Kind::leave:
    case Kind::off:
    case Kind::smc:
    case Kind::smc_result:
    case Kind::end:        return Row::trap;
    case Kind::lock:
    case Kind::unlock:
    case Kind::spin:       return Row::lock;
    case Kind::table:
    case Kind::store:
    case Kind::fill:       return Row::table;
    case Kind::isb:
    case Kind::dsb:
    case Kind::tlbi:
    case Kind::ic:
    case Kind::clean:      return Row::tlbi;
    case Kind::sleep:
    case Kind::sev:
    case Kind::read:
    case Kind::write:      return Row::device;
    }
    return Row::device;
}

auto PerfettoWriter::track_of (std::uint32_t cpu, Row row) -> Track {
    return {machine_process, cpu_threads * (cpu + 1) + static_cast<std::uint64_t> (row)};
}

auto PerfettoWriter::track_of (const World &world) -> Track {
    return {first_vm_process + world.vmid, first_vm_thread + world.vmid * max_cpus + world.vcpu};
}

void PerfettoWriter::name (Track track, std::string_view what, std::string_view text) {
    out_ << (std::exchange (first_, false) ? "\n" : ",\n") << R"({"ph":"M","pid":)" << track.process << R"(,"tid":)"
         << track.thread << R"(,"name":")" << what << R"(","args":{")" << (what == "process_labels" ? "labels" : "name")
         << R"(":")" << text << R"("}})";
}

void PerfettoWriter::introduce (const World &world) {
    if (world.is_host () || !known_.insert (world).second) { return; }
    name (track_of (world), "process_name", "VM " + std::to_string (world.vmid));
    name (track_of (world), "thread_name", "vCPU " + std::to_string (world.vcpu));
}

void PerfettoWriter::record (Phase phase, Track track, std::uint64_t moment, std::string_view name,
                             const Event *event) {
    out_ << R"(,
{"ph":")" << static_cast<char> (phase)
         << R"(","pid":)" << track.process << R"(,"tid":)" << track.thread << R"(,"ts":)" << microseconds (moment)
         << R"(,"name":")" << name << '"';
    if (phase == Phase::instant) { out_ << R"(,"s":"t")"; }
    if (event != nullptr) {
        out_ << R"(,"args":{"what":")" << details_of (*event) << R"(","event":")" << to_line (*event) << R"("})";
    }
    out_ << '}';
}

void PerfettoWriter::leave_world (std::uint32_t cpu, std::uint64_t moment) {
    const auto world = std::exchange (world_[cpu], std::nullopt);
    if (!world) { return; }
    record (Phase::end, track_of (cpu, Row::world), moment, world->name (), nullptr);
    if (!world->is_host ()) { record (Phase::end, track_of (*world), moment, "CPU " + std::to_string (cpu), nullptr); }
}

void PerfettoWriter::enter_world (const Event &event, std::uint64_t moment) {
    const World world = World::of (event);
    introduce (world);
    leave_world (event.cpu (), moment);
    world_[event.cpu ()] = world;
    record (Phase::begin, track_of (event.cpu (), Row::world), moment, world.name (), nullptr);
    if (!world.is_host ()) {
        record (Phase::begin, track_of (world), moment, "CPU " + std::to_string (event.cpu ()), nullptr);
    }
}

void PerfettoWriter::end_trap (const Event &event, std::uint64_t moment) {
    const bool inside = std::exchange (in_trap_[event.cpu ()], false);
    record (inside ? Phase::end : Phase::instant, track_of (event.cpu (), Row::trap), moment, title_of (event), &event);
}

void PerfettoWriter::take (const Event &event) {
    const auto moment = timeline_.next (event);
    const auto cpu    = event.cpu ();
    const Track track = track_of (cpu, row_of (event.kind ()));
    switch (event.kind ()) {
    case Kind::trap:
        leave_world (cpu, moment);
        in_trap_[cpu] = true;
        record (Phase::begin, track, moment, title_of (event), &event);
        break;
    case Kind::leave:
        end_trap (event, moment);
        enter_world (event, moment);
        break;
    case Kind::off:    end_trap (event, moment); break;
    case Kind::lock:   record (Phase::begin, track, moment, title_of (event), &event); break;
    case Kind::unlock: record (Phase::end, track, moment, title_of (event), &event); break;
    default:           record (Phase::instant, track, moment, title_of (event), &event); break;
    }
}

}  // namespace ravelin::sim::trace
