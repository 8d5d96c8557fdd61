// SPDX-License-Identifier: BSD-2-Clause

// Compiled without access control: state is private. A class whose bytes aren't all values says here how many members
// it has, and the compiler checks that.

#include "sim/twin/state_layout.hpp"

#include <array>
#include <optional>
#include <type_traits>
#include <utility>

namespace ravelin::sim {

namespace {
template <class T>
inline constexpr std::size_t members = 0;
template <>
inline constexpr std::size_t members<CpuNode> = 2;
template <>
inline constexpr std::size_t members<Uart> = 2;
template <>
inline constexpr std::size_t members<Console> = 1;
template <>
inline constexpr std::size_t members<GuestInterrupts> = 4;
template <>
inline constexpr std::size_t members<Kicks> = 1;
template <>
inline constexpr std::size_t members<Kicks::Target> = 2;
template <>
inline constexpr std::size_t members<HostCpu> = 4;
template <>
inline constexpr std::size_t members<World> = 6;
template <>
inline constexpr std::size_t members<VmSlot> = 3;
template <>
inline constexpr std::size_t members<Vms> = 3;
template <class T>
inline constexpr std::size_t members<Guarded<T>> = 2;
template <class T, std::size_t Capacity>
inline constexpr std::size_t members<BoundedVector<T, Capacity>> = 2;

class Parts {
  public:
    explicit Parts (const Hypervisor &hypervisor) : start_{reinterpret_cast<const std::byte *> (&hypervisor)} {
        const auto &[platform, console, interrupts, own, reserve, cpus, worlds, vms] = hypervisor;
        const auto &[board, ram, nodes, gic, uart, initrd, reserved]                 = platform;
        add_each (ram, nodes, gic, uart, initrd, reserved);
        add_each (console, interrupts, own, reserve, cpus, worlds, vms);
    }

    [[nodiscard]] auto take () -> std::vector<StatePart> { return std::move (parts_); }

  private:
    void add_bytes (const void *object, std::size_t size) {
        const auto offset = static_cast<std::size_t> (static_cast<const std::byte *> (object) - start_);
        if (!parts_.empty () && parts_.back ().offset + parts_.back ().size == offset) {
            parts_.back ().size += size;
        } else {
            parts_.push_back ({offset, size});
        }
    }

    void add_each (const auto &...objects) { (add (objects), ...); }

    template <class T>
    void add (const T &object) {
        if constexpr (std::has_unique_object_representations_v<T>) {
            add_bytes (&object, sizeof object);
        } else if constexpr (members<T> == 1) {
            const auto &[a] = object;
            add_each (a);
        } else if constexpr (members<T> == 2) {
            const auto &[a, b] = object;
            add_each (a, b);
        } else if constexpr (members<T> == 3) {
            const auto &[a, b, c] = object;
            add_each (a, b, c);
        } else if constexpr (members<T> == 4) {
            const auto &[a, b, c, d] = object;
            add_each (a, b, c, d);
        } else {
            static_assert (members<T> == 6, "say how many members the class has");
            const auto &[a, b, c, d, e, f] = object;
            add_each (a, b, c, d, e, f);
        }
    }

    template <class T, std::size_t Size>
        requires (!std::has_unique_object_representations_v<T>)
    void add (const std::array<T, Size> &array) {
        for (const T &each : array) {
            add (each);
        }
    }

    template <class T>
    void add (const std::optional<T> &optional) {
        if (optional) { add (*optional); }
        add (optional._M_payload._M_engaged);
    }

    // Has a base with members, and so can't be taken apart.
    void add (const World::Host &host) {
        const auto &[registers, pc, pstate, el1, stage1] = static_cast<const Context &> (host);
        static_assert (std::has_unique_object_representations_v<Registers>);
        add_each (registers, pc, pstate, el1, stage1);
        add_each (host.hcr, host.mdscr, host.timer, host.timer_disabled, host.fp);
    }

    const std::byte *start_;
    std::vector<StatePart> parts_;
};
}  // namespace

auto value_parts (const Hypervisor &hypervisor) -> std::vector<StatePart> {
    return Parts{hypervisor}.take ();
}

}  // namespace ravelin::sim
