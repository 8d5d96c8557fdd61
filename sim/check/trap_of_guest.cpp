// SPDX-License-Identifier: BSD-2-Clause
#include "sim/check/trap_of_guest.hpp"

#include "hyp/host/syndrome.hpp"

namespace ravelin::sim {

using namespace hal::sysreg;

namespace {
/// Where the access went; stage 1 is asked where HPFAR_EL2 doesn't tell.
[[nodiscard]] auto ipa_of (Processor &cpu, std::uint64_t syndrome) -> std::optional<std::uint64_t> {
    constexpr Bits64 failed{0, 0};
    constexpr Bits64 address{47, 12};
    const auto va = cpu.hal ().read<far_el2> ();
    if (esr::fault::type.get (syndrome) != esr::fault::permission || esr::stage1_walk.any (syndrome)) {
        return hpfar::ipa_page.get (cpu.hal ().read<hpfar_el2> ()) * page_size + va % page_size;
    }
    const auto par = cpu.engine () != nullptr ? cpu.engine ()->translate_stage1 (Va{va}) : Engine::not_translated;
    return failed.any (par) ? std::nullopt : std::optional{address.get (par) * page_size + va % page_size};
}
}  // namespace

auto fault_of_guest (Processor &cpu, const Registers &registers) -> std::optional<spec::GuestFault> {
    const auto syndrome = cpu.hal ().read<esr_el2> ();
    const auto kind     = esr::class_of (syndrome);
    const bool data     = kind == esr::Class::data_abort_lower;
    const auto type     = esr::fault::type.get (syndrome);
    if ((!data && kind != esr::Class::code_abort_lower) ||
        (type != esr::fault::translation && type != esr::fault::permission && type != esr::fault::address_size)) {
        return std::nullopt;
    }
    const auto ipa = ipa_of (cpu, syndrome);
    if (!ipa) { return std::nullopt; }
    const bool walk = esr::stage1_walk.any (syndrome);
    spec::GuestFault fault{.ipa = *ipa, .va = cpu.hal ().read<far_el2> (), .on_walk = walk};
    const bool write = data && !walk && esr::write.any (syndrome);
    fault.kind       = !data   ? spec::GuestFault::Kind::fetch
                       : write ? spec::GuestFault::Kind::write
                               : spec::GuestFault::Kind::read;
    if (data && esr::valid.any (syndrome)) {
        const auto number = static_cast<unsigned> (esr::transfer_register.get (syndrome));
        fault.transfer    = spec::GuestFault::Transfer{.load  = {.size         = 1U << esr::access_size.get (syndrome),
                                                                 .sign_extends = esr::sign_extend.any (syndrome),
                                                                 .wide         = esr::wide_register.any (syndrome),
                                                                 .number       = number},
                                                       .value = registers.read (number),
                                                       .bytes = esr::instruction_length.any (syndrome) ? 4U : 2U};
    }
    return fault;
}

}  // namespace ravelin::sim
