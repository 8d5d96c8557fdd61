// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/record/reader.hpp"
#include "sim/replay/record/writer.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <vector>

namespace ravelin::sim::replay {
namespace {

const Header header{.board    = "virt",
                    .build    = "0123456789abcdef",
                    .cpus     = 4,
                    .memory   = 2ULL << 30U,
                    .image    = Pa{0x4020'0000},
                    .pool     = {Pa{0x4028'a000}, 0x17'6000},
                    .firmware = {Pa{0x4021'5000}, 0xd180},
                    .entry    = Pa{0x4020'0780}};

[[nodiscard]] auto bytes (std::size_t size, unsigned first) -> std::vector<std::byte> {
    std::vector<std::byte> made (size);
    for (std::size_t i = 0; i < size; ++i) {
        made[i] = static_cast<std::byte> (first + i);
    }
    return made;
}

/// A file of this test's, gone afterwards.
class RecordTest : public testing::Test {
  protected:
    void TearDown () override { std::remove (name.c_str ()); }

    [[nodiscard]] auto read () const -> std::vector<Event> {
        Reader reader{name};
        std::vector<Event> events;
        for (Event event = reader.next (); event.kind != Kind::finished; event = reader.next ()) {
            events.push_back (event);
        }
        return events;
    }

    [[nodiscard]] auto contents () const -> std::vector<char> {
        std::ifstream file{name, std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }

    void write (const std::vector<char> &all) const {
        std::ofstream file{name, std::ios::binary};
        file.write (all.data (), static_cast<std::streamsize> (all.size ()));
    }

    /// One event of each kind but those that are the file's own.
    [[nodiscard]] static auto one_of_each () -> std::vector<Event> {
        std::vector<Event> events;
        for (std::size_t i = 1; i + 1 < kinds; ++i) {
            Event event{.kind = static_cast<Kind> (i), .cpu = static_cast<std::uint8_t> (i % 8)};
            const Shape shape = shape_of (event.kind);
            if (shape.cause) { event.cause = Cause::interrupt; }
            if (shape.address) { event.address = ~0ULL - i; }
            if (shape.value) { event.value = i << 31U; }
            if (shape.arguments) { event.arguments = {1, 0, ~0ULL, i}; }
            if (shape.bytes) { event.bytes = bytes (8 + i, static_cast<unsigned> (i)); }
            if (shape.registers) { event.registers = {{0, i}, {all_registers - 1, ~0ULL}}; }
            events.push_back (event);
        }
        return events;
    }

    const std::string name{testing::TempDir () + "record_test." + std::to_string (getpid ())};
};

TEST_F (RecordTest, what_was_written_is_read) {
    Writer writer{name, header};
    for (const Event &event : one_of_each ()) {
        writer.add (event);
    }
    writer.finish ();

    EXPECT_EQ (Reader{name}.header (), header);
    EXPECT_EQ (read (), one_of_each ());
}

TEST_F (RecordTest, has_as_many_frames_as_it_takes) {
    std::vector<Event> events;
    events.reserve (3000);
    for (unsigned i = 0; i < 3000; ++i) {
        events.push_back ({.kind = Kind::memory, .address = i * 0x1000ULL, .bytes = bytes (100, i)});
    }
    Writer writer{name, header};
    for (const Event &event : events) {
        writer.add (event);
    }
    writer.finish ();
    EXPECT_EQ (read (), events);
}

TEST_F (RecordTest, what_follows_in_memory_is_one_event) {
    Writer writer{name, header};
    writer.add ({.kind = Kind::store, .address = 0x1000, .bytes = bytes (8, 0)});
    writer.add ({.kind = Kind::store, .address = 0x1008, .bytes = bytes (8, 8)});
    writer.add ({.kind = Kind::store, .cpu = 1, .address = 0x1010, .bytes = bytes (8, 16)});
    writer.add ({.kind = Kind::clean, .address = 0x1000, .value = 64});
    writer.add ({.kind = Kind::clean, .address = 0x1040, .value = 64});
    writer.finish ();

    const std::vector<Event> expected{{.kind = Kind::store, .address = 0x1000, .bytes = bytes (16, 0)},
                                      {.kind = Kind::store, .cpu = 1, .address = 0x1010, .bytes = bytes (8, 16)},
                                      {.kind = Kind::clean, .address = 0x1000, .value = 128}};
    EXPECT_EQ (read (), expected);
}

TEST_F (RecordTest, an_event_can_be_taken_back) {
    Writer writer{name, header};
    const auto taken = writer.add_provisional ({.kind = Kind::shared_exchange, .cpu = 2});
    writer.add ({.kind = Kind::relax});
    writer.take_back (taken);
    writer.finish ();
    const std::vector<Event> expected{{.kind = Kind::nothing, .cpu = 2}, {.kind = Kind::relax}};
    EXPECT_EQ (read (), expected);
}

TEST_F (RecordTest, every_damaged_byte_is_noticed) {
    Writer writer{name, header};
    for (const Event &event : one_of_each ()) {
        writer.add (event);
    }
    writer.finish ();
    const auto whole = contents ();
    for (std::size_t i = 0; i < whole.size (); ++i) {
        auto damaged = whole;
        damaged[i] ^= 0x20;
        write (damaged);
        EXPECT_THROW (static_cast<void> (read ()), Damaged) << "byte " << i;
    }
}

TEST_F (RecordTest, one_that_was_cut_short_is_noticed) {
    Writer writer{name, header};
    for (const Event &event : one_of_each ()) {
        writer.add (event);
    }
    writer.finish ();
    const auto whole = contents ();
    for (std::size_t size = 0; size < whole.size (); ++size) {
        write ({whole.begin (), whole.begin () + static_cast<std::ptrdiff_t> (size)});
        EXPECT_THROW (static_cast<void> (read ()), Damaged) << size << " bytes";
    }
    auto longer = whole;
    longer.push_back (0);
    write (longer);
    EXPECT_THROW (static_cast<void> (read ()), Damaged);
}

TEST_F (RecordTest, events_that_cannot_be_are_damage) {
    const auto refuses = [] (std::vector<unsigned> numbers) {
        Encoder encoder;
        for (const auto number : numbers) {
            encoder.number (number);
        }
        EXPECT_THROW (static_cast<void> (Decoder{encoder.out ()}.event ()), Damaged);
    };
    refuses ({kinds});                                                      // a kind
    refuses ({static_cast<unsigned> (Kind::wait), 8});                      // a CPU
    refuses ({static_cast<unsigned> (Kind::begin), 0, causes});             // a cause
    refuses ({static_cast<unsigned> (Kind::end), 0, 1, all_registers, 1});  // a register
    refuses ({static_cast<unsigned> (Kind::end), 0, all_registers + 1});    // more than there are
    refuses ({static_cast<unsigned> (Kind::fp_before), 0, 9 << 1});         // bytes that aren't there
    refuses ({static_cast<unsigned> (Kind::fp_before), 0, 1U << 30U});      // and more than make sense
}

TEST_F (RecordTest, a_file_that_isnt_there_is_named_so) {
    EXPECT_THROW (Reader{name + ".absent"}, Damaged);
}

}  // namespace
}  // namespace ravelin::sim::replay
