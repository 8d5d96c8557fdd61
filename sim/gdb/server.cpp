// SPDX-License-Identifier: BSD-2-Clause
#include "sim/gdb/server.hpp"

#include "sim/gdb/target_description.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace ravelin::sim::gdb {

namespace {
constexpr std::string_view ok     = "OK";
constexpr std::string_view failed = "E01";
constexpr std::string_view unknown;

// Bytes of memory in one packet.
constexpr std::uint64_t most_memory = 0x2000;

/// What stands before @p separator, and what behind it.
struct Split {
    std::string_view before;
    std::string_view behind;
};
[[nodiscard]] auto split (std::string_view text, char separator) -> Split {
    const auto at = text.find (separator);
    if (at == std::string_view::npos) { return {text, {}}; }
    return {text.substr (0, at), text.substr (at + 1)};
}

/// The CPU that a thread's number stands for; nothing if none does: 0 and -1 are any.
[[nodiscard]] auto cpu_of_thread (std::string_view thread, std::uint32_t cpus) -> std::optional<std::uint32_t> {
    const auto number = number_from_hex (thread);
    if (!number || *number == 0 || *number > cpus) { return std::nullopt; }
    return static_cast<std::uint32_t> (*number - 1);
}

[[nodiscard]] auto stop_reply (const DebuggedMachine::Stop &stop, std::uint32_t cpu) -> std::string {
    using enum DebuggedMachine::Why;
    const auto thread = "thread:" + word_to_hex (cpu + 1, 1) + ';';
    switch (stop.why) {
    case breakpoint:
    case step:       return "T05" + thread;  // SIGTRAP
    case asked:
    case asleep:     return "T02" + thread;  // SIGINT
    case over:       return stop.outcome == Outcome::off || stop.outcome == Outcome::reset ? "W00" : "W01";
    }
    return "W01";
}
}  // namespace

auto Server::receive (std::optional<std::chrono::milliseconds> patience) -> bool {
    const auto bytes = connection_.receive (patience);
    if (!bytes) { return false; }
    for (const char byte : *bytes) {
        if (auto packet = reader_.take (byte)) { packets_.push_back (std::move (*packet)); }
    }
    return true;
}

auto Server::serve () -> End {
    while (!end_) {
        if (packets_.empty () && !receive (std::nullopt)) { return End::detached; }
        if (packets_.empty ()) { continue; }
        const Packet packet = packets_.front ();
        packets_.pop_front ();
        switch (packet.kind) {
        case Packet::Kind::command:
            connection_.send ("+");
            handle (packet.text);
            break;
        case Packet::Kind::damaged:   connection_.send ("-"); break;
        case Packet::Kind::interrupt: break;  // it stands still already
        }
    }
    return *end_;
}

auto Server::interrupted () -> bool {
    if (!receive (std::chrono::milliseconds{0})) {
        end_ = End::detached;
        return true;
    }
    const auto asks = std::ranges::find (packets_, Packet::Kind::interrupt, &Packet::kind);
    if (asks == packets_.end ()) { return false; }
    packets_.erase (asks);
    return true;
}

void Server::handle (std::string_view command) {
    if (command == "k" || command.starts_with ("vKill")) {
        end_ = End::killed;
        if (command != "k") { answer (ok); }
    } else if (command == "c") {
        resume (std::nullopt);
    } else if (command == "s") {
        resume (cpu_);
    } else if (command.starts_with ("vCont;")) {
        resume_as_told (split (command, ';').behind);
    } else {
        answer (reply_to (command));
        if (command.starts_with ('D')) { end_ = End::detached; }
    }
}

auto Server::reply_to (std::string_view command) -> std::string {
    if (command.empty ()) { return std::string{unknown}; }
    const auto rest = command.substr (1);
    switch (command.front ()) {
    case '?': return last_stop_;
    case 'g': return all_registers ();
    case 'G': return set_all_registers (rest);
    case 'p': return one_register (rest);
    case 'P': return set_register (rest);
    case 'm': return read_memory (rest);
    case 'M': return write_memory (rest);
    case 'Z': return set_breakpoint (rest, true);
    case 'z': return set_breakpoint (rest, false);
    case 'H': return choose_thread (rest);
    case 'T': return std::string{cpu_of_thread (rest, machine_.cpus ()) ? ok : failed};
    case 'D': return std::string{ok};
    case 'q':
    case 'Q': return reply_to_query (command);
    case 'v': return command == "vCont?" ? "vCont;c;C;s;S" : "";
    default:  return std::string{unknown};
    }
}

auto Server::reply_to_query (std::string_view query) -> std::string {
    const auto [name, rest] = split (query, ':');
    if (name == "qSupported") { return "PacketSize=5000;qXfer:features:read+;vContSupported+"; }
    if (query.starts_with ("qXfer:features:read:target.xml:")) { return description (query.substr (31)); }
    if (query == "qfThreadInfo") {
        std::string threads = "m";
        for (std::uint32_t i = 0; i < machine_.cpus (); ++i) {
            threads += (i == 0 ? "" : ",") + word_to_hex (i + 1, 1);
        }
        return threads;
    }
    if (query == "qsThreadInfo") { return "l"; }
    if (query == "qC") { return "QC" + word_to_hex (cpu_ + 1, 1); }
    if (query.starts_with ("qThreadExtraInfo,")) {
        const auto cpu = cpu_of_thread (split (query, ',').behind, machine_.cpus ());
        if (!cpu) { return std::string{failed}; }
        const auto text = "CPU " + std::to_string (*cpu) + ", " + machine_.where (*cpu);
        return to_hex (std::as_bytes (std::span{text}));
    }
    if (query.starts_with ("qAttached")) { return "1"; }
    // As QEMU has it: maintenance packet Qqemu.PhyMemMode:1
    if (name == "Qqemu.PhyMemMode") {
        space_ = rest == "1" ? DebuggedMachine::Space::physical : DebuggedMachine::Space::translated;
        return std::string{ok};
    }
    return std::string{unknown};
}

auto Server::description (std::string_view range) const -> std::string {
    const auto [from, length] = split (range, ',');
    const auto offset         = number_from_hex (from);
    const auto count          = number_from_hex (length);
    const auto all            = target_description ();
    if (!offset || !count || *offset > all.size ()) { return std::string{failed}; }
    const auto part = all.substr (*offset, *count);
    return (*offset + part.size () == all.size () ? 'l' : 'm') + part;
}

void Server::resume (std::optional<std::uint32_t> stepping) {
    const auto stop = machine_.resume (stepping, [this] { return interrupted (); });
    if (end_) { return; }  // nobody is there to be told
    using enum DebuggedMachine::Why;
    if (stop.why == breakpoint || stop.why == step) { cpu_ = stop.cpu; }
    if (stop.why == over) {
        outcome_ = stop.outcome;
        end_     = End::over;
    }
    last_stop_ = stop_reply (stop, cpu_);
    answer (last_stop_);
}

void Server::resume_as_told (std::string_view actions) {
    // Those that come first are about certain threads; all others go on, whatever the last one says.
    std::optional<std::uint32_t> stepping;
    while (!actions.empty ()) {
        const auto [action, others] = split (actions, ';');
        const auto [what, thread]   = split (action, ':');
        if (!stepping && (what.starts_with ('s') || what.starts_with ('S'))) {
            stepping = cpu_of_thread (thread, machine_.cpus ()).value_or (cpu_);
        }
        actions = others;
    }
    resume (stepping);
}

auto Server::all_registers () -> std::string {
    std::string text;
    for (std::size_t i = 0; i < DebuggedMachine::registers; ++i) {
        text += word_to_hex (machine_.read_register (cpu_, i), size_of_register (i));
    }
    return text;
}

auto Server::set_all_registers (std::string_view text) -> std::string {
    std::vector<std::uint64_t> values;
    for (std::size_t i = 0; i < DebuggedMachine::registers; ++i) {
        const auto digits = 2 * size_of_register (i);
        const auto value  = word_from_hex (text.substr (0, digits));
        if (!value || text.size () < digits) { return std::string{failed}; }
        values.push_back (*value);
        text.remove_prefix (digits);
    }
    for (std::size_t i = 0; i < values.size (); ++i) {
        machine_.write_register (cpu_, i, values[i]);
    }
    return std::string{ok};
}

auto Server::one_register (std::string_view number) -> std::string {
    const auto which = number_from_hex (number);
    if (!which || *which >= DebuggedMachine::registers) { return std::string{failed}; }
    return word_to_hex (machine_.read_register (cpu_, *which), size_of_register (*which));
}

auto Server::set_register (std::string_view setting) -> std::string {
    const auto [number, text] = split (setting, '=');
    const auto which          = number_from_hex (number);
    const auto value          = word_from_hex (text);
    if (!which || !value || *which >= DebuggedMachine::registers) { return std::string{failed}; }
    machine_.write_register (cpu_, *which, *value);
    return std::string{ok};
}

auto Server::read_memory (std::string_view range) -> std::string {
    const auto [from, length] = split (range, ',');
    const auto address        = number_from_hex (from);
    const auto size           = number_from_hex (length);
    if (!address || !size || *size > most_memory) { return std::string{failed}; }
    std::vector<std::byte> bytes (*size);
    const auto count = machine_.read (cpu_, space_, *address, bytes);
    if (count == 0 && *size != 0) { return std::string{failed}; }
    return to_hex (std::span{bytes}.first (count));
}

auto Server::write_memory (std::string_view setting) -> std::string {
    const auto [range, text]  = split (setting, ':');
    const auto [from, length] = split (range, ',');
    const auto address        = number_from_hex (from);
    const auto size           = number_from_hex (length);
    const auto bytes          = from_hex (text);
    if (!address || !size || !bytes || bytes->size () != *size) { return std::string{failed}; }
    return std::string{machine_.write (cpu_, space_, *address, *bytes) ? ok : failed};
}

auto Server::set_breakpoint (std::string_view point, bool on) -> std::string {
    const auto [kind, rest] = split (point, ',');
    // Of software and of hardware: they are the same here. Others, of data, aren't known.
    if (kind != "0" && kind != "1") { return std::string{unknown}; }
    const auto address = number_from_hex (split (rest, ',').before);
    if (!address) { return std::string{failed}; }
    machine_.set_breakpoint (*address, on);
    return std::string{ok};
}

auto Server::choose_thread (std::string_view thread) -> std::string {
    const auto number = thread.substr (std::min<std::size_t> (1, thread.size ()));
    if (number == "0" || number == "-1") { return std::string{ok}; }
    const auto cpu = cpu_of_thread (number, machine_.cpus ());
    if (!cpu) { return std::string{failed}; }
    // What is to go on, "c", is told by vCont.
    if (thread.starts_with ('g')) { cpu_ = *cpu; }
    return std::string{ok};
}

}  // namespace ravelin::sim::gdb
