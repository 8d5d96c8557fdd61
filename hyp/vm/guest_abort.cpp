// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/instruction.hpp"
#include "hyp/host/syndrome.hpp"
#include "hyp/vm/guest_trap.hpp"

#include <optional>

namespace ravelin {

using namespace hal::sysreg;

namespace {
constexpr Bits64 par_failed{0, 0};     // PAR_EL1.F
constexpr Bits64 par_address{47, 12};  // PAR_EL1.PA

/// What HPFAR_EL2 doesn't tell after a permission fault, asked of stage 1; nothing if that has changed
/// meanwhile.
[[nodiscard]] auto translate_again (hal::Cpu &cpu, Va va) -> std::optional<Ipa> {
    const auto guests = cpu.read<par_el1> ();
    cpu.at_s1e1r (va);
    cpu.isb ();
    const auto result = cpu.read<par_el1> ();
    cpu.write<par_el1> (guests);
    if (par_failed.any (result)) { return std::nullopt; }
    return Ipa{par_address.get (result) * page_size + va.value () % page_size};
}

/// A stage 2 fault of a guest, as its syndrome tells it.
struct Fault {
    std::uint64_t syndrome;
    std::uint64_t type = esr::fault::type.get (syndrome);
    bool on_walk       = esr::stage1_walk.any (syndrome);
    bool is_data       = esr::class_of (syndrome) == esr::Class::data_abort_lower;
    bool is_write      = is_data && !on_walk && esr::write.any (syndrome);

    [[nodiscard]] auto is_known () const -> bool {
        using namespace esr::fault;
        return type == translation || type == permission || type == address_size;
    }

    /// Whether it's a load or store, and the syndrome has its only register.
    [[nodiscard]] auto names_register () const -> bool { return is_data && !on_walk && esr::valid.any (syndrome); }

    [[nodiscard]] auto find_ipa (hal::Cpu &cpu) const -> std::optional<Ipa> {
        const Va va{cpu.read<far_el2> ()};
        if (type == esr::fault::permission && !on_walk) { return translate_again (cpu, va); }
        return Ipa{hpfar::ipa_page.get (cpu.read<hpfar_el2> ()) * page_size + va.value () % page_size};
    }
};

/// The host is asked to make an access as a device, by an instruction whose only register is named.
[[nodiscard]] auto ask_for_device (hal::Cpu &cpu, World &world, std::uint64_t reason, const Registers &registers,
                                   Ipa ipa, const Fault &fault) -> Next {
    const auto access = access_of (fault.syndrome);
    Exit exit{.reason = reason, .details = {ipa.value (), access.size}};
    if (fault.is_write) {
        exit.details[1] |= RAVELIN_MMIO_WRITE;
        exit.details[2] = low_bytes (registers.read (access.number), access.size);
    } else {
        world.vcpu (cpu).access = access;
    }
    return world.exit (exit);
}

/// A fault in RAM: the page isn't there, or is read-only. By itself, so that accesses to devices don't pay for it.
[[nodiscard, gnu::noinline]] auto handle_ram (hal::Cpu &cpu, Vms &vms, World &world, const Registers &registers,
                                              Ipa ipa, std::uint64_t syndrome) -> Next {
    const Fault fault{.syndrome = syndrome};
    Vm &vm           = world.vm (cpu);
    const Ipa page   = ipa.align_down (page_size);
    const auto found = vms.find (cpu, vm, page);
    const bool stays = !found.valid () || (fault.is_write && found.is (Vm::Kind::read_only));
    // Another CPU may have seen to it meanwhile.
    if (!stays) { return Next::resume; }
    if (vm.is_protected) { return world.exit ({.reason = RAVELIN_EXIT_PAGE, .details = {page.value ()}}); }
    // The host of a plain VM may change its mind about what is RAM.
    if (fault.names_register ()) {
        Vcpu &vcpu           = world.vcpu (cpu);
        vcpu.access.expected = true;
        vcpu.undecided       = syndrome;
        return ask_for_device (cpu, world, RAVELIN_EXIT_PAGE, registers, ipa, fault);
    }
    const auto how = (fault.is_write ? RAVELIN_MMIO_WRITE : 0U) | (fault.is_data ? 0U : RAVELIN_MMIO_FETCH);
    return world.exit ({.reason = RAVELIN_EXIT_PAGE, .details = {ipa.value (), how, cpu.read<far_el2> ()}});
}

}  // namespace

auto handle_guest_abort (hal::Cpu &cpu, Vms &vms, World &world, const Registers &registers, std::uint64_t syndrome)
    -> Next {
    const Fault fault{.syndrome = syndrome};
    if (fault.is_known ()) {
        const auto ipa = fault.find_ipa (cpu);
        if (!ipa) { return Next::resume; }
        if (world.vm (cpu).is_ram ({ipa->align_down (page_size), page_size})) {
            return handle_ram (cpu, vms, world, registers, *ipa, syndrome);
        }
        if (fault.names_register ()) {
            skip_instruction (cpu, syndrome);
            return ask_for_device (cpu, world, RAVELIN_EXIT_MMIO, registers, *ipa, fault);
        }
    }
    inject_abort (cpu, syndrome, esr::external_abort);
    return Next::resume;
}

}  // namespace ravelin
