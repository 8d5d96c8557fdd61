// SPDX-License-Identifier: BSD-2-Clause
#include "sim/twin/deed_list.hpp"

#include "sim/machine/tlb_invalidation.hpp"
#include "sim/machine/violation.hpp"
#include "sim/twin/divergence.hpp"

#include <utility>

namespace ravelin::sim {

namespace {
constexpr std::uint64_t cache_line = 64;

[[nodiscard]] auto first_line (const El2Deed &clean) -> std::uint64_t {
    return clean.in[0] & ~(cache_line - 1);
}

[[nodiscard]] auto is_local (std::uint64_t kind) -> bool {
    return !TlbInvalidation{.kind = static_cast<TlbInvalidation::Kind> (kind)}.is_broadcast ();
}
}  // namespace

auto describe (const El2Deed &deed) -> std::string {
    using enum El2Deed::Kind;
    switch (deed.kind) {
    case device_read:  return "device read at " + hex (deed.in[0]);
    case device_write: return "device write of " + hex (deed.in[1]) + " at " + hex (deed.in[0]);
    case secure_call:
        return "SMC " + hex (deed.in[0]) + ", " + hex (deed.in[1]) + ", " + hex (deed.in[2]) + ", " + hex (deed.in[3]);
    case translate: return "AT S1E1R of " + hex (deed.in[0]);
    case invalidate:
        return "TLBI number " + hex (deed.in[0]) + (is_local (deed.in[0]) ? "" : " of " + hex (deed.in[1]));
    case code:    return deed.in[0] != 0 ? "IC IALLUIS" : "IC IALLU";
    case clean:   return "DC CIVAC from " + hex (deed.in[0]) + " on, " + hex (deed.in[1]) + " bytes";
    case barrier: return "DSB with CRm " + hex (deed.in[0]);
    case event:   return "SEV";
    }
    return "";
}

void DeedList::add (const El2Deed &deed) {
    // What has no lines isn't done.
    if (deed.kind == El2Deed::Kind::clean && first_line (deed) >= deed.in[0] + deed.in[1]) { return; }
    deeds_.push_back (deed);
}

auto DeedList::same (const El2Deed &library, const El2Deed &image) const -> bool {
    if (library.kind != image.kind) { return false; }
    for (std::size_t i = 0; i < library.in.size (); ++i) {
        const bool entry = library.in[i] == library_entry_ && image.in[i] == image_entry_;
        if (library.in[i] != image.in[i] && !entry) { return false; }
    }
    return true;
}

auto DeedList::take (const El2Deed &deed) -> const std::array<std::uint64_t, 4> & {
    if (empty ()) { throw Divergence{"the image does something that the library doesn't: " + describe (deed)}; }
    if (!same (deeds_[next_], deed)) {
        throw Divergence{"the library does this: " + describe (deeds_[next_]) +
                         "; and the image this: " + describe (deed)};
    }
    return deeds_[next_++].out;
}

void DeedList::take_line (std::uint64_t address) {
    const El2Deed line{.kind = El2Deed::Kind::clean, .in = {address, 1}};
    if (empty () || deeds_[next_].kind != El2Deed::Kind::clean || line_ + first_line (deeds_[next_]) != address) {
        take (line);
        return;
    }
    line_ += cache_line;
    if (first_line (deeds_[next_]) + line_ >= deeds_[next_].in[0] + deeds_[next_].in[1]) {
        ++next_;
        line_ = 0;
    }
}

void DeedList::check_taken () const {
    if (!empty ()) {
        throw Divergence{"the library does something that the image doesn't: " + describe (deeds_[next_])};
    }
}

}  // namespace ravelin::sim
