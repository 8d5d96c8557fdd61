// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <linux/kvm.h>
#include <optional>
#include <span>
#include <utility>

/// A file descriptor that is closed with its owner.
class Descriptor {
  public:
    explicit Descriptor (int number = -1) : number_{number} {}
    ~Descriptor ();
    Descriptor (Descriptor &&other) noexcept : number_{std::exchange (other.number_, -1)} {}
    auto operator= (Descriptor &&other) noexcept -> Descriptor & {
        std::swap (number_, other.number_);
        return *this;
    }
    Descriptor (const Descriptor &)                     = delete;
    auto operator= (const Descriptor &) -> Descriptor & = delete;

    [[nodiscard]] auto number () const -> int { return number_; }

    /// What ioctl() returns, or -errno.
    auto call (unsigned long request, const void *argument = nullptr) const -> int;
    auto call (unsigned long request, unsigned long argument) const -> int;

  private:
    int number_;
};

/// The device, freshly opened.
[[nodiscard]] auto open_kvm () -> Descriptor;

/// Memory of this process, all zeros at first.
class Memory {
  public:
    explicit Memory (std::uint64_t size, int flags = 0);
    ~Memory ();
    Memory (const Memory &)                     = delete;
    auto operator= (const Memory &) -> Memory & = delete;

    [[nodiscard]] auto bytes () const -> char * { return bytes_; }
    [[nodiscard]] auto size () const -> std::uint64_t { return size_; }
    void write (std::uint64_t offset, std::span<const std::uint32_t> words) const;

  private:
    std::uint64_t size_;
    char *bytes_;
};

constexpr unsigned long protected_vm = 1UL << 31;
constexpr unsigned long plain_vm     = 1UL << 30;

constexpr std::uint64_t ram_start = 0x4000'0000;
constexpr std::uint64_t outside   = 0x0a00'0000;  // where there is neither RAM nor a GIC

/// A VM with some RAM, and no vCPU yet.
struct Vm {
    explicit Vm (unsigned long type, std::uint64_t ram_size = 4UL << 20);

    /// With memory that was there before.
    Vm (unsigned long type, const Memory &given);

    /// KVM_SET_USER_MEMORY_REGION: 0 or -errno.
    [[nodiscard]] auto set_slot (kvm_userspace_memory_region region) const -> int;

    std::optional<Memory> own;
    const Memory &ram;
    Descriptor kvm;
    Descriptor vm;
};

/// A vCPU, initialised unless it is said otherwise.
struct Vcpu {
    explicit Vcpu (const Vm &vm, unsigned number = 0, bool initialise = true);
    ~Vcpu ();
    Vcpu (const Vcpu &)                     = delete;
    auto operator= (const Vcpu &) -> Vcpu & = delete;

    /// KVM_ARM_VCPU_INIT: 0 or -errno.
    [[nodiscard]] auto initialise (kvm_vcpu_init with) const -> int;
    /// KVM_RUN: 0 or -errno.
    [[nodiscard]] auto go () const -> int { return descriptor.call (KVM_RUN, 0UL); }
    /// Runs from @p pc on; what KVM_RUN returns.
    [[nodiscard]] auto go (std::uint64_t pc) const -> int;
    /// Ends what the last exit asked for, and nothing else; what KVM_RUN returns.
    [[nodiscard]] auto finish () const -> int;
    /// The register, or nothing if it can't be read.
    [[nodiscard]] auto get (std::uint64_t id) const -> std::optional<std::uint64_t>;
    /// KVM_SET_ONE_REG: 0 or -errno.
    [[nodiscard]] auto set (std::uint64_t id, std::uint64_t value) const -> int;

    Descriptor descriptor;
    kvm_run *run;
};

constexpr std::uint64_t core_u64 = KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE;

[[nodiscard]] constexpr auto x (unsigned number) -> std::uint64_t {
    return core_u64 | (2 * number);
}
constexpr std::uint64_t pc_register = core_u64 | KVM_REG_ARM_CORE_REG (regs.pc);

/// Words of A64.
namespace a64 {
constexpr std::uint32_t str_w1_x0    = 0xb900'0001;
constexpr std::uint32_t strb_w1_x0   = 0x3900'0001;
constexpr std::uint32_t str_x1_x0    = 0xf900'0001;
constexpr std::uint32_t str_x1_x3    = 0xf900'0061;
constexpr std::uint32_t stp_x1_x2_x0 = 0xa900'0801;
constexpr std::uint32_t ldr_w2_x0    = 0xb940'0002;
constexpr std::uint32_t ldrb_w2_x0   = 0x3940'0002;
constexpr std::uint32_t ldr_x2_x0    = 0xf940'0002;
constexpr std::uint32_t hvc          = 0xd400'0002;
constexpr std::uint32_t wfi          = 0xd503'207f;
constexpr std::uint32_t stay         = 0x1400'0000;  // B .
}  // namespace a64
