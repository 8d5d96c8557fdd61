// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/boot.h"
#include "hyp/abi/guest_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"
#include "hyp/abi/status.h"
#include "hyp/abi/vm_calls.h"
#include "sim/spec/specification.hpp"
#include "sim/spec/theorems.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <initializer_list>

namespace ravelin::spec::test {

inline constexpr std::uint64_t page_bytes  = RAVELIN_PAGE_SIZE;
inline constexpr std::uint64_t block_bytes = page_bytes * RAVELIN_BLOCK_PAGES;
inline constexpr std::uint64_t gigabyte    = 1ULL << 30;

inline constexpr std::uint64_t host_ram     = 0x4000'0000;
inline constexpr std::uint64_t ram_bytes    = 32 * 1024 * 1024;
inline constexpr std::uint64_t ravelin_page = host_ram;                  // the first of its 2 MiB
inline constexpr std::uint64_t blocks       = host_ram + ram_bytes / 2;  // new_page() gives nothing from here on

inline constexpr std::uint64_t vm_ram       = 0x8000'0000;  // where VMs have their RAM
inline constexpr std::uint64_t vm_ram_bytes = 2 * gigabyte;
inline constexpr std::uint64_t vm_firmware  = vm_ram + 0x10'0000;  // in it, a protected VM's firmware
inline constexpr std::uint64_t vm_device    = 0x900'0000;          // and where they don't

inline constexpr std::uint64_t plain         = 40;
inline constexpr std::uint64_t protected_one = 40 | RAVELIN_VM_PROTECTED;

/// A test whose subject is a small machine's specification; the test plays host and guests. Each step is also
/// held to what is true of all: no theorem breaks, and a call that fails changes nothing.
class SmallHost : public testing::Test {
  protected:
    /// The status of a call with these values in X0, X1, …
    auto call (std::initializer_list<std::uint64_t> values, std::size_t cpu = 0, Choice choice = {}) -> std::int64_t {
        CallRegisters x{};
        std::ranges::copy (values, x.begin ());
        choice.handle      = choice.handle == 0 ? next_handle : choice.handle;
        const State before = spec.state ();
        last               = spec.host_call (cpu, x, choice);
        const auto status  = static_cast<std::int64_t> (last.x[0].value);
        EXPECT_EQ (last.objection, "");
        if (status < 0 && status != RAVELIN_AGAIN) {
            EXPECT_TRUE (spec.state () == before) << "a call that fails changes nothing";
            EXPECT_TRUE (spec.touched ().pages.empty () && spec.touched ().mappings.empty ());
        }
        next_handle += x[0] == RAVELIN_VM_CREATE && status == RAVELIN_SUCCESS ? 1 : 0;
        EXPECT_EQ (broken_theorem (spec.state ()), "");
        return status;
    }

    /// X0 of a guest after its call.
    auto guest_call (std::initializer_list<std::uint64_t> values, std::size_t cpu = 0, const Choice &choice = {})
        -> std::int64_t {
        GuestRegisters x{};
        std::ranges::copy (values, x.begin ());
        last = spec.guest_call (cpu, x, choice);
        EXPECT_EQ (broken_theorem (spec.state ()), "");
        return static_cast<std::int64_t> (last.x[0].value);
    }

    /// Whether the last step ended VCPU_RUN with these values in X1, X2, X3, X4.
    auto exited (std::uint64_t exit, std::uint64_t x2 = 0, std::uint64_t x3 = 0, std::uint64_t x4 = 0) -> bool {
        return last == returns (Next::host, {RAVELIN_SUCCESS, exit, x2, x3, x4});
    }

    /// A page of the host's that no test has used, a multiple of @p alignment pages, with as many behind it.
    auto new_page (std::uint64_t alignment = 1) -> std::uint64_t {
        const std::uint64_t bytes = alignment * page_bytes;
        next_page                 = (next_page + bytes - 1) / bytes * bytes;
        const std::uint64_t page  = next_page;
        next_page += bytes;
        EXPECT_LE (next_page, blocks);
        return page;
    }

    /// A VM with RAM.
    auto new_vm (std::uint64_t properties) -> Handle {
        EXPECT_EQ (call ({RAVELIN_VM_CREATE, new_page (RAVELIN_VM_PAGES), properties, 2}), RAVELIN_SUCCESS);
        const Handle handle = last.x[1].value;
        EXPECT_EQ (call ({RAVELIN_VM_ADD_RAM, handle, vm_ram, vm_ram_bytes}), RAVELIN_SUCCESS);
        return handle;
    }

    /// A VM with pages for tables.
    auto fed_vm (std::uint64_t properties) -> Handle {
        const Handle vm = new_vm (properties);
        EXPECT_EQ (call ({RAVELIN_VM_TOP_UP, vm, new_page (16), 16}), RAVELIN_SUCCESS);
        return vm;
    }

    /// Gives a protected VM the pages that its firmware takes; it has some for tables.
    void give_firmware_pages (Handle vm) {
        EXPECT_EQ (donate (vm, vm_firmware, new_page (RAVELIN_FIRMWARE_PAGES), RAVELIN_FIRMWARE_PAGES),
                   RAVELIN_SUCCESS);
    }

    /// As such a VM can have it: all but a protected VM's first are off then.
    auto create_vcpu (Handle vm, std::uint64_t number = 0) -> std::int64_t {
        const bool is_protected = spec.state ().vms.at (vm).is_protected;
        if (is_protected && number == 0 && mapping (vm, vm_firmware) == nullptr) { give_firmware_pages (vm); }
        return call ({RAVELIN_VCPU_CREATE, vm, number, new_page (), is_protected ? vm_firmware : vm_ram, 0,
                      is_protected && number != 0 ? RAVELIN_VCPU_OFF : 0});
    }

    /// Makes a VM's first vCPU and puts CPU @p cpu into it.
    void start (Handle vm, std::size_t cpu = 0) {
        EXPECT_EQ (create_vcpu (vm), RAVELIN_SUCCESS);
        run (vm, cpu);
    }

    void run (Handle vm, std::size_t cpu = 0, std::uint64_t x3 = 0, std::uint64_t x4 = 0) {
        (void)call ({RAVELIN_VCPU_RUN, vm, 0, x3, x4}, cpu);
        EXPECT_EQ (last.next, Next::guest);
    }

    /// Gets CPU @p cpu out of its vCPU.
    void interrupt (std::size_t cpu = 0) { last = spec.interrupt (cpu); }

    void fault (const GuestFault &fault) {
        last = spec.guest_fault (0, fault);
        EXPECT_EQ (broken_theorem (spec.state ()), "");
    }

    auto donate (Handle vm, std::uint64_t ipa, std::uint64_t pa, std::uint64_t pages = 1) -> std::int64_t {
        return call ({RAVELIN_VM_DONATE, vm, ipa, pa, pages});
    }

    auto lend (Handle vm, std::uint64_t ipa, std::uint64_t pa, std::uint64_t pages = 1,
               std::uint64_t permission = RAVELIN_WRITABLE) -> std::int64_t {
        return call ({RAVELIN_VM_LEND, vm, ipa, pa, pages, permission});
    }

    [[nodiscard]] auto page (std::uint64_t pa) const -> const Page & {
        return *spec.state ().memory.find (pa / page_bytes);
    }

    [[nodiscard]] auto mapping (Handle vm, std::uint64_t ipa) const -> const Mapping * {
        return spec.mapping (vm, ipa / page_bytes);
    }

    [[nodiscard]] auto host_reaches (std::uint64_t pa) const -> bool { return spec.host_reaches (pa / page_bytes); }

    /// Pages for tables that VM @p vm has left.
    [[nodiscard]] auto free_tables (Handle vm) const -> std::uint64_t {
        return spec.state ().vms.at (vm).free_tables ();
    }

    Specification spec{{.ram = {{host_ram, ram_bytes}}, .ravelin = {{ravelin_page, block_bytes}}, .cpus = 3}};
    Outcome last;                  // of the last step
    Handle next_handle{0x1'0000};  // of the next VM
    std::uint64_t next_page{host_ram + block_bytes};
};

}  // namespace ravelin::spec::test
