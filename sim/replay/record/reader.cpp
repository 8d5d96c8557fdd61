// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/record/reader.hpp"

#include <algorithm>
#include <cstring>

namespace ravelin::sim::replay {

Reader::Reader (const std::string &file) : file_{file, std::ios::binary | std::ios::ate} {
    if (!file_) { throw Damaged{"cannot read it"}; }
    size_ = static_cast<std::uint64_t> (file_.tellg ());
    file_.seekg (0);
    if (size_ < magic.size () || std::memcmp (take (magic.size ()).data (), magic.data (), magic.size ()) != 0) {
        throw Damaged{"it's no record of this version"};
    }
    read_frame ();
    header_ = decoder_.header ();
}

auto Reader::take (std::size_t size) -> std::vector<std::byte> {
    if (size > size_ - position_) { throw Damaged{"it was cut short: the recording wasn't finished"}; }
    std::vector<std::byte> bytes (size);
    file_.read (reinterpret_cast<char *> (bytes.data ()), static_cast<std::streamsize> (size));
    if (!file_) { throw Damaged{"cannot read on at byte " + std::to_string (position_)}; }
    position_ += size;
    return bytes;
}

void Reader::read_frame () {
    const auto start   = position_;
    std::uint32_t size = 0;
    std::uint64_t sum  = 0;
    std::memcpy (&size, take (sizeof size).data (), sizeof size);
    std::memcpy (&sum, take (sizeof sum).data (), sizeof sum);
    frame_ = take (size);
    if (checksum (frame_) != sum) { throw Damaged{"the frame at byte " + std::to_string (start) + " is damaged"}; }
    decoder_ = Decoder{frame_};
}

auto Reader::next () -> Event {
    Event event{.kind = Kind::finished, .value = events_};
    if (finished_) { return event; }
    while (decoder_.empty ()) {
        read_frame ();
    }
    event = decoder_.event ();
    if (event.kind != Kind::finished) {
        ++events_;
    } else if (event.value != events_ || !decoder_.empty () || position_ != size_) {
        throw Damaged{"it has another end than it says"};
    } else {
        finished_ = true;
    }
    return event;
}

}  // namespace ravelin::sim::replay
