// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/recorder/recorder.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace ravelin::sim::replay {

namespace {
constexpr std::uint64_t line_size      = 64;  // of the data cache  [DDI 0488, 6.4]
constexpr std::uint64_t no_cpu         = 0;   // TPIDR_EL2 before a CPU knows itself
constexpr std::uint64_t vector_size    = 0x80;
constexpr std::uint64_t lower_vectors  = 0x400;
constexpr std::uint64_t vectors_in_all = 0x800;

[[nodiscard]] auto has_result (Instruction::What what) -> bool {
    using enum Instruction::What;
    return what == translate || what == call || what == read;
}
}  // namespace

Recorder::Recorder (const std::string &file, const Header &header, const Places &places)
    : header_{header}, places_{places}, writer_{file, header} {}

auto Recorder::cares (const PlacedInstruction &instruction) const -> bool {
    const auto what = instruction.instruction.what;
    return (what != What::other && what != What::load && what != What::store && what != What::try_load) ||
           instruction.pc == header_.image.value () || instruction.pc == places_.boot ||
           instruction.pc == places_.arrival || cause_at (instruction.pc);
}

auto Recorder::cause_at (std::uint64_t pc) const -> std::optional<Cause> {
    const auto offset = pc - places_.vectors;
    if (offset < lower_vectors || offset >= vectors_in_all || offset % vector_size != 0) { return std::nullopt; }
    switch (offset / vector_size % 4) {
    case 0:  return Cause::synchronous;
    case 3:  return Cause::system_error;
    default: return Cause::interrupt;
    }
}

auto Recorder::is_unshared (std::uint64_t pc) const -> bool {
    return std::ranges::any_of (places_.unshared, [pc] (const PaRange &code) { return code.contains (Pa{pc}); });
}

auto Recorder::read_memory (std::uint64_t pa, std::size_t size) -> std::vector<std::byte> {
    GByteArray *const data = g_byte_array_new ();
    if (!qemu_plugin_read_memory_vaddr (pa, data, size)) {
        throw std::runtime_error{"QEMU doesn't show what Ravelin has in its memory"};
    }
    const auto *first = reinterpret_cast<const std::byte *> (data->data);
    const std::vector<std::byte> bytes{first, first + size};
    g_byte_array_free (data, 1);
    return bytes;
}

/// Ravelin's MMU is off still, and shows it.
void Recorder::keep_device_tree () {
    constexpr std::size_t size_at = 4;  // totalsize, big-endian  [Devicetree Specification, 5.2]
    tree_at_                      = registers_.x (0);
    std::uint32_t size            = 0;
    std::memcpy (&size, read_memory (tree_at_ + size_at, sizeof size).data (), sizeof size);
    tree_ = read_memory (tree_at_, std::byteswap (size));
}

void Recorder::show (std::uint64_t pa, std::span<const std::byte> bytes) {
    seen_.put (pa, bytes);
    writer_.add ({.kind = Kind::memory, .address = pa, .bytes = {bytes.begin (), bytes.end ()}});
}

auto Recorder::current () -> std::optional<std::uint8_t> {
    const auto self = registers_.tpidr_el2 ();
    if (self == no_cpu) { return std::nullopt; }
    auto found = index_of_.find (self);
    if (found == index_of_.end ()) {
        // hal::Cpu begins with its index.
        const auto first = read_memory (self, 1);
        found            = index_of_.emplace (self, std::to_integer<std::uint8_t> (first.front ())).first;
    }
    return found->second < cpus_.size () ? std::optional{found->second} : std::nullopt;
}

auto Recorder::changes (Cpu &cpu) -> std::vector<RegisterValue> {
    const auto now = registers_.all ();
    std::vector<RegisterValue> changed;
    for (std::size_t i = 0; i < now.size (); ++i) {
        if (!cpu.known || cpu.known->at (i) != now.at (i)) {
            changed.push_back ({static_cast<std::uint8_t> (i), now.at (i)});
        }
    }
    cpu.known = now;
    return changed;
}

void Recorder::begin (std::uint8_t index, Cause cause) {
    Cpu &cpu = cpus_.at (index);
    settle (cpu);
    cpu.in_trap      = true;
    cpu.is_booting   = cause == Cause::boot;
    cpu.fp_was_saved = cpu.fp_was_loaded = false;
    cpu.executing.reset ();
    if (cause == Cause::boot || cause == Cause::arrival) { cpu.known.reset (); }
    writer_.add ({.kind = Kind::begin, .cpu = index, .cause = cause, .registers = changes (cpu)});
    if (cause == Cause::boot) {
        show (header_.image.value (), read_memory (header_.image.value (), page_size));
        show (header_.firmware.start.value (), read_memory (header_.firmware.start.value (), header_.firmware.size));
        show (tree_at_, tree_);
    }
}

void Recorder::leave (std::uint8_t index) {
    Cpu &cpu = cpus_.at (index);
    settle (cpu);
    if (cpu.fp_was_loaded) { writer_.add ({.kind = Kind::fp_after, .cpu = index, .bytes = registers_.fp ()}); }
    writer_.add ({.kind = Kind::end, .cpu = index, .registers = changes (cpu)});
    cpu.in_trap = false;
}

void Recorder::settle (Cpu &cpu) {
    if (cpu.exchange) { writer_.settle (); }
    cpu.exchange.reset ();
}

/// The place of one that succeeds is that of its store, if others have come in between; one that fails then is tried
/// again.
void Recorder::complete_exchange (std::uint8_t index, bool succeeds) {
    Cpu &cpu = cpus_.at (index);
    if (!cpu.exchange) { return; }
    if (!succeeds || cpu.exchange->events != writer_.events ()) {
        writer_.take_back (cpu.exchange->event);
        cpu.exchange.reset ();
        if (succeeds) { writer_.add ({.kind = Kind::shared_exchange, .cpu = index}); }
    }
    settle (cpu);
}

void Recorder::complete (std::uint8_t index, const PlacedInstruction &done) {
    const Cpu &cpu = cpus_.at (index);
    const auto it  = done.instruction;
    switch (it.what) {
    case What::read:
        writer_.add ({.kind = Kind::read, .cpu = index, .address = it.argument, .value = registers_.x (it.target)});
        break;
    case What::translate:
        writer_.add ({.kind = Kind::translate, .cpu = index, .address = cpu.argument, .value = registers_.par_el1 ()});
        break;
    case What::call:
        writer_.add ({.kind      = Kind::answer,
                      .cpu       = index,
                      .arguments = {registers_.x (0), registers_.x (1), registers_.x (2), registers_.x (3)}});
        break;
    default: break;
    }
}

void Recorder::execute (const PlacedInstruction &next) {
    if (next.pc == header_.image.value ()) { keep_device_tree (); }
    if (next.pc == places_.boot) { begin (0, Cause::boot); }
    if (next.pc == places_.arrival) { begin (static_cast<std::uint8_t> (registers_.x (0)), Cause::arrival); }
    const auto index = current ();
    if (!index) { return; }
    if (const auto done = std::exchange (cpus_.at (*index).executing, std::nullopt)) { complete (*index, *done); }
    if (const auto cause = cause_at (next.pc)) { begin (*index, *cause); }
    if (cpus_.at (*index).in_trap) { perform (*index, next); }
}

void Recorder::perform (std::uint8_t index, const PlacedInstruction &next) {
    Cpu &cpu       = cpus_.at (index);
    const auto it  = next.instruction;
    const auto add = [&] (Kind kind, std::uint64_t address = 0, std::uint64_t value = 0) {
        settle (cpu);
        writer_.add ({.kind = kind, .cpu = index, .address = address, .value = value});
    };
    if (has_result (it.what)) {
        cpu.executing = next;
        cpu.argument  = registers_.x (it.target);
    }
    switch (it.what) {
    case What::leave: leave (index); break;
    case What::barrier:
        if (!is_unshared (next.pc)) { add (Kind::barrier, 0, it.argument); }
        break;
    case What::maintain: add (Kind::invalidate, it.argument, registers_.x (it.target)); break;
    case What::clean:    add (Kind::clean, registers_.x (it.target) / line_size * line_size, line_size); break;
    case What::wait:     add (Kind::wait); break;
    case What::wake:     add (Kind::send_event); break;
    case What::relax:    add (Kind::relax); break;
    case What::call:
        settle (cpu);
        writer_.add ({.kind      = Kind::call,
                      .cpu       = index,
                      .arguments = {registers_.x (0), registers_.x (1), registers_.x (2), registers_.x (3)}});
        break;
    case What::save_fp:
        if (!cpu.is_booting && !std::exchange (cpu.fp_was_saved, true)) {
            writer_.add ({.kind = Kind::fp_before, .cpu = index, .bytes = registers_.fp ()});
        }
        break;
    case What::try_store:
        if (cpu.exchange) { cpu.exchange->is_tried = true; }
        break;
    case What::load_fp: cpu.fp_was_loaded = !cpu.is_booting; break;
    default:            break;
    }
}

void Recorder::share (std::uint8_t index, What what, std::uint64_t value) {
    Cpu &cpu = cpus_.at (index);
    switch (what) {
    case What::try_load: {
        // QEMU makes no access at all for a store that is sure to fail.
        if (cpu.exchange && cpu.exchange->is_tried) { complete_exchange (index, false); }
        settle (cpu);
        const auto event = writer_.add_provisional ({.kind = Kind::shared_exchange, .cpu = index});
        cpu.exchange     = {.event = event, .events = writer_.events (), .value = value};
        break;
    }
    // First it loads what is there now: if that's what was there, it stores.
    case What::try_store:
        if (cpu.exchange) { complete_exchange (index, value == cpu.exchange->value); }
        break;
    default:
        settle (cpu);
        writer_.add ({.kind = what == What::store ? Kind::shared_store : Kind::shared_load, .cpu = index});
    }
}

void Recorder::access (const PlacedInstruction &by, std::uint64_t pa, std::span<const std::byte> bytes, bool is_store,
                       bool is_device) {
    const auto what = by.instruction.what;
    const bool is_shared =
        what == What::load || what == What::store || what == What::try_load || what == What::try_store;
    const bool is_own = places_.own.contains (Pa{pa});
    if (is_own && !is_shared) { return; }
    const auto index = current ();
    if (!index || !cpus_.at (*index).in_trap) { return; }
    std::uint64_t value = 0;
    std::memcpy (&value, bytes.data (), std::min (bytes.size (), sizeof value));
    if (is_shared) { share (*index, what, value); }
    if (is_own) { return; }
    if (is_device) {
        settle (cpus_.at (*index));
        writer_.add (
            {.kind = is_store ? Kind::mmio_write : Kind::mmio_read, .cpu = *index, .address = pa, .value = value});
        return;
    }
    const bool is_known = seen_.put (pa, bytes);
    if (is_store || !is_known) {
        writer_.add ({.kind    = is_store ? Kind::store : Kind::memory,
                      .cpu     = *index,
                      .address = pa,
                      .bytes   = {bytes.begin (), bytes.end ()}});
    }
}

}  // namespace ravelin::sim::replay
