// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/record/writer.hpp"

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace ravelin::sim::replay {

static_assert (std::endian::native == std::endian::little, "sizes and checksums are written as this machine has them");

namespace {
constexpr std::size_t frame_size    = 1U << 16U;
constexpr std::size_t longest_bytes = 1U << 16U;

[[noreturn]] void fail (const std::string &what) {
    throw std::runtime_error{what + ": " + std::strerror (errno)};
}

void write (std::FILE *file, std::span<const std::byte> bytes) {
    if (std::fwrite (bytes.data (), 1, bytes.size (), file) != bytes.size ()) { fail ("cannot write the record"); }
}
}  // namespace

Writer::Writer (const std::string &file, const Header &header) : file_{std::fopen (file.c_str (), "wb")} {
    if (!file_) { fail ("cannot write " + file); }
    write (file_.get (), std::as_bytes (std::span{magic}));
    frame_.header (header);
    write_frame ();
}

auto Writer::merge (const Event &event) -> bool {
    if (!last_ || last_->kind != event.kind || last_->cpu != event.cpu) { return false; }
    switch (event.kind) {
    case Kind::memory:
    case Kind::store:
        if (last_->address + last_->bytes.size () != event.address || last_->bytes.size () >= longest_bytes) {
            return false;
        }
        last_->bytes.insert (last_->bytes.end (), event.bytes.begin (), event.bytes.end ());
        return true;
    case Kind::clean:
        if (last_->address + last_->value != event.address) { return false; }
        last_->value += event.value;
        return true;
    default: return false;
    }
}

void Writer::encode_last () {
    if (!last_) { return; }
    frame_.event (*last_);
    last_.reset ();
    ++events_;
    if (frame_.out ().size () >= frame_size && provisional_ == 0) { write_frame (); }
}

void Writer::add (Event event) {
    if (merge (event)) { return; }
    encode_last ();
    last_ = std::move (event);
}

auto Writer::add_provisional (const Event &event) -> std::size_t {
    encode_last ();
    const auto where = frame_.out ().size ();
    frame_.event (event);
    ++events_;
    ++provisional_;
    return where;
}

void Writer::take_back (std::size_t event) {
    frame_.out ()[event] = static_cast<std::byte> (Kind::nothing);
    settle ();
}

void Writer::write_frame () {
    auto &payload            = frame_.out ();
    const std::uint32_t size = static_cast<std::uint32_t> (payload.size ());
    const std::array<std::uint64_t, 1> sum{checksum (payload)};
    write (file_.get (), std::as_bytes (std::span{&size, 1}));
    write (file_.get (), std::as_bytes (std::span{sum}));
    write (file_.get (), payload);
    payload.clear ();
}

void Writer::finish () {
    encode_last ();
    frame_.event ({.kind = Kind::finished, .value = events_});
    write_frame ();
    if (std::fflush (file_.get ()) != 0) { fail ("cannot write the record"); }
}

}  // namespace ravelin::sim::replay
