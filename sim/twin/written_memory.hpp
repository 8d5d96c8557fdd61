// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"
#include "sim/machine/bus.hpp"
#include "sim/machine/undo_log.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ravelin::sim {

/// What EL2 writes to memory from one moment to another: first the library does, then, on memory as it was before, the
/// image. The image's own memory, where the library has nothing, is left out.
class WrittenMemory {
  public:
    /// @param own  the image's
    WrittenMemory (Bus &bus, PaRange own) : bus_{bus}, own_{own} {}

    /// Where the library's writes go: see Machine::keep_in().
    [[nodiscard]] auto log () -> UndoLog & { return log_; }

    /// The library is there. Memory becomes what it was.
    /// @param free  what may be written with anything by both: registers that vectors save
    void turn_over (std::vector<PaRange> free);

    /// The image stores.
    void store (std::uint64_t address, unsigned size) {
        if (address - own_.start.value () >= own_.size) { store_outside (address, size); }
    }

    /// Memory becomes what the library has made of it. Throws Divergence if the image has made something else of it.
    void compare ();

    /// An address that the library stores where the image stores another.
    void set_entry (std::uint64_t library, std::uint64_t image) {
        library_entry_ = library;
        image_entry_   = image;
    }

  private:
    struct Part {
        std::span<std::byte> bytes;
        std::size_t after;  // where in after_
    };

    void store_outside (std::uint64_t address, unsigned size);
    [[nodiscard]] auto is_free (Pa pa) const -> bool;
    [[nodiscard]] auto address_of (const std::byte *byte) const -> Pa;
    void compare (const Part &part);
    [[nodiscard]] auto is_entry (const Part &part, std::size_t at) const -> bool;

    Bus &bus_;
    PaRange own_;
    UndoLog log_;
    std::vector<PaRange> free_;
    std::vector<Part> parts_;  // ascending, and none meets another
    std::vector<std::byte> after_;
    std::size_t last_{};            // of parts_, into which the image has stored
    std::optional<PaRange> stray_;  // where the image has stored first of where the library hasn't
    std::uint64_t library_entry_{};
    std::uint64_t image_entry_{};
};

}  // namespace ravelin::sim
