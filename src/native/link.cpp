// SPDX-License-Identifier: Apache-2.0
// The little linking that one object file of ours needs.
#include <cstring>
#include <map>

#include <llvm/BinaryFormat/ELF.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Object/ObjectFile.h>

#include "native/machine_code.hpp"

namespace lithe::native {

namespace {

using llvm::object::ObjectFile;
using llvm::object::SectionRef;
using llvm::object::SymbolRef;

class Linker {
 public:
  Linker(const ObjectFile& object, Result& result) : object_(object), result_(result) {}

  bool run() {
    for (const SectionRef& section : object_.sections()) place(section);
    align(64);
    result_.constants = u32(result_.code.size());
    result_.code.resize(result_.code.size() + 8 * result_.references.size());
    for (const SectionRef& section : object_.sections()) relocate(section);
    find_entries();
    return result_.refusal.empty();
  }

 private:
  static bool is_kept(const SectionRef& section) {
    u64 flags = llvm::object::ELFSectionRef(section).getFlags();
    std::string name = section.getName() ? section.getName()->str() : "";
    return (flags & llvm::ELF::SHF_ALLOC) && section.getSize() > 0 && name != ".eh_frame";
  }

  void align(u64 to) { result_.code.resize((result_.code.size() + to - 1) / to * to); }

  void place(const SectionRef& section) {
    if (!is_kept(section)) return;
    align(std::max<u64>(section.getAlignment().value(), 16));
    auto contents = section.getContents();
    bool written = llvm::object::ELFSectionRef(section).getFlags() & llvm::ELF::SHF_WRITE;
    if (!contents || section.isBSS() || written) return refuse("a section that cannot be placed");
    at_[section.getIndex()] = result_.code.size();
    result_.code.insert(result_.code.end(), contents->begin(), contents->end());
  }

  bool address_of(const SymbolRef& symbol, u64& out) {
    auto name = symbol.getName();
    if (name && *name == "constants") {
      out = result_.constants;
      return true;
    }
    auto section = symbol.getSection();
    auto value = symbol.getValue();
    if (!section || !value || *section == object_.section_end()) return false;
    auto place = at_.find((*section)->getIndex());
    if (place == at_.end()) return false;
    out = place->second + *value;
    return true;
  }

  /// `section` lists the relocations of another one.
  void relocate(const SectionRef& section) {
    auto target = section.getRelocatedSection();
    if (!target || *target == object_.section_end()) return;
    auto place = at_.find((*target)->getIndex());
    if (place == at_.end()) return;
    for (const llvm::object::RelocationRef& relocation : section.relocations()) {
      u64 type = relocation.getType();
      if (type != llvm::ELF::R_X86_64_PC32 && type != llvm::ELF::R_X86_64_PLT32) {
        return refuse("a relocation of an unexpected kind");
      }
      u64 symbol;
      if (!address_of(*relocation.getSymbol(), symbol)) return refuse("a symbol that is not there");
      auto addend = llvm::object::ELFRelocationRef(relocation).getAddend();
      if (!addend) return refuse("a relocation without an addend");
      u64 at = place->second + relocation.getOffset();
      i32 distance = i32(i64(symbol) + *addend - i64(at));
      std::memcpy(&result_.code[at], &distance, sizeof distance);
    }
  }

  void find_entries() {
    for (const SymbolRef& symbol : object_.symbols()) {
      auto name = symbol.getName();
      u64 address;
      if (!name || !address_of(symbol, address)) continue;
      if (*name == "entry") result_.entry = u32(address);
      if (*name == "body") result_.body = u32(address);
    }
  }

  void refuse(const char* why) {
    if (result_.refusal.empty()) result_.refusal = std::string("its machine code has ") + why;
  }

  const ObjectFile& object_;
  Result& result_;
  std::map<u64, u64> at_;  ///< section number to offset in the block
};

}  // namespace

bool link(const std::string& bytes, Result& result) {
  llvm::MemoryBufferRef buffer(llvm::StringRef(bytes.data(), bytes.size()), "code");
  auto object = ObjectFile::createELFObjectFile(buffer);
  if (!object) {
    result.refusal = "its machine code cannot be read back";
    llvm::consumeError(object.takeError());
    return false;
  }
  return Linker(**object, result).run();
}

}  // namespace lithe::native
