// SPDX-License-Identifier: BSD-2-Clause
#include "vmm.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

Descriptor::~Descriptor () {
    if (number_ >= 0) { close (number_); }
}

auto Descriptor::call (unsigned long request, const void *argument) const -> int {
    const int result = ioctl (number_, request, argument);
    return result < 0 ? -errno : result;
}

auto Descriptor::call (unsigned long request, unsigned long argument) const -> int {
    const int result = ioctl (number_, request, argument);
    return result < 0 ? -errno : result;
}

auto open_kvm () -> Descriptor {
    return Descriptor{open ("/dev/kvm", O_RDWR | O_CLOEXEC)};
}

Memory::Memory (std::uint64_t size, int flags) : size_{size} {
    constexpr std::uint64_t block = 2UL << 20;
    const int kind                = flags != 0 ? flags : MAP_PRIVATE;
    // At a multiple of 2 MiB, as VMMs have it.
    auto *const all = static_cast<char *> (
        mmap (nullptr, size + block, PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    const auto skipped = -reinterpret_cast<std::uintptr_t> (all) % block;
    bytes_             = all + skipped;
    munmap (all, skipped);
    munmap (bytes_ + size, block - skipped);
}

Memory::~Memory () {
    munmap (bytes_, size_);
}

void Memory::write (std::uint64_t offset, std::span<const std::uint32_t> words) const {
    std::memcpy (bytes_ + offset, words.data (), words.size_bytes ());
}

namespace {
/// Slot 0 of a VM: its RAM.
void set_ram (const Vm &vm) {
    static_cast<void> (vm.set_slot ({.slot            = 0,
                                     .flags           = 0,
                                     .guest_phys_addr = ram_start,
                                     .memory_size     = vm.ram.size (),
                                     .userspace_addr  = reinterpret_cast<std::uint64_t> (vm.ram.bytes ())}));
}
}  // namespace

Vm::Vm (unsigned long type, std::uint64_t ram_size)
    : own{std::in_place, ram_size}, ram{*own}, kvm{open_kvm ()}, vm{kvm.call (KVM_CREATE_VM, type)} {
    set_ram (*this);
}

Vm::Vm (unsigned long type, const Memory &given) : ram{given}, kvm{open_kvm ()}, vm{kvm.call (KVM_CREATE_VM, type)} {
    set_ram (*this);
}

auto Vm::set_slot (kvm_userspace_memory_region region) const -> int {
    return vm.call (KVM_SET_USER_MEMORY_REGION, &region);
}

Vcpu::Vcpu (const Vm &vm, unsigned number, bool initialise_it)
    : descriptor{vm.vm.call (KVM_CREATE_VCPU, number)},
      run{static_cast<kvm_run *> (mmap (nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.number (), 0))} {
    if (initialise_it) { static_cast<void> (initialise ({.target = KVM_ARM_TARGET_GENERIC_V8, .features = {}})); }
}

Vcpu::~Vcpu () {
    if (run != MAP_FAILED) { munmap (run, 4096); }
}

auto Vcpu::initialise (kvm_vcpu_init with) const -> int {
    return descriptor.call (KVM_ARM_VCPU_INIT, &with);
}

auto Vcpu::go (std::uint64_t pc) const -> int {
    const int refused = set (pc_register, pc);
    return refused != 0 ? refused : go ();
}

auto Vcpu::finish () const -> int {
    run->immediate_exit = 1;
    const int result    = go ();
    run->immediate_exit = 0;
    return result;
}

auto Vcpu::get (std::uint64_t id) const -> std::optional<std::uint64_t> {
    std::array<std::uint64_t, 2> value{};
    const kvm_one_reg reg{.id = id, .addr = reinterpret_cast<std::uint64_t> (value.data ())};
    return descriptor.call (KVM_GET_ONE_REG, &reg) == 0 ? std::optional{value[0]} : std::nullopt;
}

auto Vcpu::set (std::uint64_t id, std::uint64_t value) const -> int {
    const std::array<std::uint64_t, 2> words{value, 0};
    const kvm_one_reg reg{.id = id, .addr = reinterpret_cast<std::uint64_t> (words.data ())};
    return descriptor.call (KVM_SET_ONE_REG, &reg);
}
