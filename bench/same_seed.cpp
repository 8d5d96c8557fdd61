// SPDX-License-Identifier: BSD-2-Clause

// same_seed [SEEDS]: runs a machine twice for each seed, 100 of them if not told otherwise, and compares all that it
// says and all that happens at EL2, byte by byte: four CPUs, each stopped in the middle of traps, whose host makes
// calls of whatever kind about two VMs, one of them protected, runs their vCPUs, and ends them. Fails if two runs of a
// seed differ, or if two seeds have the same run.

#include "hyp/abi/boot.h"
#include "hyp/abi/guest_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/vm_calls.h"
#include "sim/trace/line_writer.hpp"
#include "sim/trace/tracer.hpp"
#include "tests/unit/sim/machine_fixture.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <memory>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {
using namespace ravelin;
using sim::Random;
using sim::Script;
using sim::ScriptedCpu;
using sim::ScriptedGuest;

constexpr std::uint32_t cpus    = 4;
constexpr std::uint64_t memory  = 0x5000'0000;  // RAM of the host that it gives to VMs
constexpr std::uint64_t ram     = 0x4000'0000;  // IPA of VMs
constexpr std::uint64_t handles = 0x100;        // of the first VM; the second's is the next

/// Something of this machine, mostly; or anything.
[[nodiscard]] auto any_page (Random &random, std::uint64_t from) -> std::uint64_t {
    constexpr std::uint64_t pages = 600;
    return random.below (20) == 0 ? random.next () : from + random.below (pages) * page_size;
}

/// What the host calls next, and with what.
[[nodiscard]] auto any_call (Random &random) -> std::array<std::uint64_t, 6> {
    constexpr std::array<std::uint64_t, 13> calls{
        RAVELIN_VM_CREATE,   RAVELIN_VM_ADD_RAM, RAVELIN_VM_TOP_UP, RAVELIN_VM_DONATE, RAVELIN_VM_LEND,
        RAVELIN_VM_PROTECT,  RAVELIN_VM_UNMAP,   RAVELIN_VCPU_RUN,  RAVELIN_VCPU_GET,  RAVELIN_VM_RECLAIM,
        RAVELIN_VM_SET_LINE, RAVELIN_VM_FIND,    RAVELIN_VCPU_RUN};
    const auto call   = calls[random.below (calls.size ())];
    const auto handle = handles + random.below (2);
    switch (call) {
    case RAVELIN_VM_TOP_UP: return {call, handle, any_page (random, memory), 1 + random.below (4)};
    case RAVELIN_VM_DONATE:
    case RAVELIN_VM_LEND:
        return {
            call, handle, any_page (random, ram), any_page (random, memory), 1 + random.below (4), random.below (2)};
    case RAVELIN_VM_PROTECT:
    case RAVELIN_VM_UNMAP:   return {call, handle, any_page (random, ram), 1 + random.below (4), random.below (2)};
    default:                 return {call, handle, random.below (2), random.below (64), random.below (4)};
    }
}

/// A guest that makes calls, and reaches what may be there.
[[nodiscard]] auto guest (ScriptedGuest &cpu, std::uint64_t seed) -> Script {
    Random random{seed};
    while (true) {
        const auto ipa = any_page (random, ram);
        switch (random.below (4)) {
        case 0:  co_await cpu.hvc (RAVELIN_GUEST_SHARE, {ipa}); break;
        case 1:  co_await cpu.hvc (PSCI_VERSION); break;
        case 2:  co_await cpu.store (Ipa{ipa & 0xff'ffff'fff8}, random.next ()); break;
        default: co_await cpu.wfi (); break;
        }
    }
}

/// Makes both VMs, as far as they can run.
[[nodiscard]] auto make_vms (ScriptedCpu &cpu) -> Script {
    constexpr std::uint64_t given     = memory + (16ULL << 20);
    constexpr std::uint64_t a_vms     = 1ULL << 20;
    constexpr std::uint64_t ram_bytes = 4ULL << 20;
    for (std::uint64_t i = 0; i < 2; ++i) {
        const bool is_protected  = i == 1;
        const std::uint64_t from = given + i * a_vms;
        const auto firmware      = ram + ram_bytes - RAVELIN_FIRMWARE_PAGES * page_size;
        co_await cpu.hvc (RAVELIN_VM_CREATE, {from, 40 | (is_protected ? RAVELIN_VM_PROTECTED : 0U), 2});
        co_await cpu.hvc (RAVELIN_VM_ADD_RAM, {handles + i, ram, ram_bytes});
        co_await cpu.hvc (RAVELIN_VM_TOP_UP, {handles + i, from + 8 * page_size, 16});
        if (is_protected) {
            co_await cpu.hvc (RAVELIN_VM_DONATE,
                              {handles + i, firmware, from + 32 * page_size, RAVELIN_FIRMWARE_PAGES});
        }
        co_await cpu.hvc (RAVELIN_VCPU_CREATE,
                          {handles + i, 0, from + 4 * page_size, is_protected ? firmware : ram, 0, 0});
        co_await cpu.hvc (RAVELIN_VCPU_CREATE, {handles + i, 1, from + 5 * page_size, ram, 0, RAVELIN_VCPU_OFF});
    }
}

/// Ends both VMs, and takes back what they have, as far as that has an end while others do the same.
[[nodiscard]] auto end_vms (ScriptedCpu &cpu) -> Script {
    constexpr unsigned calls = 20;
    for (std::uint64_t i = 0; i < 2; ++i) {
        co_await cpu.hvc (RAVELIN_VM_DESTROY, {handles + i});
        for (unsigned call = 0; call < calls; ++call) {
            co_await cpu.hvc (RAVELIN_VM_RECLAIM, {handles + i});
        }
    }
}

[[nodiscard]] auto host (ScriptedCpu &cpu, std::uint32_t number, std::uint64_t seed) -> Script {
    constexpr unsigned calls = 200;
    if (number == 0) { co_await make_vms (cpu); }
    co_await cpu.hvc (PSCI_CPU_ON_64, {number + 1, cpu.entry (), 0});
    Random random{seed};
    for (unsigned i = 0; i < calls; ++i) {
        const auto x = any_call (random);
        co_await cpu.hvc (x[0], {x[1], x[2], x[3], x[4], x[5]});
        if (i % 8 == 0) { co_await cpu.load (Ipa{any_page (random, memory) & 0xff'ffff'fff8}); }
    }
    co_await end_vms (cpu);
}

/// Runs a machine with this seed; returns what it says.
/// @param trace  what happens at its EL2 goes there
[[nodiscard]] auto run (std::uint64_t seed, std::ostream &trace) -> std::string {
    constexpr sim::Ticks longest = 62'500'000;
    sim::ScriptedMachine machine{
        sim::BoardName::virt,
        {.cpus = cpus, .seed = seed, .slice = 1000, .preemption = 8, .caches = sim::Eviction::seeded}};
    auto header = sim::trace::Tracer::header_of (machine.get ());
    header.seed = 0;  // it alone must not make the difference between two
    sim::trace::LineWriter lines{trace, header};
    {
        sim::trace::Tracer tracer{machine.get ()};
        tracer.add (lines);
        std::array<std::unique_ptr<ScriptedGuest>, 4> guests;
        for (std::uint64_t i = 0; i < guests.size (); ++i) {
            guests[i] = std::make_unique<ScriptedGuest> (
                sim::WorldKey{1 + i / 2, i % 2}, [=] (ScriptedGuest &cpu) { return guest (cpu, seed * 8 + i); });
        }
        std::vector<std::unique_ptr<ScriptedCpu>> hosts;
        for (std::uint32_t i = 0; i < cpus; ++i) {
            hosts.push_back (std::make_unique<ScriptedCpu> (
                machine->cpu (i), [=] (ScriptedCpu &cpu) { return host (cpu, i, seed * 16 + i); }));
            for (const auto &each : guests) {
                hosts.back ()->guest (*each);
            }
        }
        if (!machine->boot ()) { throw std::runtime_error{"Ravelin has given up"}; }
        static_cast<void> (machine->run (longest));
    }
    return machine.console ();
}

/// All of that.
[[nodiscard]] auto run (std::uint64_t seed) -> std::string {
    std::ostringstream trace;
    const auto said = run (seed, trace);
    return trace.str () + said;
}

void compare (std::uint64_t seeds) {
    std::set<std::string> runs;
    std::uint64_t same  = 0;
    std::uint64_t bytes = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        auto once        = run (seed);
        const bool again = once == run (seed);
        same += again ? 1 : 0;
        bytes += once.size ();
        if (!again) { std::fprintf (stderr, "same_seed: two runs of seed %lu differ\n", seed); }
        runs.insert (std::move (once));
    }
    std::printf ("same_seed: %lu of %lu seeds, %zu different runs, %lu bytes\n", same, seeds, runs.size (), bytes);
    if (same != seeds || runs.size () != seeds) { throw std::runtime_error{"a seed doesn't decide everything"}; }
}

[[nodiscard]] auto number_of (std::string_view text) -> std::uint64_t {
    std::uint64_t seeds = 0;
    const auto result   = std::from_chars (text.begin (), text.end (), seeds);
    if (result.ec != std::errc{} || result.ptr != text.end () || seeds == 0) {
        throw std::runtime_error{"how many seeds, or which? " + std::string{text} + " is no number"};
    }
    return seeds;
}
}  // namespace

auto main (int count, char **arguments) -> int {
    constexpr std::uint64_t usual = 100;
    const std::span all{arguments, static_cast<std::size_t> (count)};
    try {
        if (all.size () == 4 && std::string_view{all[1]} == "--trace") {
            std::ofstream trace{all[3]};
            static_cast<void> (run (number_of (all[2]), trace));
            if (!trace.flush ()) { throw std::runtime_error{"cannot write " + std::string{all[3]}}; }
        } else {
            compare (all.size () < 2 ? usual : number_of (all[1]));
        }
    } catch (const std::exception &failure) {
        std::fprintf (stderr, "same_seed: %s\n", failure.what ());
        return 1;
    }
    return 0;
}
