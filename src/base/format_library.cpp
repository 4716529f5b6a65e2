// SPDX-License-Identifier: Apache-2.0
// What {fmt} declares in its headers and has in its library: compiled here once, since Debian has
// that library only as a shared one, which would cost start-up time, and every file that formats
// would carry a copy of it if the headers held it.
#include <fmt/format-inl.h>

namespace fmt::detail {

template auto thousands_sep_impl<char>(locale_ref) -> thousands_sep_result<char>;
template auto decimal_point_impl<char>(locale_ref) -> char;

}  // namespace fmt::detail
