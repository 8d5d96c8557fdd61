// SPDX-License-Identifier: BSD-2-Clause
#include "sim/twin/a64_image.hpp"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace ravelin::sim {

namespace {
/// The bytes of an ELF file, which is trusted no further than that it's read within its bounds.
class ElfFile {
  public:
    explicit ElfFile (const std::string &name) : name_{name} {
        std::ifstream stream{name, std::ios::binary};
        if (!stream || std::filesystem::is_directory (name)) {
            throw std::runtime_error{"cannot read " + name + ": build the target ravelin_elf"};
        }
        const std::vector<char> chars{std::istreambuf_iterator<char>{stream}, {}};
        bytes_.resize (chars.size ());
        std::memcpy (bytes_.data (), chars.data (), chars.size ());
        header_ = at<Elf64_Ehdr> (0);
        if (std::memcmp (header_.e_ident, ELFMAG, SELFMAG) != 0 || header_.e_ident[EI_CLASS] != ELFCLASS64 ||
            header_.e_machine != EM_AARCH64) {
            throw std::runtime_error{name + " is no ELF file of an arm64 program"};
        }
    }

    [[nodiscard]] auto part (std::uint64_t offset, std::uint64_t size) const -> std::span<const std::byte> {
        if (offset > bytes_.size () || size > bytes_.size () - offset) {
            throw std::runtime_error{name_ + " is shorter than it says"};
        }
        return std::span{bytes_}.subspan (offset, size);
    }

    template <class T>
    [[nodiscard]] auto at (std::uint64_t offset) const -> T {
        T value;
        std::memcpy (&value, part (offset, sizeof value).data (), sizeof value);
        return value;
    }

    [[nodiscard]] auto segments () const -> std::vector<Elf64_Phdr> {
        return all<Elf64_Phdr> (header_.e_phoff, header_.e_phnum);
    }
    [[nodiscard]] auto sections () const -> std::vector<Elf64_Shdr> {
        return all<Elf64_Shdr> (header_.e_shoff, header_.e_shnum);
    }

    template <class T>
    [[nodiscard]] auto all (std::uint64_t offset, std::uint64_t count) const -> std::vector<T> {
        const auto table = part (offset, count * sizeof (T));
        std::vector<T> result (count);
        if (count != 0) { std::memcpy (result.data (), table.data (), table.size ()); }
        return result;
    }

    /// A string of the table in @p section.
    [[nodiscard]] auto text (const Elf64_Shdr &section, std::uint64_t offset) const -> std::string {
        const auto table = part (section.sh_offset, section.sh_size).subspan (std::min (offset, section.sh_size));
        const auto end   = std::ranges::find (table, std::byte{0});
        return {reinterpret_cast<const char *> (table.data ()), static_cast<std::size_t> (end - table.begin ())};
    }

  private:
    std::string name_;
    std::vector<std::byte> bytes_;
    Elf64_Ehdr header_{};
};
}  // namespace

A64Image::A64Image (const std::string &file) {
    const ElfFile elf{file};
    for (const auto &segment : elf.segments ()) {
        if (segment.p_type != PT_LOAD || segment.p_filesz == 0) { continue; }
        const auto loaded = elf.part (segment.p_offset, segment.p_filesz);
        bytes_.resize (std::max<std::uint64_t> (bytes_.size (), segment.p_vaddr + segment.p_filesz));
        std::ranges::copy (loaded, bytes_.begin () + static_cast<std::ptrdiff_t> (segment.p_vaddr));
        if ((segment.p_flags & PF_X) != 0) { code_size_ = segment.p_vaddr + segment.p_filesz; }
    }
    const auto sections = elf.sections ();
    for (const auto &section : sections) {
        if (section.sh_type != SHT_SYMTAB) { continue; }
        for (const auto &symbol : elf.all<Elf64_Sym> (section.sh_offset, section.sh_size / sizeof (Elf64_Sym))) {
            symbols_[elf.text (sections.at (section.sh_link), symbol.st_name)] = {symbol.st_value, symbol.st_size};
        }
    }
}

auto A64Image::symbol (std::string_view name) const -> Symbol {
    const auto found = symbols_.find (name);
    if (found == symbols_.end ()) { throw std::runtime_error{"the image has no symbol " + std::string{name}}; }
    return found->second;
}

auto A64Image::instruction (std::uint64_t offset) const -> std::uint32_t {
    std::uint32_t word = 0;
    std::memcpy (&word, std::span{bytes_}.subspan (offset, sizeof word).data (), sizeof word);
    return word;
}

}  // namespace ravelin::sim
