// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/tracer.hpp"

#include "hyp/hal/hal.hpp"
#include "hyp/host/syndrome.hpp"
#include "sim/models/mmu_registers.hpp"
#include "sim/trace/schema.hpp"

#include <string_view>
#include <utility>

namespace ravelin::sim::trace {

using namespace hal::sysreg;

namespace {
template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};

[[nodiscard]] auto word_for (std::uint64_t syndrome) -> std::string_view {
    using enum esr::Class;
    switch (esr::class_of (syndrome)) {
    case hvc64:            return "hvc";
    case smc64:            return "smc";
    case data_abort_lower: return "data-abort";
    case code_abort_lower: return "code-abort";
    case wait:             return "wait";
    case system_register:  return "register";
    case fp:               return "fp";
    case unknown:          return "unknown";
    default:               return "other";
    }
}

[[nodiscard]] auto word_for (hal::Dsb kind) -> std::string_view {
    switch (kind) {
    case hal::Dsb::ishst: return "ishst";
    case hal::Dsb::ish:   return "ish";
    case hal::Dsb::sy:    return "sy";
    }
    return {};
}

/// What the syndrome says besides its class.
void add_syndrome (Event &event, hal::Cpu &hal, const Registers &registers) {
    using enum esr::Class;
    const auto syndrome = hal.read<esr_el2> ();
    const auto kind     = esr::class_of (syndrome);
    event.set (Field::esr, syndrome);
    if (kind == hvc64 || kind == smc64) {
        for (std::size_t i = 0; i < 8; ++i) {
            event.set (x_field (i), registers.x[i]);
        }
    }
    if (kind == data_abort_lower || kind == code_abort_lower) {
        const auto address = hal.read<far_el2> ();
        event.set (Field::far, address);
        // HPFAR_EL2 is UNKNOWN on permission faults, unless a walk took them.  [ARM DDI 0487, D17.2.61]
        if (esr::fault::type.get (syndrome) != esr::fault::permission || esr::stage1_walk.any (syndrome)) {
            event.set (Field::ipa, hpfar::ipa_page.get (hal.read<hpfar_el2> ()) * page_size + address % page_size);
        }
    }
}

void add_range (Event &event, PaRange range) {
    event.set (Field::pa, range.start.value ()).set (Field::size, range.size);
}

void add_registers (Event &event, const hal::SmcRegisters &registers) {
    for (std::size_t i = 0; i < registers.size (); ++i) {
        event.set (x_field (i), registers[i]);
    }
}
}  // namespace

Tracer::Tracer (Machine &machine) : machine_{machine}, tables_{machine.bus ()} {
    for (std::uint32_t i = 0; i < machine.cpus (); ++i) {
        machine.cpu (i).trace (this);
    }
}

Tracer::~Tracer () {
    for (std::uint32_t i = 0; i < machine_.cpus (); ++i) {
        machine_.cpu (i).trace (nullptr);
        machine_.cpu (i).hal ().observe (nullptr);
    }
    give (begin (CpuIndex{0}, Kind::end));
}

void Tracer::add (EventSink &sink, Extent extent) {
    takers_.push_back ({sink, extent});
    if (extent == Extent::traps) { return; }
    for (std::uint32_t i = 0; i < machine_.cpus (); ++i) {
        machine_.cpu (i).hal ().observe (this);
    }
}

auto Tracer::header_of (Machine &machine) -> Header {
    return {.board     = machine.map ().name == BoardName::virt ? "virt" : "pi4b",
            .cpus      = machine.cpus (),
            .seed      = machine.options ().seed,
            .frequency = machine.clock ().frequency ()};
}

auto Tracer::begin (CpuIndex cpu, Kind kind) const -> Event {
    return Event{machine_.clock ().now (), cpu.value (), kind};
}

auto Tracer::begin_with_world (Processor &cpu, Kind kind) -> Event {
    constexpr Bits64 vcpu_number{7, 0};  // VMPIDR_EL2.Aff0
    const auto vttbr = cpu.hal ().read<vttbr_el2> ();
    tables_.use (vttbr);
    Event event = begin (cpu.index (), kind);
    return event.set (Field::vmid, vttbr::vmid.get (vttbr))
        .set (Field::vcpu, vcpu_number.get (cpu.hal ().read<vmpidr_el2> ()))
        .set (Field::elr, cpu.hal ().read<elr_el2> ());
}

void Tracer::entered (Processor &cpu, Cause cause, const Registers &registers) {
    Event event = begin_with_world (cpu, Kind::trap);
    switch (cause) {
    case Cause::exception:
        event.set (Field::cause, number_of (Field::cause, word_for (cpu.hal ().read<esr_el2> ())));
        add_syndrome (event, cpu.hal (), registers);
        break;
    case Cause::interrupt:    event.set (Field::cause, number_of (Field::cause, "interrupt")); break;
    case Cause::system_error: event.set (Field::cause, number_of (Field::cause, "serror")); break;
    }
    give (event);
}

void Tracer::leaving (Processor &cpu, const Registers &registers) {
    if (cpu.state () != Processor::State::host) {
        give (begin (cpu.index (), Kind::off));
        return;
    }
    Event event = begin_with_world (cpu, Kind::leave);
    for (std::size_t i = 0; i < 5; ++i) {
        event.set (x_field (i), registers.x[i]);
    }
    give (event);
}

void Tracer::does (CpuIndex cpu, const el2::Operation &what) {
    const Event event = made_of (cpu, what);
    // Whoever waits in a loop says so once.
    if (event.kind () != Kind::spin || last_[cpu.value ()] != Kind::spin) { give (event); }
}

auto Tracer::made_of (CpuIndex cpu, const el2::Operation &what) -> Event {
    Event event;
    const auto is = [&] (Kind kind) -> Event & {
        return event = begin (cpu, kind);
    };
    const Overloaded cases{[&] (const el2::TakesLock &lock) { is (Kind::lock).set (Field::rank, lock.rank); },
                           [&] (const el2::LeavesLock &lock) { is (Kind::unlock).set (Field::rank, lock.rank); },
                           [&] (el2::Waits) { is (Kind::spin); },
                           [&] (el2::Sleeps) { is (Kind::sleep); },
                           [&] (el2::SendsEvent) { is (Kind::sev); },
                           [&] (const el2::Stores &store) {
                               const auto place = tables_.find (store.pa);
                               is (place ? Kind::table : Kind::store);
                               if (place) {
                                   event.set (Field::vmid, place->vmid)
                                       .set (Field::level, place->level)
                                       .set (Field::ipa, place->ipa.value ());
                               }
                               event.set (Field::pa, store.pa.value ())
                                   .set (Field::old_value, store.old)
                                   .set (Field::new_value, store.value);
                               tables_.store (store.pa, store.old, store.value);
                           },
                           [&] (const el2::Fills &fill) {
                               add_range (is (Kind::fill), fill.range);
                               tables_.fill (fill.range);
                           },
                           [&] (el2::Synchronizes) { is (Kind::isb); },
                           [&] (const el2::Completes &dsb) {
                               is (Kind::dsb).set (Field::domain, number_of (Field::domain, word_for (dsb.kind)));
                           },
                           [&] (const el2::Invalidates &tlbi) {
                               is (Kind::tlbi)
                                   .set (Field::tlbi_op, static_cast<std::uint64_t> (tlbi.tlb.kind))
                                   .set (Field::vmid, vttbr::vmid.get (tlbi.tlb.vttbr));
                               if (tlbi.tlb.kind == TlbInvalidation::Kind::ipas2e1is) {
                                   event.set (Field::ipa, tlbi.tlb.ipa.value ());
                               }
                               // Of all VMIDs it says nothing: while a CPU boots, what is in VTTBR_EL2 is rubbish.
                               if (tlbi.tlb.kind != TlbInvalidation::Kind::alle1) { tables_.use (tlbi.tlb.vttbr); }
                           },
                           [&] (const el2::ForgetsCode &code) {
                               is (Kind::ic).set (Field::ic_op,
                                                  number_of (Field::ic_op, code.everywhere ? "ialluis" : "iallu"));
                           },
                           [&] (const el2::Cleans &clean) { add_range (is (Kind::clean), clean.range); },
                           [&] (const el2::ReadsDevice &access) {
                               is (Kind::read).set (Field::pa, access.pa.value ()).set (Field::value, access.value);
                           },
                           [&] (const el2::WritesDevice &access) {
                               is (Kind::write).set (Field::pa, access.pa.value ()).set (Field::value, access.value);
                           },
                           [&] (const el2::CallsFirmware &call) { add_registers (is (Kind::smc), call.arguments); },
                           [&] (const el2::FirmwareAnswers &answer) {
                               add_registers (is (Kind::smc_result), answer.results);
                           }};
    std::visit (cases, what);
    return event;
}

void Tracer::give (const Event &event) {
    last_[event.cpu ()] = event.kind ();
    const Kind kind     = event.kind ();
    const bool of_trap  = kind == Kind::trap || kind == Kind::leave || kind == Kind::off || kind == Kind::end;
    for (const Taker &taker : takers_) {
        if (of_trap || taker.extent == Extent::all) { taker.sink.take (event); }
    }
}

}  // namespace ravelin::sim::trace
