// SPDX-License-Identifier: BSD-2-Clause
#include "sim/twin/twin.hpp"

#include "sim/machine/each_register.hpp"
#include "sim/machine/violation.hpp"
#include "sim/twin/divergence.hpp"

#include <algorithm>
#include <cstring>

namespace ravelin::sim {

using namespace hal::sysreg;

namespace {
// Offsets from VBAR_EL2 of exceptions from a lower level.  [ARM DDI 0487, D1.3.1]
constexpr std::uint64_t from_aarch64 = 0x400;
constexpr std::uint64_t from_aarch32 = 0x600;
constexpr std::uint64_t irq          = 0x80;
constexpr std::uint64_t system_error = 0x180;

constexpr Bits64 spsr_aarch32{4, 4};  // SPSR_EL2.M[4]

[[nodiscard]] auto comes_from_below (El2Witness::Way way) -> bool {
    return way != El2Witness::Way::reset && way != El2Witness::Way::arrival;
}

}  // namespace

Twin::Twin (Machine &machine, const A64Image &image, TwinCount &count)
    : machine_{machine}, image_{image}, count_{count}, at_{machine.map ().image},
      state_{at_ + image.symbol ("_ZN12_GLOBAL__N_110hypervisorE").offset,
             image.symbol ("_ZN12_GLOBAL__N_110hypervisorE").size},
      memory_{machine.bus (), {at_, image.symbol ("image_end").offset}}, begins_ (machine.cpus ()) {
    place_image ();
    const auto entry = at_.value () + image_.symbol ("ravelin_secondary_entry").offset;
    deeds_.set_entry (hal::Cpu::entry_point.value (), entry);
    memory_.set_entry (hal::Cpu::entry_point.value (), entry);
    for (std::uint32_t i = 0; i < machine.cpus (); ++i) {
        cpus_.push_back (std::make_unique<El2Cpu> (El2Cpu::Wiring{.image    = image,
                                                                  .image_at = at_,
                                                                  .bus      = machine.bus (),
                                                                  .deeds    = deeds_,
                                                                  .memory   = memory_,
                                                                  .library  = machine.cpu (i).hal ()},
                                                   machine.clock ().frequency ()));
    }
    ++count_.machines;
}

void Twin::place_image () {
    // What tools/make-image fills in of a joined image's header: image_size, and where the kernel is.
    constexpr std::array joined{std::pair{16UL, 8UL}, std::pair{64UL, 32UL}};

    std::vector bytes (image_.bytes ().begin (), image_.bytes ().end ());
    const auto *ram = machine_.bus ().find_ram ({at_, RavelinImage::own_size});
    for (const auto &[offset, size] : joined) {
        std::memcpy (bytes.data () + offset, ram->at (at_ + offset), size);
    }
    machine_.place (at_, bytes);

    const auto end      = image_.symbol ("image_end").offset;
    const auto firmware = image_.symbol ("firmware_image").offset;
    machine_.set_image_parts ({.pool     = {at_ + end, RavelinImage::own_size - end},
                               .firmware = {at_ + firmware, image_.symbol ("firmware_image_end").offset - firmware}});
}

void Twin::enters (Processor &cpu, Way way, const Registers &registers) {
    if (inside_) {
        lost_ = true;
        ++count_.lost;
        machine_.keep_in (nullptr);
        inside_.reset ();
    }
    if (lost_) { return; }
    begin (cpu);
    auto &hal                      = cpu.hal ();
    const auto host                = machine_.hypervisor ().host_stage2 ().vttbr ();
    begins_[cpu.index ().value ()] = {.way       = way,
                                      .registers = registers,
                                      .syndrome  = hal.read<esr_el2> (),
                                      .pc        = hal.read<elr_el2> (),
                                      .guest     = comes_from_below (way) && hal.read<vttbr_el2> () != host};
    const auto vectors             = spsr_aarch32.any (hal.read<spsr_el2> ()) ? from_aarch32 : from_aarch64;
    switch (way) {
    case Way::reset:        image_of (cpu).reset (0, machine_.device_tree ().value ()); break;
    case Way::arrival:      image_of (cpu).reset (image_.symbol ("ravelin_secondary_entry").offset, 0); break;
    case Way::synchronous:  image_of (cpu).take_exception (vectors, registers); break;
    case Way::interrupt:    image_of (cpu).take_exception (vectors + irq, registers); break;
    case Way::system_error: image_of (cpu).take_exception (vectors + system_error, registers); break;
    }
}

void Twin::begin (Processor &cpu) {
    inside_   = cpu.index ().value ();
    auto &hal = cpu.hal ();
    // Who has EL1's registers elsewhere brings them.
    for_each_register<el1_registers> ([&]<hal::SystemRegister Which> () { static_cast<void> (hal.read<Which> ()); });
    hal::FpState fp;
    hal.save_fp (fp);

    auto &image     = image_of (cpu);
    image.registers = hal.keep ().registers;
    image.set_fp (fp);
    image.timer ().set (machine_.timer (cpu.index ()), machine_.clock ().now (),
                        machine_.timer (cpu.index ()).physical_count () -
                            machine_.timer (cpu.index ()).virtual_count ());
    deeds_.clear ();
    memory_.log ().clear ();
    machine_.keep_in (&memory_.log ());
}

void Twin::does (Processor &cpu, const El2Deed &deed) {
    if (inside_ != cpu.index ().value ()) { return; }
    const bool boots = begins_[*inside_].way == Way::reset;
    if (boots && deed.kind == El2Deed::Kind::barrier) { return; }
    deeds_.add (deed);
}

void Twin::goes_on (Processor &cpu) {
    if (lost_ || inside_) { return; }
    begin (cpu);
}

auto Twin::leave_library (Processor &cpu) -> bool {
    if (lost_ || inside_ != cpu.index ().value ()) { return false; }
    inside_.reset ();
    machine_.keep_in (nullptr);
    memory_.turn_over (saved_registers ());
    return true;
}

void Twin::pauses (Processor &cpu, Pause why) {
    if (!leave_library (cpu)) { return; }
    switch (why) {
    case Pause::wait:
    case Pause::fail: run (cpu, El2Cpu::Stop::wait, nullptr); break;
    case Pause::park: run (cpu, El2Cpu::Stop::park, nullptr); break;
    case Pause::stop: run (cpu, El2Cpu::Stop::secure_call, nullptr); break;
    }
    ++count_.others;
}

void Twin::leaves (Processor &cpu, const Registers &registers) {
    if (!leave_library (cpu)) { return; }
    run (cpu, El2Cpu::Stop::eret, &registers);
    const auto way = begins_[cpu.index ().value ()].way;
    ++(comes_from_below (way) ? count_.traps : count_.others);
}

void Twin::run (Processor &cpu, El2Cpu::Stop expected, const Registers *registers) {
    constexpr std::array names{"ERET", "WFI", "parking", "an SMC that turns off"};
    try {
        const auto stop = image_of (cpu).run (expected == El2Cpu::Stop::secure_call);
        if (stop != expected) {
            throw Divergence{std::string{"the library comes to "} + names.at (static_cast<std::size_t> (expected)) +
                             ", and the image to " + names.at (static_cast<std::size_t> (stop))};
        }
        compare (cpu, registers);
        const auto way = begins_[cpu.index ().value ()].way;
        if (way == Way::reset || way == Way::arrival) { image_of (cpu).check_translation (); }
    } catch (const Divergence &divergence) {
        lost_ = true;
        throw Divergence{describe (cpu) + divergence.what ()};
    }
}

auto Twin::saved_registers () -> std::vector<PaRange> {
    std::vector<PaRange> result;
    for (std::uint32_t i = 0; i < machine_.cpus (); ++i) {
        const auto *saved =
            reinterpret_cast<const std::byte *> (&machine_.hypervisor ().registers (machine_.cpu (i).hal ()));
        for (const auto &ram : machine_.bus ().ram_regions ()) {
            if (saved >= ram.host && saved < ram.host + ram.range.size) {
                result.push_back (
                    {ram.range.start + static_cast<std::uint64_t> (saved - ram.host), sizeof (Registers)});
            }
        }
    }
    return result;
}

auto Twin::describe (const Processor &cpu) const -> std::string {
    constexpr std::array ways{"boot", "arrival", "synchronous exception", "interrupt", "SError"};
    const auto &begin = begins_[cpu.index ().value ()];
    std::string text  = "trap " + std::to_string (count_.traps + 1) + " (" +
                       ways.at (static_cast<std::size_t> (begin.way)) + " of the " + (begin.guest ? "guest" : "host") +
                       " on CPU " + std::to_string (cpu.index ().value ()) + ", ESR_EL2 " + hex (begin.syndrome) +
                       ", ELR_EL2 " + hex (begin.pc);
    for (unsigned i = 0; i < 8; ++i) {
        text += ", X" + std::to_string (i) + " " + hex (begin.registers.x[i]);
    }
    return text + "), image at +" + hex (cpus_[cpu.index ().value ()]->pc () - at_.value ()) + ": ";
}

auto operator<< (std::ostream &out, const TwinCount &count) -> std::ostream & {
    return out << count.traps << " traps and " << count.others << " boots, arrivals and sleeps of " << count.machines
               << " machines, the same; not followed to the end: " << count.lost;
}

auto Twins::make (Machine &machine) -> std::unique_ptr<El2Witness> {
    // CPUs change in the middle of a trap; what caches have brought to memory isn't taken back.
    if (machine.options ().preemption != 0 || machine.caches () != nullptr) { return nullptr; }
    return std::make_unique<Twin> (machine, image_, count_);
}

}  // namespace ravelin::sim
