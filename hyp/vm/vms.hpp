// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/lock.hpp"
#include "hyp/mem/host_memory.hpp"
#include "hyp/vm/world.hpp"

#include <array>
#include <type_traits>

namespace ravelin {

/// A place for a VM. Its lock guards the VM too.
struct VmSlot {
    static constexpr LockRank lock_rank = LockRank::vm;

    Pa control;                  // where the Vm is, while alive
    std::uint64_t generation{};  // of the VM that lives or lived here: old handles don't fit
    bool alive{};
};

/// All VMs, and the host calls about them.
class Vms {
  public:
    constexpr Vms () = default;

    /// What the host has; boot sets it.
    [[nodiscard]] auto host_memory () -> Guarded<HostMemory> & { return memory_; }
    [[nodiscard]] auto host_memory () const -> const HostMemory & { return memory_.at_rest (); }

    /// Where the guest firmware's image is, for all VMs; boot sets it.
    void set_firmware (PaRange image) { firmware_ = image; }

    /// Carries out the host call about VMs that is in @p registers: see hyp/abi/vm_calls.h.
    [[nodiscard, gnu::noinline]] auto call (hal::Cpu &cpu, GuestInterrupts &hardware, Registers &registers) -> Next;

    /// The same for VCPU_RUN: this CPU alone has the vCPU until it leaves @p world, which it is to enter now.
    [[nodiscard, gnu::noinline]] auto run (hal::Cpu &cpu, World &world, Registers &registers) -> Next;

    /// What @p ipa leads to in a VM of which a vCPU runs on this CPU.
    [[nodiscard]] auto find (hal::Cpu &cpu, Vm &vm, Ipa ipa) -> Vm::Stage2::Leaf;

    /// What guards a VM of which a vCPU runs on this CPU: among others which of its vCPUs are on.
    [[nodiscard]] auto slot_of (const Vm &vm) -> Guarded<VmSlot> & { return slots_[vm.owner.slot ()]; }

    /// Lets the host reach a page of a protected VM, or not any more, as a guest asks.
    /// @return  Status::again: the page isn't there yet
    [[nodiscard]] auto set_sharing (hal::Cpu &cpu, Vm &vm, Ipa page, bool shared) -> Result<void>;

    /// The machine is about to be reset or turned off, which leaves in RAM what is there: every VM ends, and what VMs
    /// own is zeroed. The one trap that takes as long as that needs: nothing comes after it.
    /// @return  false: a vCPU runs on another CPU, which the host has to bring out first; all are dying
    [[nodiscard]] auto end (hal::Cpu &cpu) -> bool;

    /// The VM that @p handle names, or nullptr; to be looked at while no CPU is in a trap.
    [[nodiscard]] auto look_up (hal::Cpu &cpu, std::uint64_t handle) -> const Vm * {
        const std::uint64_t index = handle & ((1U << index_bits) - 1);
        if (index >= slots_.size ()) { return nullptr; }
        const VmSlot &slot = slots_[index].at_rest ();
        return slot.alive && slot.generation == handle >> index_bits ? &cpu.object<Vm> (slot.control) : nullptr;
    }

    /// The handle of the VM in a slot, or of the last one there; to be looked at as above.
    [[nodiscard]] auto handle_in (std::uint32_t slot) const -> std::uint64_t {
        return slots_[slot].at_rest ().generation << index_bits | slot;
    }

    /// Bits of a handle that say which slot.
    static constexpr unsigned index_bits = 8;

  private:
    /// Where in a VM, as the host gives it: unchecked, as are all numbers below.
    struct Batch {
        std::uint64_t ipa;
        std::uint64_t pages;
    };

    using Rights = std::optional<std::uint64_t>;  // RAVELIN_WRITABLE or 0

    // The host calls, named after them, and returning what they do. Each checks everything before it changes anything.
    // Their VM is locked.
    [[nodiscard]] auto create (hal::Cpu &cpu, std::uint64_t pa, std::uint64_t properties, std::uint64_t vcpus)
        -> Result<std::uint64_t>;
    [[nodiscard]] auto find_vm (hal::Cpu &cpu, std::uint64_t place) -> std::uint64_t;
    [[nodiscard]] static auto add_ram (Vm &vm, std::uint64_t ipa, std::uint64_t bytes) -> Result<void>;
    [[nodiscard]] auto top_up (hal::Cpu &cpu, Vm &vm, std::uint64_t pa, std::uint64_t pages) -> Result<void>;
    /// VM_LEND; VM_DONATE without @p rights.
    [[nodiscard]] auto map (hal::Cpu &cpu, Vm &vm, Batch where, std::uint64_t pa, Rights rights) -> Result<void>;
    /// VM_PROTECT; VM_UNMAP without @p rights.
    [[nodiscard]] auto change (hal::Cpu &cpu, Vm &vm, Batch where, Rights rights) -> Result<void>;
    /// How a vCPU begins.
    struct Start {
        std::uint64_t pc;
        std::uint64_t x0;
        std::uint64_t flags;
    };
    [[nodiscard]] auto create_vcpu (hal::Cpu &cpu, Vm &vm, std::uint64_t number, std::uint64_t pa, const Start &start)
        -> Result<void>;
    /// VCPU_SET; VCPU_GET without @p value. Returns what the register is now.
    [[nodiscard]] static auto access (hal::Cpu &cpu, const Vm &vm, std::uint64_t number, std::uint64_t which,
                                      std::optional<std::uint64_t> value) -> Result<std::uint64_t>;
    /// Where in a VM its GIC is.
    struct GicPlace {
        std::uint64_t distributor;
        std::uint64_t cpu_interface;
    };
    [[nodiscard]] static auto set_gic (hal::Cpu &cpu, const GuestInterrupts &hardware, Vm &vm, const GicPlace &place,
                                       std::uint64_t intids) -> Result<void>;
    [[nodiscard]] static auto set_time (hal::Cpu &cpu, Vm &vm, std::uint64_t offset) -> Result<void>;
    [[nodiscard]] static auto set_line (hal::Cpu &cpu, GuestInterrupts &hardware, Vm &vm, std::uint64_t intid,
                                        std::uint64_t level) -> Result<std::uint64_t>;
    /// GIC_SET; GIC_GET without @p value. Returns what the register is now.
    [[nodiscard]] static auto access_gic (hal::Cpu &cpu, const Vm &vm, std::uint64_t number, std::uint64_t which,
                                          std::optional<std::uint64_t> value) -> Result<std::uint64_t>;
    [[nodiscard]] auto reclaim (hal::Cpu &cpu, VmSlot &slot, Vm &vm) -> Result<void>;

    /// Calls @p action with the slot, locked, and the VM that @p handle names.
    template <class Action>
    auto with (hal::Cpu &cpu, std::uint64_t handle, const Action &action)
        -> std::invoke_result_t<Action, Locked<VmSlot> &, Vm &> {
        const std::uint64_t index = handle & ((1U << index_bits) - 1);
        if (index >= slots_.size ()) { return refuse (Status::invalid); }
        Locked<VmSlot> slot{cpu, slots_[index]};
        if (!slot->alive || slot->generation != handle >> index_bits) { return refuse (Status::invalid); }
        return action (slot, cpu.object<Vm> (slot->control));
    }

    /// Calls @p action with each VM that is alive and its slot, locked; whether it said yes to all.
    template <class Action>
    auto all_vms (hal::Cpu &cpu, const Action &action) -> bool;

    /// Whether a CPU runs one of its vCPUs.
    [[nodiscard]] static auto runs (hal::Cpu &cpu, const Vm &vm) -> bool;

    [[nodiscard]] auto reclaim_data (hal::Cpu &cpu, Vm &vm) -> bool;
    [[nodiscard]] auto reclaim_pool (hal::Cpu &cpu, Vm &vm) -> bool;

    std::array<Guarded<VmSlot>, RAVELIN_MAX_VMS> slots_;
    Guarded<HostMemory> memory_;
    PaRange firmware_{};
};

}  // namespace ravelin
