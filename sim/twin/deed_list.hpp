// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/el2_deed.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ravelin::sim {

/// What the library has done since a CPU came to EL2, in order; the image has to do the same, and gets the same
/// answers.
class DeedList {
  public:
    void clear () {
        deeds_.clear ();
        next_ = 0;
        line_ = 0;
    }

    void add (const El2Deed &deed);

    /// The image does this; returns what the library was answered. Throws Divergence if the library has done something
    /// else.
    auto take (const El2Deed &deed) -> const std::array<std::uint64_t, 4> &;

    /// The same for one line of El2Deed::Kind::clean.
    void take_line (std::uint64_t address);

    [[nodiscard]] auto empty () const -> bool { return next_ == deeds_.size (); }

    /// Throws Divergence if there's something that the image hasn't done.
    void check_taken () const;

    /// An instruction of the image's that an address of the library's stands for.
    void set_entry (std::uint64_t library, std::uint64_t image) {
        library_entry_ = library;
        image_entry_   = image;
    }

  private:
    [[nodiscard]] auto same (const El2Deed &library, const El2Deed &image) const -> bool;

    std::vector<El2Deed> deeds_;
    std::size_t next_{};
    std::uint64_t line_{};  // of the deed ahead, which have been cleaned
    std::uint64_t library_entry_{};
    std::uint64_t image_entry_{};
};

/// For a person.
[[nodiscard]] auto describe (const El2Deed &deed) -> std::string;

}  // namespace ravelin::sim
