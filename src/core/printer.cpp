// SPDX-License-Identifier: Apache-2.0
#include "core/printer.hpp"

#include <algorithm>
#include <vector>

#include "base/name_table.hpp"
#include "syntax/datum.hpp"
#include "syntax/printer.hpp"

namespace lithe::core {

namespace {

/// Text in the making: an atom, or a bracketed list of texts.
struct Piece {
  explicit Piece(std::string text) : atom(std::move(text)) {}
  std::string atom;
  std::vector<Piece> items;
  bool bracketed = false;
  size_t flat_size = 0;  ///< on one line
};

class Printer {
 public:
  Printer(const base::NameTable& names, const PrintOptions& options)
      : names_(names), options_(options) {}

  std::string print(const Node& node) {
    Piece piece = piece_of(node);
    measure(piece);
    write(piece, 0);
    return std::move(out_);
  }

 private:
  static constexpr size_t stack_bytes = 96 * 1024;

  /// What lies deeper than the stack allows is left out.
  bool too_deep() const {
    return reinterpret_cast<u64>(__builtin_frame_address(0)) + stack_bytes < stack_begin_;
  }

  static Piece atom(std::string text) { return Piece(std::move(text)); }
  static Piece list(std::string head) {
    Piece piece("");
    piece.bracketed = true;
    if (!head.empty()) piece.items.push_back(atom(std::move(head)));
    return piece;
  }

  std::string name_text(u64 name) const {
    if (name & syntax::Datum::gensym_bit) {
      return "gensym-" + std::to_string(name & ~syntax::Datum::gensym_bit);
    }
    return std::string(names_.text(u32(name)));
  }

  std::string local_text(const Local& local) const {
    std::string text = local.synthetic ? "" : name_text(local.name);
    return text + "." + std::to_string(local.id);
  }
  std::string bound_text(const Local& local) const {
    return local_text(local) + (local.boxed() ? "*" : "");
  }
  std::string place_text(const LocalPlace& place) const {
    return (place.capture == LocalPlace::own ? "" : "^") + local_text(*place.local);
  }

  std::string label(const void* target, char prefix) {
    auto found = std::find(labels_.begin(), labels_.end(), target);
    if (found == labels_.end()) found = labels_.insert(labels_.end(), target);
    return prefix + std::to_string(found - labels_.begin());
  }

  std::string primitive_text(const PrimitiveCall& call) const {
    if (call.name != PrimitiveCall::not_by_name) return std::string(names_.text(call.name));
    if (options_.primitive_name == nullptr) return "%" + std::to_string(call.primitive);
    std::string_view text = options_.primitive_name(call.primitive);
    return text.starts_with('%') ? std::string(text) : "%" + std::string(text);
  }

  std::string constant_text(const Constant& constant) const {
    const syntax::Datum& datum = *constant.datum;
    bool quoted = datum.is_symbol() || (datum.is_list() && datum.size > 0);
    return (quoted ? "'" : "") + syntax::print(datum, names_);
  }

  [[gnu::noinline]] void add_all(Piece& to, std::span<Node* const> nodes) {
    for (const Node* node : nodes) to.items.push_back(piece_of(*node));
  }

  [[gnu::noinline]] Piece bindings_piece(std::span<const Binding> bindings) {
    Piece piece = list("");
    for (const Binding& binding : bindings) {
      Piece item = list(binding.local == nullptr ? "_" : bound_text(*binding.local));
      item.items.push_back(binding.init == nullptr ? atom("unbound") : piece_of(*binding.init));
      piece.items.push_back(std::move(item));
    }
    return piece;
  }

  [[gnu::noinline]] Piece parameters_piece(const Lambda& lambda) {
    Piece piece = list("");
    for (size_t i = 0; i < lambda.parameters.size(); ++i) {
      std::string text = bound_text(*lambda.parameters[i]);
      if (i < lambda.required()) {
        piece.items.push_back(atom(std::move(text)));
      } else {
        Piece item = list(std::move(text));
        item.items.push_back(piece_of(*lambda.defaults[i - lambda.required()]));
        piece.items.push_back(std::move(item));
      }
    }
    if (lambda.rest != nullptr) {
      piece.items.push_back(atom("."));
      piece.items.push_back(atom(bound_text(*lambda.rest)));
    }
    return piece;
  }

  [[gnu::noinline]] Piece lambda_piece(const Lambda& lambda) {
    if (lambda.top) {
      Piece piece = list("top");
      piece.items.push_back(piece_of(*lambda.body));
      return piece;
    }
    Piece piece = list("fun");
    if (lambda.name != 0) piece.items.push_back(atom(name_text(lambda.name)));
    piece.items.push_back(parameters_piece(lambda));
    if (!lambda.captures.empty()) {
      std::string text;
      for (const Capture& capture : lambda.captures) {
        text += text.empty() ? "[" : " ";
        if (capture.self) text += "self:";
        if (capture.capture != LocalPlace::own) text += "^";
        text += local_text(*capture.local);
      }
      piece.items.push_back(atom(text + "]"));
    }
    piece.items.push_back(piece_of(*lambda.body));
    return piece;
  }

  [[gnu::noinline]] Piece try_piece(const Try& node) {
    Piece piece = list("try");
    piece.items.push_back(piece_of(*node.body));
    if (node.handler != nullptr) {
      Piece part = list("catch");
      part.items.push_back(atom(bound_text(*node.caught)));
      part.items.push_back(piece_of(*node.handler));
      piece.items.push_back(std::move(part));
    }
    if (node.finally != nullptr) {
      Piece part = list("finally");
      part.items.push_back(piece_of(*node.finally));
      piece.items.push_back(std::move(part));
    }
    return piece;
  }

  [[gnu::noinline]] Piece receive_piece(const Receive& node) {
    Piece piece = list("receive");
    piece.items.push_back(atom(label(&node, 'R')));
    if (node.body != nullptr) {
      piece.items.push_back(atom(bound_text(*node.message)));
      piece.items.push_back(piece_of(*node.body));
    }
    if (node.timeout != nullptr) {
      Piece part = list("after");
      part.items.push_back(piece_of(*node.timeout));
      part.items.push_back(piece_of(*node.timeout_body));
      piece.items.push_back(std::move(part));
    }
    return piece;
  }

  [[gnu::noinline]] Piece with_child(std::string head, std::string name, const Node& child) {
    Piece piece = list(std::move(head));
    if (!name.empty()) piece.items.push_back(atom(std::move(name)));
    piece.items.push_back(piece_of(child));
    return piece;
  }

  [[gnu::noinline]] Piece with_children(std::string head, std::span<Node* const> children) {
    Piece piece = list(std::move(head));
    add_all(piece, children);
    return piece;
  }

  [[gnu::noinline]] Piece if_piece(const If& node) {
    Piece piece = with_child("if", "", *node.test);
    piece.items.push_back(piece_of(*node.then));
    piece.items.push_back(piece_of(*node.otherwise));
    return piece;
  }

  [[gnu::noinline]] Piece labelled(std::string head, std::string name,
                                   std::span<Node* const> children) {
    Piece piece = list(std::move(head));
    piece.items.push_back(atom(std::move(name)));
    add_all(piece, children);
    return piece;
  }

  [[gnu::noinline]] Piece call_piece(const Call& node) {
    Piece piece = with_child(node.tail ? "tail-call" : "call", "", *node.callee);
    add_all(piece, node.arguments);
    return piece;
  }

  [[gnu::noinline]] Piece binder_piece(std::string head, std::string name,
                                       std::span<const Binding> bindings, const Node& body) {
    Piece piece = list(std::move(head));
    if (!name.empty()) piece.items.push_back(atom(std::move(name)));
    piece.items.push_back(bindings_piece(bindings));
    piece.items.push_back(piece_of(body));
    return piece;
  }

  [[gnu::noinline]] Piece piece_of(const Node& node) {
    if (too_deep()) return atom("…");
    Piece piece = plain_piece(node);
    if (options_.effects && node.effect != Effect::pure) {
      std::string mark = ":" + std::string(effect_names[u8(node.effect)]);
      if (piece.bracketed) {
        piece.items.push_back(atom(std::move(mark)));
      } else {
        piece.atom += mark;
      }
    }
    return piece;
  }

  Piece plain_piece(const Node& node) {
    switch (node.kind) {
      case NodeKind::constant:
        return atom(constant_text(as<Constant>(node)));
      case NodeKind::local_ref:
        return atom(place_text(as<LocalRef>(node).place));
      case NodeKind::set_local:
        return with_child("set", place_text(as<SetLocal>(node).place), *as<SetLocal>(node).value);
      case NodeKind::global_ref:
        return atom((as<GlobalRef>(node).library ? "@lib:" : "@") +
                    name_text(as<GlobalRef>(node).name));
      case NodeKind::set_global:
        return with_child("set", "@" + name_text(as<SetGlobal>(node).name),
                          *as<SetGlobal>(node).value);
      case NodeKind::define_global:
        return with_child("define", "@" + name_text(as<DefineGlobal>(node).name),
                          *as<DefineGlobal>(node).value);
      case NodeKind::if_:
        return if_piece(as<If>(node));
      case NodeKind::sequence:
        return with_children("begin", as<Sequence>(node).items);
      case NodeKind::let:
        return binder_piece("let", "", as<Let>(node).bindings, *as<Let>(node).body);
      case NodeKind::loop:
        return binder_piece("loop", label(&node, 'L'), as<Loop>(node).bindings,
                            *as<Loop>(node).body);
      case NodeKind::recur:
        return labelled("recur", label(as<Recur>(node).loop, 'L'), as<Recur>(node).arguments);
      case NodeKind::lambda:
        return lambda_piece(as<Lambda>(node));
      case NodeKind::self_ref:
        return atom("self");
      case NodeKind::call:
        return call_piece(as<Call>(node));
      case NodeKind::primitive_call:
        return with_children(primitive_text(as<PrimitiveCall>(node)),
                             as<PrimitiveCall>(node).arguments);
      case NodeKind::try_:
        return try_piece(as<Try>(node));
      case NodeKind::throw_:
        return with_child("throw", "", *as<Throw>(node).value);
      case NodeKind::alternatives:
        return labelled("alternatives", label(&node, 'A'), as<Alternatives>(node).tries);
      case NodeKind::next_alternative:
        return atom("(next " + label(as<NextAlternative>(node).target, 'A') + ")");
      case NodeKind::receive:
        return receive_piece(as<Receive>(node));
      case NodeKind::accept_message:
        return atom("(accept)");
      case NodeKind::skip_message:
        return atom("(skip " + label(as<SkipMessage>(node).receive, 'R') + ")");
    }
    LITHE_UNREACHABLE();
  }

  static void measure(Piece& piece) {
    if (!piece.bracketed) {
      piece.flat_size = piece.atom.size();
      return;
    }
    piece.flat_size = piece.items.empty() ? 2 : 1;
    for (Piece& item : piece.items) {
      measure(item);
      piece.flat_size += item.flat_size + 1;
    }
  }

  /// Atoms at the front of a list stay on its first line; everything from the first nested list
  /// on gets its own.
  void write(const Piece& piece, u32 indent) {
    if (!piece.bracketed) {
      out_ += piece.atom;
      return;
    }
    bool flat = indent + piece.flat_size <= options_.width;
    bool broken = false;
    out_ += '(';
    for (size_t i = 0; i < piece.items.size(); ++i) {
      const Piece& item = piece.items[i];
      broken = broken || (!flat && item.bracketed && i > 0);
      if (broken) {
        out_ += '\n';
        out_.append(indent + 2, ' ');
      } else if (i > 0) {
        out_ += ' ';
      }
      write(item, indent + 2);
    }
    out_ += ')';
  }

  const base::NameTable& names_;
  const PrintOptions& options_;
  u64 stack_begin_ = reinterpret_cast<u64>(__builtin_frame_address(0));
  std::vector<const void*> labels_;
  std::string out_;
};

}  // namespace

std::string print(const Node& node, const base::NameTable& names, const PrintOptions& options) {
  return Printer(names, options).print(node);
}

}  // namespace lithe::core
