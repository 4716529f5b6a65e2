// SPDX-License-Identifier: Apache-2.0

#include "runtime/data.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "heap/memory_account.hpp"
#include "value/bigint.hpp"
#include "value/object.hpp"
#include "value/print.hpp"
#include "value/text.hpp"
#include "value/tree.hpp"
#include "vm/literals.hpp"

namespace lithe::runtime {

using syntax::Datum;
using syntax::DatumKind;
using value::Kind;
using value::Value;

Value GivenData::give(const Datum& root) {
  struct Listener final : vm::LiteralListener {
    GivenData& data;
    explicit Listener(GivenData& data) : data(data) {}
    void made(const Datum& datum, Value v) override {
      if (datum.is_symbol()) {
        data.symbols_.try_emplace(v.bits(), &datum);
      } else {
        data.cells_.push_back(v);
        data.lists_.push_back(&datum);
      }
    }
  } listener(*this);
  return vm::make_literal(heap_, root, &listener, &watcher_);
}

namespace {

/// Cells of the running program's data that may stand in one datum: a bound on cyclic or
/// exponentially shared values.
constexpr u64 most_nodes = 20'000'000;
/// What a node takes on its way through expander and analyzer, roughly.
constexpr u64 bytes_of_node = 512;

}  // namespace

base::Result<const Datum*, std::string> GivenData::take(Value root, base::Arena& arena,
                                                        syntax::Span span) {
  heap::NoCollect region(heap_);
  absl::flat_hash_map<u64, const Datum*> given;
  for (u64 i = 0; i < lists_.size(); i++) given.try_emplace(cells_[i].bits(), lists_[i]);
  syntax::DatumBuilder build(arena);

  struct Open {
    DatumKind kind;
    Value rest;                                // of a list
    std::unique_ptr<value::WordCursor> words;  // of a vector or map
    u64 first;                                 // of its elements in `done`
  };
  std::vector<Open> open;
  std::vector<const Datum*> done;
  std::string refused;
  u64 nodes = 0;
  const heap::MemoryAccount& account = heap_.environment().account;
  u64 room = account.ceiling() - std::min(account.bytes(), account.ceiling());
  u64 most = std::min(most_nodes, room / bytes_of_node);
  auto start = [&](Value v) {
    if (++nodes > most) {
      refused = most == most_nodes ? "data of more than 20,000,000 nodes"
                                   : "data for whose nodes there is no memory";
      return;
    }
    if (v.is_cons()) {
      if (auto found = given.find(v.bits()); found != given.end())
        return done.push_back(found->second);
      return open.push_back({DatumKind::list, v, nullptr, done.size()});
    }
    if (v.is_empty_list()) return done.push_back(build.list({}, span));
    if (v.is_integer()) return done.push_back(build.integer(v.as_integer(), span));
    if (v.is_float()) return done.push_back(build.number(v.as_float(), span));
    if (v.is_nil()) return done.push_back(build.nil(span));
    if (v.is_boolean()) return done.push_back(build.boolean(v.truthy(), span));
    if (v.is_keyword()) return done.push_back(build.keyword(v.name(), span));
    if (v.is_symbol()) {
      if (auto found = symbols_.find(v.bits()); found != symbols_.end())
        return done.push_back(found->second);
      if (v.is_sub(Value::Sub::gensym)) return done.push_back(build.gensym(v.payload(), span));
      u64 resolved = v.payload() & Value::resolved_symbol ? Datum::resolved_bit : 0;
      return done.push_back(build.symbol(v.name() | resolved, span));
    }
    if (value::is_string(v)) return done.push_back(build.string(value::text(v), span));
    if (value::is_kind(v, Kind::vector) || value::is_kind(v, Kind::map)) {
      DatumKind kind = value::is_kind(v, Kind::map) ? DatumKind::map : DatumKind::vector;
      auto words = std::make_unique<value::WordCursor>(v.as_object());
      return open.push_back({kind, v, std::move(words), done.size()});
    }
    if (value::is_kind(v, Kind::bigint)) {
      value::IntegerView big(v);
      if (big.size() == 1 && big.limbs()[0] <= u64(INT64_MAX)) {
        i64 magnitude = i64(big.limbs()[0]);
        return done.push_back(build.integer(big.negative() ? -magnitude : magnitude, span));
      }
      std::string digits;
      value::print_integer(big, 10, digits);
      return done.push_back(build.big_integer(digits, 10, span));
    }
    refused = "a value of type " + std::string(value::type_name(v));
  };
  start(root);
  base::WatchedSteps steps(&watcher_);
  while (!open.empty() && refused.empty()) {
    if (steps.is_over()) return base::failure(std::string("interrupted"));
    Open& top = open.back();
    if (top.kind == DatumKind::list) {
      if (top.rest.is_cons()) {
        Value head = top.rest.as_cons()->head;
        top.rest = top.rest.as_cons()->tail;
        start(head);
        continue;
      }
    } else if (Value word; top.words->next(word)) {
      start(word);
      continue;
    }
    u64 first = top.first;
    std::span<const Datum* const> items(done.begin() + i64(first), done.end());
    const Datum* made = build.sequence(top.kind, items, span);
    open.pop_back();
    done.resize(first);
    done.push_back(made);
  }
  if (!refused.empty()) return base::failure(refused);
  return done.back();
}

}  // namespace lithe::runtime
