// SPDX-License-Identifier: BSD-2-Clause
#include "sim/threads/thread_cpu.hpp"

#include "hyp/host/traps.hpp"
#include "sim/machine/ravelin_image.hpp"
#include "sim/machine/stopped.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ravelin::sim::threads {

using namespace hal::sysreg;

auto ThreadCpu::boot () -> Booted<void> {
    const Pa image   = board_.map ().image;
    const auto parts = RavelinImage::parts (image);
    // The code that runs before boot() has put EL2's translation on, for Ravelin's own memory.
    if (!board_.memory ().reach ({image, RavelinImage::own_size}, hal::Reach::memory)) {
        throw std::logic_error{"Ravelin's own memory is reached as a device before it has run"};
    }
    return hypervisor_.boot (hal_, registers_, {image, parts.pool, parts.firmware, board_.device_tree ()});
}

void ThreadCpu::arrive () {
    while (!board_.take_start (index ())) {
        board_.end_if_over ();
        board_.let_others (index ());
    }
    hypervisor_.boot_secondary (hal_);
    hypervisor_.park (hal_, registers_);
}

auto ThreadCpu::in_guest () -> bool {
    return hcr::imo.any (hal_.read<hcr_el2> ());
}

template <class Handler>
void ThreadCpu::enter (const Handler &handler) {
    ++traps_;
    try {
        const Next next = handler ();
        if (next == Next::change_world) {
            hypervisor_.registers (hal_) = registers_;
            registers_                   = hypervisor_.change_world (hal_);
        } else if (next == Next::off) {
            hypervisor_.park (hal_, registers_);
        }
    } catch (const Stopped &stopped) {
        if (stopped.what != Stopped::What::cpu) { throw; }
        arrive ();
    }
}

void ThreadCpu::trap (esr::Class kind, std::uint64_t details) {
    hal_.write<esr_el2> (esr::exception_class.put (std::to_underlying (kind)) | esr::instruction_length.mask () |
                         details);
    enter ([this] { return hypervisor_.synchronous (hal_, registers_); });
}

void ThreadCpu::call (std::initializer_list<std::uint64_t> values) {
    std::ranges::copy (values, registers_.x.begin ());
    trap (esr::Class::hvc64, 0);
}

void ThreadCpu::interrupt () {
    enter ([this] { return hypervisor_.interrupt (hal_); });
}

void ThreadCpu::system_error () {
    enter ([this] { return hypervisor_.system_error (hal_); });
}

void ThreadCpu::abort (esr::Class kind, Ipa ipa, std::uint64_t details) {
    hal_.write<hpfar_el2> (hpfar::ipa_page.put (ipa.value () / page_size));
    hal_.write<far_el2> (ipa.value ());
    trap (kind, details);
}

}  // namespace ravelin::sim::threads
