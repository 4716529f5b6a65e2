// SPDX-License-Identifier: Apache-2.0
// Tables, immutable maps, and what reads both alike.

#include <fmt/format.h>

#include "builtins/building.hpp"
#include "builtins/collections.hpp"
#include "builtins/lists.hpp"
#include "heap/map.hpp"
#include "heap/table.hpp"

namespace lithe::builtins {

using value::Kind;

namespace {

bool is_map_or_table(Value v) {
  return value::is_kind(v, Kind::table) || value::is_kind(v, Kind::map);
}

bool expect_map_or_table(NativeCall& call, u32 i) {
  if (is_map_or_table(call[i])) return true;
  call.wrong_type(i, "a map or a table");
  return false;
}

bool expect_table(NativeCall& call) {
  if (value::is_kind(call[0], Kind::table)) return true;
  call.wrong_type(0, value::is_kind(call[0], Kind::map)
                         ? "a table (a map never changes: map/put makes another)"
                         : "a table");
  return false;
}

bool expect_map(NativeCall& call) {
  if (value::is_kind(call[0], Kind::map)) return true;
  call.wrong_type(0, "a map");
  return false;
}

enum class Part : u8 { keys, values, entries };

/// The list of a part of each entry, in cells for which room is reserved.
class PartList {
 public:
  PartList(NativeCall& call, Part part)
      : heap_(call.heap()), part_(part), patience_(call), result_(call.heap()) {}

  /// False: interrupted, and the error is set.
  bool add(Value key, Value v) {
    if (part_ == Part::entries) {
      ListBuilder entry(heap_);
      entry.add(key);
      entry.add(v);
      result_.add(entry.finish());
    } else {
      result_.add(part_ == Part::keys ? key : v);
    }
    return !patience_.is_over();
  }
  Value finish() { return result_.finish(); }

 private:
  heap::Heap& heap_;
  Part part_;
  Patience patience_;
  ListBuilder result_;
};

Value list_of(NativeCall& call, Part part) {
  if (!expect_map_or_table(call, 0)) return Value::error();
  u64 size = map_or_table_size(call[0]);
  if (!reserve_cells(call, part == Part::entries ? 3 * size : size)) return Value::error();
  PartList list(call, part);
  if (value::is_kind(call[0], Kind::map)) {
    value::WordCursor cursor(call[0].as_object());
    for (Value key, v; cursor.next(key) && cursor.next(v);) {
      if (!list.add(key, v)) return Value::error();
    }
  } else {
    heap::RootVector pairs(call.heap());
    heap::sorted_pairs(call.heap(), call[0], pairs);
    for (u64 i = 0; i < pairs.size(); i += 2) {
      if (!list.add(pairs[i], pairs[i + 1])) return Value::error();
    }
  }
  return list.finish();
}

Value give_map(NativeCall& call, heap::RootVector& pairs) {
  return or_out_of_memory(
      call, heap::make_map(call.heap(), pairs.span(), heap::Duplicates::last_wins).map);
}

/// Up to this part of the first map, the entries of the others are put into it one by one.
constexpr u64 put_part = 16;

Value put_all(NativeCall& call) {
  heap::Root made(call.heap(), call[0]);
  for (u32 i = 1; i < call.count(); i++) {
    heap::RootVector pairs(call.heap());
    heap::sorted_pairs(call.heap(), call[i], pairs);
    for (u64 k = 0; k < pairs.size(); k += 2) {
      made = heap::map_put(call.heap(), made, pairs[k], pairs[k + 1]);
      if (made.get() == Value::error()) return call.out_of_memory();
    }
  }
  return made;
}

}  // namespace

u64 map_or_table_size(Value v) {
  return value::is_kind(v, Kind::table) ? heap::table_size(v) : heap::map_size(v);
}

Value map_or_table_get(NativeCall& call, Value v, Value key, Value missing) {
  if (value::is_kind(v, Kind::table)) return heap::table_get(v, key, missing);
  return heap::map_get(v, key, missing, call.heap().names());
}

bool map_or_table_has(NativeCall& call, Value v, Value key) {
  if (value::is_kind(v, Kind::table)) return heap::table_has(v, key);
  return heap::has_entry(v, key, call.heap().names());
}

Value map_create(NativeCall& call) { return heap::make_table(call.heap()); }

Value map_set(NativeCall& call) {
  if (!expect_table(call)) return Value::error();
  if (!heap::table_set(call.heap(), call[0], call[1], call[2])) return call.out_of_memory();
  return call[2];
}

Value map_delete(NativeCall& call) {
  if (!expect_table(call)) return Value::error();
  return Value::boolean(heap::table_delete(call.heap(), call[0], call[1]));
}

Value map_clear(NativeCall& call) {
  if (!expect_table(call)) return Value::error();
  heap::table_clear(call.heap(), call[0]);
  return call[0];
}

Value map_get(NativeCall& call) {
  if (!expect_map_or_table(call, 0)) return Value::error();
  return map_or_table_get(call, call[0], call[1], call.given(2) ? call[2] : Value::nil());
}

Value map_has(NativeCall& call) {
  if (!expect_map_or_table(call, 0)) return Value::error();
  return Value::boolean(map_or_table_has(call, call[0], call[1]));
}

Value internal_has_key(NativeCall& call) {
  return Value::boolean(is_map_or_table(call[0]) && map_or_table_has(call, call[0], call[1]));
}

Value map_size(NativeCall& call) {
  if (!expect_map_or_table(call, 0)) return Value::error();
  return Value::integer(i64(map_or_table_size(call[0])));
}

Value map_keys(NativeCall& call) { return list_of(call, Part::keys); }
Value map_values(NativeCall& call) { return list_of(call, Part::values); }
Value map_entries(NativeCall& call) { return list_of(call, Part::entries); }

Value map_of(NativeCall& call) {
  if (call.count() % 2 != 0) {
    return call.fail(ErrorKind::arity, fmt::format("needs a value for each key, got {} argument{}",
                                                   call.count(), call.count() == 1 ? "" : "s"));
  }
  heap::MapResult made = heap::make_map(call.heap(), call.arguments(), heap::Duplicates::refuse);
  if (made.map != Value::error()) return made.map;
  if (made.duplicate < 0) return call.out_of_memory();
  return call.fail(ErrorKind::value, "a key is given twice");
}

Value map_put(NativeCall& call) {
  if (!expect_map(call)) return Value::error();
  return or_out_of_memory(call, heap::map_put(call.heap(), call[0], call[1], call[2]));
}

Value map_remove(NativeCall& call) {
  if (!expect_map(call)) return Value::error();
  return or_out_of_memory(call, heap::remove_entry(call.heap(), call[0], call[1]));
}

Value map_merge(NativeCall& call) {
  u64 more = 0;
  for (u32 i = 0; i < call.count(); i++) {
    if (!expect_map_or_table(call, i)) return Value::error();
    if (i > 0) more += map_or_table_size(call[i]);
  }
  if (value::is_kind(call[0], Kind::map) && more <= map_or_table_size(call[0]) / put_part) {
    return put_all(call);
  }
  heap::RootVector pairs(call.heap());
  for (u32 i = 0; i < call.count(); i++) heap::sorted_pairs(call.heap(), call[i], pairs);
  return give_map(call, pairs);
}

Value map_from_list(NativeCall& call) {
  u64 count;
  if (!call.expect_list(0) || !list_count(call, call[0], count)) return Value::error();
  heap::RootVector pairs(call.heap());
  u64 index = 0;
  for (Value rest = call[0]; rest.is_cons(); rest = rest.as_cons()->tail, index++) {
    Value entry = rest.as_cons()->head;
    Value second = entry.is_cons() ? entry.as_cons()->tail : Value::nil();
    if (!second.is_cons() || !second.as_cons()->tail.is_empty_list()) {
      return call.fail(
          ErrorKind::type,
          fmt::format("argument 1 must be a list of lists (key value), got {} at index {}",
                      call.describe(entry), index));
    }
    pairs.push_back(entry.as_cons()->head);
    pairs.push_back(second.as_cons()->head);
  }
  return give_map(call, pairs);
}

Value internal_lists_to_map(NativeCall& call) {
  u64 count;
  if (!call.expect_list(0) || !call.expect_list(1) || !list_count(call, call[0], count)) {
    return Value::error();
  }
  heap::RootVector pairs(call.heap());
  Value values = call[1];
  for (Value keys = call[0]; keys.is_cons() && values.is_cons();
       keys = keys.as_cons()->tail, values = values.as_cons()->tail) {
    pairs.push_back(keys.as_cons()->head);
    pairs.push_back(values.as_cons()->head);
  }
  return give_map(call, pairs);
}

Value internal_list_to_map(NativeCall& call) {
  u64 count;
  if (!call.expect_list(0) || !list_count(call, call[0], count)) return Value::error();
  if (count % 2 != 0) {
    return call.fail(ErrorKind::arity, "a map needs a value for each key");
  }
  heap::RootVector pairs(call.heap());
  for (Value rest = call[0]; rest.is_cons(); rest = rest.as_cons()->tail) {
    pairs.push_back(rest.as_cons()->head);
  }
  heap::MapResult made = heap::make_map(call.heap(), pairs.span(), heap::Duplicates::refuse);
  if (made.map != Value::error()) return made.map;
  if (made.duplicate < 0) return call.out_of_memory();
  return call.fail(ErrorKind::value, "a key is given twice");
}

}  // namespace lithe::builtins
