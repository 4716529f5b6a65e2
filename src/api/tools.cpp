// SPDX-License-Identifier: Apache-2.0
#include "lithe/tools.hpp"

#include "syntax/formatter.hpp"

namespace lithe {

Result<std::string> format(std::string_view source, std::string_view name) {
  syntax::SourceMap sources;
  auto formatted = syntax::format(source, name, sources);
  if (formatted) return std::move(*formatted);
  Error error{.kind = "read", .message = formatted.error().front().message};
  for (const syntax::Diagnostic& diagnostic : formatted.error()) {
    error.diagnostic += syntax::render(diagnostic, sources);
  }
  return error;
}

}  // namespace lithe
