// SPDX-License-Identifier: BSD-2-Clause
#include "made_record.hpp"

#include "sim/machine/device_tree.hpp"
#include "sim/machine/dsb_option.hpp"
#include "sim/machine/ravelin_image.hpp"
#include "sim/machine/violation.hpp"
#include "sim/replay/divergence.hpp"
#include "sim/replay/maintenance_encoding.hpp"
#include "sim/replay/record/encoding.hpp"
#include "sim/replay/replayer.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace ravelin::sim::replay {

namespace {
constexpr std::uint64_t hvc_syndrome = 0x16UL << 26 | 1UL << 25;
constexpr std::uint64_t line         = 64;
constexpr Pa tree_at{0x4300'0000};
}  // namespace

MadeRecord::MadeRecord ()
    : cpu_{CpuIndex{0}, {clock_, timer_, memory_, *this, bus_, exposed_, {map_.image, RavelinImage::own_size}}} {
    header_ = {.board    = "virt",
               .build    = "made",
               .cpus     = 1,
               .memory   = memory,
               .image    = map_.image,
               .pool     = {map_.image + RavelinImage::pool_offset, RavelinImage::own_size - RavelinImage::pool_offset},
               .firmware = {map_.image + RavelinImage::firmware_offset, RavelinImage::firmware ().size ()},
               .entry    = map_.image + page_size};
    bus_.add_ram ({map_.ram_start, memory});
    for (const PaRange &range : {map_.distributor, map_.cpu_interface, map_.virtual_control, map_.pl011}) {
        const auto read = [this] (CpuIndex /*cpu*/, Pa pa) {
            add ({.kind = Kind::mmio_read, .address = pa.value ()});
            return std::uint64_t{0};
        };
        const auto write = [this] (CpuIndex /*cpu*/, Pa pa, std::uint64_t value) {
            add ({.kind = Kind::mmio_write, .address = pa.value (), .value = value});
        };
        devices_.push_back (std::make_unique<RecordedDevice> (range.start, read, write));
        bus_.add_device (range, *devices_.back ());
    }
    if (!memory_.reach ({map_.image, RavelinImage::own_size}, hal::Reach::memory)) {
        throw std::logic_error{"nothing was reached before"};
    }
    memory_.keep_in (&log_);
    Preemption::current = this;
    boot ();
}

MadeRecord::~MadeRecord () {
    Preemption::current = nullptr;
}

void MadeRecord::show (Pa pa, std::span<const std::byte> bytes) {
    std::ranges::copy (bytes, bus_.find_ram ({pa, bytes.size ()})->at (pa));
    add ({.kind = Kind::memory, .address = pa.value (), .bytes = {bytes.begin (), bytes.end ()}});
}

void MadeRecord::boot () {
    cpu_.x ().x[0] = map_.image.value ();
    cpu_.x ().x[1] = tree_at.value ();
    begin (Cause::boot);
    show (map_.image, RavelinImage::with_tiny_kernel ());
    show (tree_at, DeviceTree::of (map_, {.memory = memory}).bytes ());
    if (!hypervisor_.boot (
            cpu_.hal (), cpu_.x (),
            {.image = map_.image, .pool = header_.pool, .firmware = header_.firmware, .device_tree = tree_at})) {
        throw std::logic_error{"Ravelin doesn't boot"};
    }
    end ();
}

void MadeRecord::hvc (std::uint64_t x0, std::uint64_t x1) {
    Preemption::current = this;
    cpu_.x ().x[0]      = x0;
    cpu_.x ().x[1]      = x1;
    cpu_.hal ().write<hal::sysreg::esr_el2> (hvc_syndrome);
    begin (Cause::synchronous);
    cpu_.take (hypervisor_, Cause::synchronous);
    end ();
}

/// All registers, each time: a record may say what is known.
void MadeRecord::begin (Cause cause) {
    const auto registers = cpu_.values ();
    cpu_.learn (registers);
    cpu_.set ();
    events_.push_back ({.kind = Kind::begin, .cause = cause, .registers = registers});
}

void MadeRecord::end () {
    add ({.kind = Kind::end, .registers = cpu_.values ()});
    // What was stored is told last.
    const auto end    = std::exchange (events_.back (), {.kind = Kind::nothing});
    const auto region = bus_.ram_regions ().front ();
    log_.each ([&] (std::span<const std::byte> now, std::span<const std::byte> before) {
        for (std::size_t i = 0; i < now.size (); ++i) {
            const auto pa = region.range.start + static_cast<std::uint64_t> (now.data () + i - region.host);
            if (now[i] != before[i]) {
                events_.push_back ({.kind = Kind::store, .address = pa.value (), .bytes = {now[i]}});
            }
        }
    });
    log_.clear ();
    events_.push_back (end);
}

void MadeRecord::add (Event event) {
    const bool comes_of_itself = event.kind == Kind::memory || event.kind == Kind::end || event.kind == Kind::wait ||
                                 event.kind == Kind::send_event || event.kind == Kind::read ||
                                 event.kind == Kind::translate || event.kind == Kind::answer;
    if (std::exchange (is_reached_, false) && comes_of_itself) { events_.push_back ({.kind = Kind::shared_load}); }
    events_.push_back (std::move (event));
}

void MadeRecord::reached (Moment what) {
    if (what == Moment::memory) { return; }
    if (std::exchange (is_reached_, true)) { events_.push_back ({.kind = Kind::shared_load}); }
}

auto MadeRecord::smc (CpuIndex /*cpu*/, const hal::SmcRegisters &arguments) -> hal::SmcRegisters {
    add ({.kind = Kind::call, .arguments = arguments});
    add ({.kind = Kind::answer});
    return {};
}

void MadeRecord::wait_for_interrupt (CpuIndex /*cpu*/) {
    add ({.kind = Kind::wait});
}

void MadeRecord::send_event (CpuIndex /*cpu*/) {
    add ({.kind = Kind::send_event});
}

void MadeRecord::invalidate (CpuIndex /*cpu*/, const TlbInvalidation &what) {
    add ({.kind = Kind::invalidate, .address = encoding_of (what), .value = argument_of (what)});
}

void MadeRecord::invalidate_code (CpuIndex /*cpu*/, bool everywhere) {
    add ({.kind = Kind::invalidate, .address = encoding_of_ic (everywhere)});
}

void MadeRecord::synchronize (CpuIndex /*cpu*/, hal::Dsb kind) {
    add ({.kind = Kind::barrier, .value = option_of (kind)});
}

auto MadeRecord::translate_stage1 (CpuIndex /*cpu*/, Va va) -> std::uint64_t {
    add ({.kind = Kind::translate, .address = va.value (), .value = par});
    return par;
}

void MadeRecord::clean (CpuIndex /*cpu*/, PaRange range) {
    const Pa start = range.start.align_down (line);
    add ({.kind = Kind::clean, .address = start.value (), .value = range.end ().align_up (line) - start});
}

auto MadeRecord::read_time (CpuIndex /*cpu*/, hal::SystemRegister which) -> std::uint64_t {
    add ({.kind = Kind::read, .address = encoding_of (which)});
    return 0;
}

auto MadeRecord::trap (std::uint64_t number) const -> std::size_t {
    for (std::size_t i = 0; i < events_.size (); ++i) {
        if (events_[i].kind == Kind::begin && --number == 0) { return i; }
    }
    throw std::out_of_range{"there is no such trap"};
}

auto MadeRecord::replay () -> std::string {
    std::size_t next = 0;
    Tape tape{header_, [&] {
                  return next < events_.size () ? events_[next++] : Event{.kind = Kind::finished};
              }};
    Replayer replayer{tape};
    try {
        while (replayer.advance ()) {}
    } catch (const Divergence &found) {
        return replayer.where () + ": " + found.what ();
    } catch (const Damaged &damaged) { return std::string{"damaged: "} + damaged.what (); }
    return "";
}

}  // namespace ravelin::sim::replay
