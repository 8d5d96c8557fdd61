// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

// What is used here of the interface between QEMU and its plugins, version 4 (QEMU 9.2 and later), and of
// GLib, in whose arrays QEMU hands over lists and values. Debian packages no header of the former. [QEMU,
// "QEMU TCG Plugins", API; GLib, "GArray", "GByteArray"]

// NOLINTBEGIN(readability-identifier-naming): QEMU and GLib chose the names.
extern "C" {
struct qemu_plugin_tb;        // a translation block
struct qemu_plugin_insn;      // an instruction of it
struct qemu_plugin_register;  // a register, the same one on every CPU
struct qemu_plugin_hwaddr;    // what an access went to

using qemu_plugin_id_t = std::uint64_t;

/// What a callback does with the CPU's registers.
enum qemu_plugin_cb_flags {
    QEMU_PLUGIN_CB_NO_REGS,
    QEMU_PLUGIN_CB_R_REGS,
};

/// Which accesses a callback is about.
enum qemu_plugin_mem_rw {
    QEMU_PLUGIN_MEM_R = 1,
    QEMU_PLUGIN_MEM_W,
    QEMU_PLUGIN_MEM_RW,
};

using qemu_plugin_meminfo_t = std::uint32_t;

/// What was loaded or stored.
struct qemu_plugin_mem_value {
    enum : std::uint32_t { u8, u16, u32, u64, u128 } type;
    std::array<std::uint64_t, 2> data;  // the low half first
};

struct qemu_plugin_reg_descriptor {
    qemu_plugin_register *handle;
    const char *name;
    const char *feature;
};

struct GArray {
    char *data;
    unsigned len;  // in elements
};

struct GByteArray {
    std::uint8_t *data;
    unsigned len;
};

// When something happens.
auto qemu_plugin_register_vcpu_init_cb (qemu_plugin_id_t id, void (*callback) (qemu_plugin_id_t, unsigned cpu)) -> void;
auto qemu_plugin_register_vcpu_tb_trans_cb (qemu_plugin_id_t id, void (*callback) (qemu_plugin_id_t, qemu_plugin_tb *))
    -> void;
auto qemu_plugin_register_vcpu_insn_exec_cb (qemu_plugin_insn *instruction, void (*callback) (unsigned cpu, void *),
                                             qemu_plugin_cb_flags flags, void *data) -> void;
auto qemu_plugin_register_vcpu_mem_cb (qemu_plugin_insn *instruction,
                                       void (*callback) (unsigned cpu, qemu_plugin_meminfo_t, std::uint64_t address,
                                                         void *),
                                       qemu_plugin_cb_flags flags, qemu_plugin_mem_rw which, void *data) -> void;
auto qemu_plugin_register_atexit_cb (qemu_plugin_id_t id, void (*callback) (qemu_plugin_id_t, void *), void *data)
    -> void;

// What is being translated.
auto qemu_plugin_tb_n_insns (const qemu_plugin_tb *block) -> std::size_t;
auto qemu_plugin_tb_get_insn (const qemu_plugin_tb *block, std::size_t index) -> qemu_plugin_insn *;
auto qemu_plugin_insn_vaddr (const qemu_plugin_insn *instruction) -> std::uint64_t;
auto qemu_plugin_insn_data (const qemu_plugin_insn *instruction, void *to, std::size_t size) -> std::size_t;

// The registers of the CPU that a callback is about: their descriptors; and a value, appended.
auto qemu_plugin_get_registers () -> GArray *;
auto qemu_plugin_read_register (qemu_plugin_register *which, GByteArray *to) -> int;

// An access that has been made: its size is in the value. And memory as the CPU reaches it; false if it doesn't.
auto qemu_plugin_mem_is_store (qemu_plugin_meminfo_t access) -> bool;
auto qemu_plugin_mem_get_value (qemu_plugin_meminfo_t access) -> qemu_plugin_mem_value;
auto qemu_plugin_get_hwaddr (qemu_plugin_meminfo_t access, std::uint64_t address) -> qemu_plugin_hwaddr *;
auto qemu_plugin_hwaddr_is_io (const qemu_plugin_hwaddr *address) -> bool;
auto qemu_plugin_read_memory_vaddr (std::uint64_t address, GByteArray *to, std::size_t size) -> bool;

auto g_array_free (GArray *array, int free_elements) -> char *;
auto g_byte_array_free (GByteArray *array, int free_bytes) -> std::uint8_t *;
auto g_byte_array_new () -> GByteArray *;
auto g_byte_array_set_size (GByteArray *array, unsigned size) -> GByteArray *;
}
// NOLINTEND(readability-identifier-naming)
