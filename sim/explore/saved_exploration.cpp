// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/saved_exploration.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <type_traits>

namespace ravelin::sim::explore {

namespace {
/// What the file begins with. Behind it are the nodes, then the keys.
struct Header {
    std::uint64_t magic{0x3130'7870'7865'7672};
    std::uint64_t program{};
    Scope scope{};
    std::uint32_t first{};
    std::uint32_t depth{};
    std::uint64_t transitions{};
    double seconds{};
    std::uint64_t nodes{};
    std::uint64_t keys{};
};

template <class T>
void append (std::string &bytes, const T *first, std::size_t count) {
    static_assert (std::is_trivially_copyable_v<T>);
    bytes.append (reinterpret_cast<const char *> (first), count * sizeof (T));
}

/// Takes @p count objects from the front of @p bytes, which has them.
template <class T>
[[nodiscard]] auto take (std::string_view &bytes, std::size_t count) -> std::vector<T> {
    std::vector<T> all (count);
    std::memcpy (static_cast<void *> (all.data ()), bytes.data (), count * sizeof (T));
    bytes.remove_prefix (count * sizeof (T));
    return all;
}

/// Whether a tree is one: each node behind its parent.
[[nodiscard]] auto is_tree (const std::vector<Node> &nodes) -> bool {
    for (std::size_t i = 1; i < nodes.size (); ++i) {
        if (nodes[i].parent >= i) { return false; }
    }
    return !nodes.empty ();
}
}  // namespace

auto write (const SavedExploration &saved, const std::string &file, std::uint64_t program) -> std::string {
    const Header header{.program     = program,
                        .scope       = saved.scope,
                        .first       = saved.first,
                        .depth       = saved.depth,
                        .transitions = saved.transitions,
                        .seconds     = saved.seconds,
                        .nodes       = saved.nodes.size (),
                        .keys        = saved.keys.size ()};
    std::string bytes;
    append (bytes, &header, 1);
    append (bytes, saved.nodes.data (), saved.nodes.size ());
    append (bytes, saved.keys.data (), saved.keys.size ());

    const std::string part = file + ".part";
    std::ofstream output{part, std::ios::binary};
    output << bytes;
    output.close ();
    std::error_code error;
    if (output) { std::filesystem::rename (part, file, error); }
    return output && !error ? std::string{} : "cannot write " + file;
}

auto read (const std::string &file, const Scope &scope, std::uint64_t program)
    -> std::expected<SavedExploration, std::string> {
    std::ifstream input{file, std::ios::binary};
    std::ostringstream content;
    content << input.rdbuf ();
    const std::string bytes = content.str ();
    std::string_view left   = bytes;
    if (!input || left.size () < sizeof (Header)) { return std::unexpected{"cannot read " + file}; }
    const Header header = take<Header> (left, 1).front ();
    if (header.magic != Header{}.magic) { return std::unexpected{file + " is no saved exploration"}; }
    if (header.program != program || header.scope != scope) {
        return std::unexpected{file + " is of another program, or of another scope"};
    }
    const bool fits = header.nodes <= left.size () / sizeof (Node) &&
                      left.size () - header.nodes * sizeof (Node) == header.keys * sizeof (Key) &&
                      header.first <= header.nodes;
    if (!fits) { return std::unexpected{file + " has lost a part"}; }
    SavedExploration saved{.scope       = header.scope,
                           .nodes       = take<Node> (left, header.nodes),
                           .keys        = take<Key> (left, header.keys),
                           .first       = header.first,
                           .depth       = header.depth,
                           .transitions = header.transitions,
                           .seconds     = header.seconds};
    if (!is_tree (saved.nodes)) { return std::unexpected{file + " is damaged"}; }
    return saved;
}

}  // namespace ravelin::sim::explore
