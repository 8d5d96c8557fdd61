// SPDX-License-Identifier: BSD-2-Clause
#include "sim/tool/text_in_ram.hpp"

namespace ravelin::sim {

namespace {
/// Calls @p use with the offset of each place in @p bytes that has @p text.
template <class Use>
void for_each_place (std::string_view bytes, std::string_view text, Use &&use) {
    for (auto at = bytes.find (text); at != std::string_view::npos; at = bytes.find (text, at + text.size ())) {
        use (at);
    }
}
}  // namespace

auto find_text (Machine &machine, std::string_view text) -> TextInRam {
    const auto &host = machine.hypervisor ().host_stage2 ();
    TextInRam found;
    for (const RamRegion &bank : machine.bus ().ram_regions ()) {
        const std::string_view bytes{reinterpret_cast<const char *> (bank.host), bank.range.size};
        for_each_place (bytes, text, [&] (std::size_t at) {
            const auto pa = bank.range.start + at;
            ++(host.translate (machine.cpu (0U).hal (), Ipa{pa.value ()}) ? found.of_host : found.hidden);
        });
    }
    return found;
}

}  // namespace ravelin::sim
