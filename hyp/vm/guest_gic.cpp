// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vm/guest_gic.hpp"

#include "hyp/host/instruction.hpp"

#include <bit>

namespace ravelin {

using namespace hal::sysreg;

auto send_guest_sgi (hal::Cpu &cpu, GuestInterrupts &hardware, World &world, Registers &registers,
                     std::uint64_t syndrome) -> Next {
    Vm &vm = world.vm (cpu);
    const auto value =
        static_cast<std::uint32_t> (registers.read (static_cast<unsigned> (esr::transfer_register.get (syndrome))));
    const auto self   = world.vcpu (cpu).number;
    const auto target = static_cast<unsigned> (std::countr_zero (sgir::targets.get (value)));
    const bool is_one = sgir::filter.get (value) == 0 && sgir::targets.get (value) == 1U << target % 32;
    auto *const other = is_one && target != self ? vm.find_vcpu (cpu, target) : nullptr;
    if (other != nullptr) {
        {
            Locked<Distributor> gic{cpu, cpu.object<Guarded<Distributor>> (vm.gic)};
            gic->send_sgi (target, self, sgir::intid.get (value));
        }
        if (hardware.kick (cpu, *other)) {
            skip_instruction (cpu, syndrome);
            return Next::resume;
        }
    }
    // What has been sent already is sent again, and pending once.
    return access_guest_gic (cpu, hardware, world, registers, syndrome);
}

auto access_guest_gic (hal::Cpu &cpu, GuestInterrupts &hardware, World &world, Registers &registers,
                       std::uint64_t syndrome) -> Next {
    constexpr std::uint32_t word = sizeof (std::uint32_t);

    Vm &vm                 = world.vm (cpu);
    const bool distributor = hpfar::ipa_page.get (cpu.read<hpfar_el2> ()) == vm.distributor_page;
    const auto offset      = cpu.read<far_el2> () % page_size;
    const auto number      = static_cast<unsigned> (esr::transfer_register.get (syndrome));
    const auto bytes       = 1U << esr::access_size.get (syndrome);
    VirtualGic gic{cpu, hardware, vm, &world.vcpu (cpu)};

    if (esr::write.any (syndrome)) {
        const auto value = static_cast<std::uint32_t> (registers.read (number));
        if (distributor) {
            gic.write (offset, bytes, value);
        } else if (offset == 0 && bytes == word) {
            gic.deactivate (value);
        }
    } else {
        const auto value = distributor ? gic.read (offset, bytes) : std::optional<std::uint32_t>{0};
        if (!value) { return world.wake (gic.to_wake ()); }
        if (esr::sign_extend.any (syndrome)) [[unlikely]] {
            access_of (syndrome).deliver (registers, *value);
        } else {
            registers.write (number, *value);
        }
    }
    skip_instruction (cpu, syndrome);
    return world.wake (gic.to_wake ());
}

}  // namespace ravelin
