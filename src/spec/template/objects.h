// What the kinds of heap.h hold.
//
// Threads:   as Heap.
// Ownership: as Heap. An object keeps its accounted size up to date itself; whoever grows `items` calls grown().
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "spec/template/big_int.h"
#include "spec/template/heap.h"
#include "spec/template/render.h"

namespace sennit::spec::tmpl {

struct Args;
class Runtime;

enum class Markup : std::uint8_t { kPlain, kSafe };  // kSafe: already escaped for HTML

class Str final : public Object {
 public:
  Str(Heap& heap, std::string value, Markup markup)
      : Object(heap, Kind::kString, sizeof(Str) + value.size()), text_(std::move(value)), markup_(markup) {}

  const std::string& text() const { return text_; }
  Markup markup() const { return markup_; }
  std::size_t length() const;  // in code points; counted once
  bool ascii() const { return length() == text_.size(); }

 private:
  std::string text_;
  mutable std::size_t length_ = static_cast<std::size_t>(-1);
  Markup markup_;
};

class Big final : public Object {
 public:
  Big(Heap& heap, BigInt number)
      : Object(heap, Kind::kBig, sizeof(Big) + number.bits() / 8), value(std::move(number)) {}
  const BigInt value;
};

// A list or a tuple; only the kind tells them apart. A tuple's items do not change.
class Seq final : public Object {
 public:
  Seq(Heap& heap, Kind kind, std::vector<Val> values)
      : Object(heap, kind, size_of(values.size())), items(std::move(values)) {}

  void grown() { resize(size_of(items.size())); }
  void clear() override { std::vector<Val>().swap(items); }

  std::vector<Val> items;
  // The names of a pair's two items, as `groupby` gives them; they live for ever.
  const std::array<std::string_view, 2>* names = nullptr;

 private:
  static std::size_t size_of(std::size_t count) { return sizeof(Seq) + count * sizeof(Val); }
};

// Insertion ordered. Keys are hashable values; see compare.h for equality and hashing.
class Dict final : public Object {
 public:
  using Entry = std::pair<Val, Val>;

  explicit Dict(Heap& heap) : Object(heap, Kind::kDict, sizeof(Dict)) {}

  // Throw a Fault of kind kType for a key that cannot be hashed.
  const Val* find(const Val& key) const;
  const Val* find(std::string_view key) const;
  void set(const Val& key, Val value);
  bool erase(const Val& key);

  const std::vector<Entry>& entries() const { return entries_; }
  void clear() override;

 private:
  static constexpr std::size_t kIndexFrom = 9;  // smaller maps are searched in order

  std::size_t locate(const Val& key, std::uint64_t hash) const;
  void index_all();

  std::vector<Entry> entries_;
  std::unordered_multimap<std::uint64_t, std::size_t> index_;  // hash to position; empty below kIndexFrom
};

class Range final : public Object {
 public:
  Range(Heap& heap, std::int64_t first, std::int64_t last, std::int64_t stride)
      : Object(heap, Kind::kRange, sizeof(Range)), start(first), stop(last), step(stride) {}
  std::size_t size() const;
  std::int64_t at(std::size_t index) const { return start + static_cast<std::int64_t>(index) * step; }

  const std::int64_t start;
  const std::int64_t stop;
  const std::int64_t step;
};

// What dict.keys(), .values() and .items() return: it follows later changes of the dict.
class View final : public Object {
 public:
  enum class Of : std::uint8_t { kKeys, kValues, kItems };
  View(Heap& heap, Ref<Dict> source, Of part)
      : Object(heap, Kind::kView, sizeof(View)), dict(std::move(source)), of(part) {}

  Ref<Dict> dict;
  const Of of;
};

// The one-shot sequence that many filters return. Unlike Jinja's it is computed at once.
class Generator final : public Object {
 public:
  Generator(Heap& heap, std::vector<Val> values)
      : Object(heap, Kind::kGenerator, sizeof(Generator) + values.size() * sizeof(Val)), items(std::move(values)) {}
  void clear() override { std::vector<Val>().swap(items); }

  std::vector<Val> items;
  std::size_t next = 0;
};

// Something that can be called and has state. `name` is for messages.
class Callable : public Object {
 public:
  Callable(Heap& heap, std::size_t bytes) : Object(heap, Kind::kCallable, bytes) {}
  virtual Val call(Runtime& runtime, Args& args) = 0;
  virtual std::string display() const = 0;
  // An attribute of the object, or nothing.
  virtual const Val* attribute(Runtime& runtime, std::string_view name);
  virtual std::string_view type() const = 0;
};

class Namespace final : public Object {
 public:
  Namespace(Heap& heap, Ref<Dict> values)
      : Object(heap, Kind::kNamespace, sizeof(Namespace)), attributes(std::move(values)) {}
  void clear() override { attributes = Ref<Dict>(); }

  Ref<Dict> attributes;
};

// The absence of a value. Using a strict one is an error, which names what is missing and where it was looked up; a
// lenient one (an inline `if` without `else`) prints as nothing.
class Undefined final : public Object {
 public:
  enum class Mode : std::uint8_t { kStrict, kLenient };
  Undefined(Heap& heap, Mode use, ErrorKind why, std::string text, std::string what, std::size_t where)
      : Object(heap, Kind::kUndefined, sizeof(Undefined) + text.size() + what.size()),
        mode(use),
        kind(why),
        message(std::move(text)),
        name(std::move(what)),
        offset(where) {}

  const Mode mode;
  const ErrorKind kind;
  const std::string message;
  const std::string name;
  const std::size_t offset;
};

// A global function.
struct Builtin {
  std::string_view name;
  Val (*call)(Runtime& runtime, Args& args);
};

[[noreturn]] void fail_undefined(const Val& undefined);
// Fails for any undefined value.
inline void require_defined(const Val& value) {
  if (value.is(Kind::kUndefined)) fail_undefined(value);
}

}  // namespace sennit::spec::tmpl
