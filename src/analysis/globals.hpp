// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/integers.hpp"
#include "primitives/primitives.hpp"

namespace lithe::analysis {

/// Whose code it is. Library code never sees a definition of the user's; user code sees both, its
/// own first.
enum class NameSpace : u8 { library, user };

/// What is known about global names while a form is analyzed. Implemented by the owner of the
/// cells; asked from the analyzing thread.
class Globals {
 public:
  virtual ~Globals() = default;

  /// The builtin that a name stands for in code of that name space: none if the name is no
  /// builtin's or a definition hides it. Internal builtins (`%…`) are visible to library code
  /// alone.
  virtual std::optional<primitives::Primitive> builtin(NameSpace space, u32 name) const = 0;

  /// Makes a symbol of user code what it means as a top-level name where the form in work stands;
  /// with Datum::builtin_bit it is the builtin's or the library's. False: it cannot be used
  /// there; `wrong` says why.
  virtual bool resolve(u64& symbol, std::string& wrong) const {
    (void)symbol, (void)wrong;
    return true;
  }
  /// The same for a name that is being defined.
  virtual bool resolve_definition(u64& symbol, std::string& wrong) const {
    (void)symbol, (void)wrong;
    return true;
  }

  /// A library function that nobody has defined yet is asked for: whoever loads the library
  /// lazily defines it now (EffectStore::define_function), if there is one.
  virtual void want_library_function(u32 name) const { (void)name; }
};

/// A world without definitions.
class BuiltinsOnly : public Globals {
 public:
  explicit BuiltinsOnly(const primitives::Names& names) : names_(names) {}
  std::optional<primitives::Primitive> builtin(NameSpace space, u32 name) const override {
    std::optional<primitives::Primitive> found = names_.find(name);
    if (found && space == NameSpace::user && info(*found).internal()) return std::nullopt;
    return found;
  }

 private:
  const primitives::Names& names_;
};

}  // namespace lithe::analysis
