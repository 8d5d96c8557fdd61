// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/host/instruction.hpp"
#include "hyp/host/syndrome.hpp"
#include "hyp/vm/virtual_gic.hpp"
#include "hyp/vm/world.hpp"

namespace ravelin {

/// Whether a guest's data abort is an access to its GIC that EL2 answers, by an instruction whose only register is
/// named.
/// @param syndrome  ESR_EL2
[[nodiscard]] inline auto is_gic_access (hal::Cpu &cpu, const Vm &vm, std::uint64_t syndrome) -> bool {
    constexpr auto asked  = esr::valid.mask () | esr::stage1_walk.mask () | esr::fault::type.mask ();
    constexpr auto wanted = esr::valid.mask () | esr::fault::type.put (esr::fault::translation);
    if ((syndrome & asked) != wanted) { return false; }
    const auto page = hpfar::ipa_page.get (cpu.read<hal::sysreg::hpfar_el2> ());
    return page == vm.distributor_page || page == vm.cpu_interface_page + 1;
}

/// Makes that access: to the distributor, or to GICC_DIR.
[[nodiscard, gnu::noinline]] auto access_guest_gic (hal::Cpu &cpu, GuestInterrupts &hardware, World &world,
                                                    Registers &registers, std::uint64_t syndrome) -> Next;

/// The same, if it stores a word to GICD_SGIR: in few instructions if the SGI is for one other vCPU that runs.
[[nodiscard, gnu::noinline]] auto send_guest_sgi (hal::Cpu &cpu, GuestInterrupts &hardware, World &world,
                                                  Registers &registers, std::uint64_t syndrome) -> Next;

/// The same; what guests do most often, loads of words of which list registers know nothing, is done in few
/// instructions, and without the lock: one word is what it was, or what it becomes.
[[nodiscard]] inline auto answer_gic_access (hal::Cpu &cpu, GuestInterrupts &hardware, World &world,
                                             Registers &registers, std::uint64_t syndrome) -> Next {
    constexpr auto asked = esr::access_size.mask () | esr::sign_extend.mask () | esr::write.mask ();
    constexpr auto word  = esr::access_size.put (2);

    const Vm &vm      = world.vm (cpu);
    const auto offset = cpu.read<hal::sysreg::far_el2> () % page_size;
    const auto how    = syndrome & asked;
    if (hpfar::ipa_page.get (cpu.read<hal::sysreg::hpfar_el2> ()) == vm.distributor_page) [[likely]] {
        if (how == word && Distributor::is_plain_word (offset)) {
            const auto &gic   = cpu.object<Guarded<Distributor>> (vm.gic).at_rest ();
            const auto number = static_cast<unsigned> (esr::transfer_register.get (syndrome));
            registers.write (number, gic.plain_word (world.vcpu (cpu).number, offset));
            skip_instruction (cpu, syndrome);
            return Next::resume;
        }
        if (how == (word | esr::write.mask ()) && offset == Distributor::sgir) {
            return send_guest_sgi (cpu, hardware, world, registers, syndrome);
        }
    }
    return access_guest_gic (cpu, hardware, world, registers, syndrome);
}

}  // namespace ravelin
