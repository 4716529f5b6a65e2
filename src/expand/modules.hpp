// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/name_table.hpp"
#include "expand/evaluator.hpp"
#include "syntax/datum.hpp"

namespace lithe::expand {

/// The modules of a program, and what a top-level name means in each. To everything behind the
/// analyzer a module's `helper` is a top-level name like any other, `geometry/helper`; here is
/// decided which names a file may use for it.
///
/// - In the module itself `helper` is its own, once it is defined or exported, and whenever it is
///   no name of the library.
/// - Elsewhere `m/area` is it, after `(import "geometry.lt" :as m)`, if the module exports it.
/// - A symbol with Datum::resolved_bit is a top-level name already, wherever it stands: that is
///   how macros bring names of their module into other files.
///
/// Module 0 is the program itself: what stands in no module. Not thread-safe.
class Modules {
 public:
  static constexpr u32 program = 0;
  static constexpr u32 nothing = ~u32{0};

  struct Export {
    u32 name;
    syntax::Span span;
  };

  /// `evaluator` tells what the library has. Both must outlive it.
  Modules(base::NameTable& names, const Evaluator& evaluator)
      : names_(names), evaluator_(evaluator), modules_(1) {}

  /// The module whose code is expanded or analyzed.
  u32 current() const { return current_; }
  /// While it lives, code of that module is in work.
  class Entered {
   public:
    Entered(Modules& modules, u32 module) : modules_(modules), before_(modules.current_) {
      modules_.current_ = module;
    }
    ~Entered() { modules_.current_ = before_; }
    Entered(const Entered&) = delete;
    Entered& operator=(const Entered&) = delete;

   private:
    Modules& modules_;
    u32 before_;
  };

  /// The module of a file, if it has been loaded; else `program`.
  u32 loaded(const std::string& identity) const;
  /// Begins a module anew. => its number; `program` after an error, which `wrong` tells.
  u32 declare(u32 name, const std::string& path, const std::string& identity,
              std::vector<Export> exports, std::string& wrong);
  /// All its forms have been given. => the exports that were never defined; there being none, the
  /// file need not be read again.
  std::vector<Export> finish(u32 module, bool sound);
  /// What goes with an exported name: the functions of a record.
  void also_export(u32 module, u32 name) { modules_[module].exported.insert(name); }
  std::vector<u32> exports_of(u32 module) const;
  /// Whether a top-level name is one that a module has given.
  bool is_of_module(u32 name) const { return owners_.contains(name); }
  /// A top-level name as its module writes it; any other as it is.
  u32 written(u32 name) const;
  /// f(name as written) for what is defined in the module that a name is of.
  template <class F>
  void for_each_defined_with(u32 name, F&& f) const {
    for (u32 defined : modules_[owners_.at(name)].defined) f(defined);
  }
  u32 name_of(u32 module) const { return modules_[module].name; }
  /// In the current module, `alias/x` is what `module` exports as x from now on. => false: it
  /// cannot be; `wrong` says why.
  bool add_alias(u32 alias, u32 module, std::string& wrong);

  /// Makes a symbol what it means as a top-level name of the current module; with
  /// Datum::builtin_bit it is the builtin's. => false: it cannot be used here; `wrong` says why.
  bool resolve(u64& symbol, std::string& wrong);
  /// The top-level name that a symbol stands for, if the program has given it one that a macro
  /// or a record could have; else `nothing`, or a name that none has.
  u32 meaning(u64 symbol);
  /// As resolve(), for a name that is being defined.
  bool resolve_definition(u64& symbol, std::string& wrong);
  /// The top-level name that a form defines, whatever else is wrong with it; `nothing` if it is no
  /// definition.
  u32 defined_by(const syntax::Datum& form);
  /// What a symbol in a macro's template is to be: with Datum::resolved_bit if it is a name of
  /// the current module, or one that it imports.
  u64 in_template(u64 symbol);

 private:
  struct Module {
    u32 name = 0;
    bool complete = false;
    std::string path, identity;
    std::vector<Export> exports;
    std::unordered_set<u32> exported;              ///< names as the module writes them
    std::unordered_set<u32> defined;               ///< likewise
    std::unordered_map<u32, u32> names;            ///< name as written => top-level name
    std::unordered_map<std::string, u32> aliases;  ///< => module
  };

  bool any() const { return modules_.size() > 1; }
  u32 qualified(u32 module, u32 name);
  std::string exports_to_read(const Module& module, const std::string& alias,
                              std::string_view wanted) const;
  bool imported(u32 name, u64& symbol, bool& found, std::string& wrong);

  base::NameTable& names_;
  const Evaluator& evaluator_;
  std::vector<Module> modules_;
  std::unordered_map<u32, u32> owners_;  ///< top-level name => its module
  u32 current_ = program;
};

}  // namespace lithe::expand
