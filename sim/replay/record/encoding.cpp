// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/record/encoding.hpp"

#include "hyp/core/cpu_index.hpp"

#include <algorithm>

namespace ravelin::sim::replay {

namespace {
constexpr unsigned digit_bits         = 7;
constexpr std::uint64_t digit_mask    = 0x7f;
constexpr unsigned more               = 0x80;
constexpr unsigned most_bits          = 64;
constexpr std::uint64_t longest_bytes = 1ULL << 28;  // a longer run is no event, but damage

[[nodiscard]] auto all_same (std::span<const std::byte> bytes) -> bool {
    return std::ranges::all_of (bytes, [&] (std::byte each) { return each == bytes.front (); });
}
}  // namespace

auto checksum (std::span<const std::byte> bytes) -> std::uint64_t {
    constexpr std::uint64_t basis = 0xcbf2'9ce4'8422'2325;
    constexpr std::uint64_t prime = 0x0100'0000'01b3;
    std::uint64_t hash            = basis;
    for (const std::byte each : bytes) {
        hash = (hash ^ static_cast<std::uint64_t> (each)) * prime;
    }
    return hash;
}

void Encoder::number (std::uint64_t value) {
    while (value > digit_mask) {
        out_.push_back (static_cast<std::byte> ((value & digit_mask) | more));
        value >>= digit_bits;
    }
    out_.push_back (static_cast<std::byte> (value));
}

void Encoder::text (std::string_view text) {
    bytes (std::as_bytes (std::span{text}));
}

void Encoder::bytes (std::span<const std::byte> bytes) {
    const bool is_run = bytes.size () > 1 && all_same (bytes);
    number (bytes.size () << 1U | (is_run ? 1 : 0));
    out_.insert (out_.end (), bytes.begin (), is_run ? bytes.begin () + 1 : bytes.end ());
}

void Encoder::registers (std::span<const RegisterValue> registers) {
    number (registers.size ());
    for (const RegisterValue &each : registers) {
        number (each.number);
        number (each.value);
    }
}

void Encoder::header (const Header &header) {
    text (header.board);
    text (header.build);
    for (const auto value :
         {header.cpus, header.memory, header.image.value (), header.pool.start.value (), header.pool.size,
          header.firmware.start.value (), header.firmware.size, header.entry.value ()}) {
        number (value);
    }
    number (recorded_registers.size ());
    for (const RecordedRegister &each : recorded_registers) {
        number (encoding_of (each.which));
    }
}

void Encoder::event (const Event &event) {
    const Shape shape = shape_of (event.kind);
    number (static_cast<std::uint64_t> (event.kind));
    number (event.cpu);
    if (shape.cause) { number (static_cast<std::uint64_t> (event.cause)); }
    if (shape.address) { number (event.address); }
    if (shape.value) { number (event.value); }
    if (shape.arguments) {
        for (const auto argument : event.arguments) {
            number (argument);
        }
    }
    if (shape.bytes) { bytes (event.bytes); }
    if (shape.registers) { registers (event.registers); }
}

auto Decoder::byte () -> std::byte {
    if (in_.empty ()) { throw Damaged{"an event lacks its end"}; }
    const std::byte first = in_.front ();
    in_                   = in_.subspan (1);
    return first;
}

auto Decoder::number () -> std::uint64_t {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < most_bits; shift += digit_bits) {
        const auto digit = std::to_integer<std::uint64_t> (byte ());
        value |= (digit & digit_mask) << shift;
        if ((digit & more) == 0) { return value; }
    }
    throw Damaged{"a number has more than 64 bits"};
}

auto Decoder::number_below (std::uint64_t limit, const char *what) -> std::uint64_t {
    const auto value = number ();
    if (value >= limit) { throw Damaged{std::string{"there is no "} + what + " " + std::to_string (value)}; }
    return value;
}

auto Decoder::text () -> std::string {
    const auto found = bytes ();
    return {reinterpret_cast<const char *> (found.data ()), found.size ()};
}

auto Decoder::bytes () -> std::vector<std::byte> {
    const auto head = number_below (longest_bytes << 1U, "run of bytes with the size and form");
    const auto size = static_cast<std::size_t> (head >> 1U);
    if ((head & 1) != 0) { return std::vector<std::byte> (size, byte ()); }
    if (size > in_.size ()) { throw Damaged{"an event lacks its end"}; }
    const std::vector<std::byte> found (in_.begin (), in_.begin () + static_cast<std::ptrdiff_t> (size));
    in_ = in_.subspan (size);
    return found;
}

auto Decoder::registers () -> std::vector<RegisterValue> {
    std::vector<RegisterValue> found (number_below (all_registers + 1, "trap with so many registers:"));
    for (RegisterValue &each : found) {
        each.number = static_cast<std::uint8_t> (number_below (all_registers, "register"));
        each.value  = number ();
    }
    return found;
}

auto Decoder::header () -> Header {
    Header header;
    header.board          = text ();
    header.build          = text ();
    header.cpus           = number ();
    header.memory         = number ();
    header.image          = Pa{number ()};
    header.pool.start     = Pa{number ()};
    header.pool.size      = number ();
    header.firmware.start = Pa{number ()};
    header.firmware.size  = number ();
    header.entry          = Pa{number ()};
    bool same             = number () == recorded_registers.size ();
    for (const RecordedRegister &each : recorded_registers) {
        same = same && number () == encoding_of (each.which);
    }
    if (!same) { throw Damaged{"it has other registers than this simulator compares: make it anew"}; }
    return header;
}

auto Decoder::event () -> Event {
    Event event;
    event.kind        = static_cast<Kind> (number_below (kinds, "kind of event"));
    event.cpu         = static_cast<std::uint8_t> (number_below (max_cpus, "CPU"));
    const Shape shape = shape_of (event.kind);
    if (shape.cause) { event.cause = static_cast<Cause> (number_below (causes, "cause of a trap")); }
    if (shape.address) { event.address = number (); }
    if (shape.value) { event.value = number (); }
    if (shape.arguments) {
        for (auto &argument : event.arguments) {
            argument = number ();
        }
    }
    if (shape.bytes) { event.bytes = bytes (); }
    if (shape.registers) { event.registers = registers (); }
    return event;
}

}  // namespace ravelin::sim::replay
