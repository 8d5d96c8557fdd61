// SPDX-License-Identifier: BSD-2-Clause
#include "taking.hpp"

#include "gic.hpp"
#include "others.hpp"
#include "timer.hpp"

using namespace el1;

extern "C" void interrupts_vectors ();

namespace interrupts {

namespace {
struct Cpu {
    Handler irq{};
    Handler fiq{};
    Log log;
};

constinit std::array<Cpu, EL1_MAX_CPUS> cpus{};
}  // namespace

void Log::add (std::uint32_t acknowledged) {
    const unsigned at = count_;
    // What doesn't fit is counted, which no test expects.
    if (at < entries_.size ()) { entries_[at] = acknowledged; }
    count_ = at + 1;
}

auto Log::count_of (std::uint32_t acknowledged) const -> unsigned {
    unsigned found = 0;
    for (unsigned i = 0; i < count () && i < entries_.size (); ++i) {
        found += entries_[i] == acknowledged ? 1 : 0;
    }
    return found;
}

auto log_of (unsigned cpu) -> Log & {
    return cpus.at (cpu).log;
}

void take () {
    const auto acknowledged = gic::interface (gic::gicc_iar);
    log_of (this_cpu ()).add (acknowledged);
    gic::set_interface (gic::gicc_eoir, acknowledged);
}

Taking::Taking (Handler irq, Handler fiq) : vectors_{read<sysreg::vbar_el1> ()} {
    Cpu &cpu = cpus.at (this_cpu ());
    cpu.irq  = irq;
    cpu.fiq  = fiq;
    cpu.log.clear ();
    write<sysreg::vbar_el1> (reinterpret_cast<std::uint64_t> (&interrupts_vectors));
    asm volatile ("msr daifclr, #3" ::: "memory");
}

Taking::~Taking () {
    asm volatile ("msr daifset, #3" ::: "memory");
    write<sysreg::vbar_el1> (vectors_);
}

void settle () {
    constexpr std::uint64_t milliseconds = 2;
    static_cast<void> (wait_until (milliseconds, [] { return false; }));
}

auto acknowledge () -> std::uint32_t {
    std::uint32_t acknowledged = gic::spurious;
    static_cast<void> (wait_until (patience, [&] {
        acknowledged = gic::interface (gic::gicc_iar);
        return acknowledged != gic::spurious;
    }));
    return acknowledged;
}

auto acknowledge_none () -> std::uint32_t {
    settle ();
    return gic::interface (gic::gicc_iar);
}

auto pending_at_last (std::uint32_t expected) -> std::uint32_t {
    static_cast<void> (wait_until (patience, [&] { return gic::interface (gic::gicc_hppir) == expected; }));
    return gic::interface (gic::gicc_hppir);
}

void expect_log (Test &test, unsigned cpu, std::span<const std::uint32_t> expected) {
    const Log &log = log_of (cpu);
    static_cast<void> (wait_until (patience, [&] { return log.count () >= expected.size (); }));
    settle ();
    test.equal ("the number of interrupts that were taken", log.count (), expected.size ());
    for (unsigned i = 0; i < expected.size () && test.passed (); ++i) {
        test.equal ("what was acknowledged", log[i], expected[i]);
    }
}

}  // namespace interrupts

// vectors.S.
extern "C" void interrupts_taken (std::uint64_t vector) {
    constexpr std::uint64_t irq = 5;
    const interrupts::Cpu &cpu  = interrupts::cpus.at (interrupts::this_cpu ());
    (vector == irq ? cpu.irq : cpu.fiq) ();
}
