// Methods of list, tuple, dict, numbers, and of the objects that templates make.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "spec/template/compare.h"
#include "spec/template/display.h"
#include "spec/template/evaluator.h"
#include "spec/template/fault.h"
#include "spec/template/globals.h"
#include "spec/template/iterate.h"
#include "spec/template/methods.h"
#include "spec/template/objects.h"
#include "spec/template/runtime.h"
#include "spec/template/sorting.h"

namespace sennit::spec::tmpl {

namespace {

std::vector<Val>& items_in(const Val& self) { return self.as<Seq>().items; }

Val append(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "append", {"object"}, 1, args);
  items_in(self).push_back(bound[0]);
  self.as<Seq>().grown();
  return {};
}

Val extend(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "extend", {"iterable"}, 1, args);
  for (Val& item : items_of(runtime, bound[0])) items_in(self).push_back(std::move(item));
  self.as<Seq>().grown();
  return {};
}

Val insert(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "insert", {"index", "object"}, 2, args);
  auto& items = items_in(self);
  const auto size = static_cast<std::int64_t>(items.size());
  std::int64_t at = bound.integer(0, 0);
  if (at < 0) at += size;
  runtime.step(items.size() / 64);
  items.insert(items.begin() + std::clamp<std::int64_t>(at, 0, size), bound[1]);
  self.as<Seq>().grown();
  return {};
}

Val pop(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "pop", {"index"}, 0, args);
  auto& items = items_in(self);
  std::int64_t at = bound.integer(0, -1);
  if (at < 0) at += static_cast<std::int64_t>(items.size());
  if (at < 0 || at >= static_cast<std::int64_t>(items.size())) fail(ErrorKind::kValue, "pop(): no such index");
  Val taken = std::move(items[static_cast<std::size_t>(at)]);
  items.erase(items.begin() + at);
  self.as<Seq>().grown();
  return taken;
}

std::size_t position_of_item(Runtime& runtime, const Val& self, const Val& sought, std::string_view name) {
  const auto& items = items_in(self);
  for (std::size_t i = 0; i < items.size(); ++i) {
    runtime.step();
    if (equal(runtime, items[i], sought)) return i;
  }
  fail(ErrorKind::kValue, fmt::format("{}(): the value is not in the {}", name, type_name(self)));
}

Val remove(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "remove", {"value"}, 1, args);
  const auto at = static_cast<std::ptrdiff_t>(position_of_item(runtime, self, bound[0], "remove"));
  items_in(self).erase(items_in(self).begin() + at);
  self.as<Seq>().grown();
  return {};
}

Val index(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "index", {"value"}, 1, args);
  return Val::integer(position_of_item(runtime, self, bound[0], "index"));
}

Val count(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "count", {"value"}, 1, args);
  std::size_t times = 0;
  for (const Val& item : items_in(self)) {
    runtime.step();
    if (equal(runtime, item, bound[0])) ++times;
  }
  return Val::integer(times);
}

Val reverse(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "reverse", {}, 0, args);
  runtime.step(items_in(self).size() / 16);
  std::reverse(items_in(self).begin(), items_in(self).end());
  return {};
}

Val sort(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "sort", {"reverse"}, 0, args);
  const std::vector<Val> before = items_in(self);
  std::vector<Val> sorted = sorted_by(runtime, before, before, bound.flag(0) ? Direction::kDown : Direction::kUp);
  items_in(self) = std::move(sorted);
  return {};
}

Val copy_list(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "copy", {}, 0, args);
  runtime.about_to_make(items_in(self).size() * sizeof(Val));
  return runtime.list(items_in(self));
}

Val clear_list(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "clear", {}, 0, args);
  self.as<Seq>().clear();
  self.as<Seq>().grown();
  return {};
}

Val view(Runtime& runtime, const Val& self, Args& args, View::Of part) {
  const Bound bound(runtime, "view", {}, 0, args);
  return Val(new View(runtime.heap(), Ref<Dict>(&self.as<Dict>()), part));
}

Val keys(Runtime& runtime, const Val& self, Args& args) { return view(runtime, self, args, View::Of::kKeys); }
Val values(Runtime& runtime, const Val& self, Args& args) { return view(runtime, self, args, View::Of::kValues); }
Val items(Runtime& runtime, const Val& self, Args& args) { return view(runtime, self, args, View::Of::kItems); }

Val get(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "get", {"key", "default"}, 1, args);
  const Val* value = self.as<Dict>().find(bound[0]);
  return value != nullptr ? *value : bound[1];
}

Val setdefault(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "setdefault", {"key", "default"}, 1, args);
  if (const Val* value = self.as<Dict>().find(bound[0])) return *value;
  self.as<Dict>().set(bound[0], bound[1]);
  return bound[1];
}

Val pop_key(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "pop", {"key", "default"}, 1, args);
  if (const Val* value = self.as<Dict>().find(bound[0])) {
    Val taken = *value;
    runtime.step(self.as<Dict>().entries().size());
    self.as<Dict>().erase(bound[0]);
    return taken;
  }
  if (!bound.given(1)) fail(ErrorKind::kValue, "pop(): no such key");
  return bound[1];
}

Val popitem(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "popitem", {}, 0, args);
  const auto& entries = self.as<Dict>().entries();
  if (entries.empty()) fail(ErrorKind::kValue, "popitem(): the dict is empty");
  const auto [key, value] = entries.back();
  self.as<Dict>().erase(key);
  return runtime.tuple({key, value});
}

Val update(Runtime& runtime, const Val& self, Args& args) {
  update_dict(runtime, self.as<Dict>(), args, "update");
  return {};
}

Val copy_dict(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "copy", {}, 0, args);
  const Ref<Dict> copy = runtime.dict();
  for (const auto& [key, value] : self.as<Dict>().entries()) copy->set(key, value);
  return copy;
}

Val clear_dict(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "clear", {}, 0, args);
  self.as<Dict>().clear();
  return {};
}

Val bit_length(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "bit_length", {}, 0, args);
  return Val::integer(self.is(Kind::kBig) ? self.as<Big>().value.bits() : BigInt(self.integer()).bits());
}

Val is_integer(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "is_integer", {}, 0, args);
  return Val::boolean(std::isfinite(self.real()) && self.real() == std::trunc(self.real()));
}

Val cycle(Runtime& /*runtime*/, const Val& self, Args& args) { return self.as<Loop>().cycle(args); }
Val changed(Runtime& /*runtime*/, const Val& self, Args& args) { return self.as<Loop>().changed(args); }

constexpr Method kListMethods[] = {
    {"append", append}, {"clear", clear_list}, {"copy", copy_list}, {"extend", extend},   {"insert", insert},
    {"pop", pop},       {"remove", remove},    {"sort", sort},      {"reverse", reverse},
};
constexpr Method kSequenceMethods[] = {{"count", count}, {"index", index}};
constexpr Method kDictMethods[] = {
    {"clear", clear_dict}, {"copy", copy_dict}, {"get", get},         {"items", items},
    {"keys", keys},        {"pop", pop_key},    {"popitem", popitem}, {"setdefault", setdefault},
    {"update", update},    {"values", values},
};
constexpr Method kIntegerMethods[] = {{"bit_length", bit_length}};
constexpr Method kFloatMethods[] = {{"is_integer", is_integer}};
constexpr Method kLoopMethods[] = {{"changed", changed}, {"cycle", cycle}};

template <std::size_t kSize>
const Method* among(const Method (&methods)[kSize], std::string_view name) {
  for (const Method& method : methods) {
    if (method.name == name) return &method;
  }
  return nullptr;
}

}  // namespace

const Method* find_sequence_method(const Val& self, std::string_view name) {
  if (self.is(Kind::kList)) {
    if (const Method* method = among(kListMethods, name)) return method;
  }
  return among(kSequenceMethods, name);
}

const Method* find_dict_method(std::string_view name) { return among(kDictMethods, name); }

const Method* find_method(const Val& self, std::string_view name) {
  switch (self.kind()) {
    case Kind::kString: return find_text_method(name);
    case Kind::kList:
    case Kind::kTuple: return find_sequence_method(self, name);
    case Kind::kDict: return find_dict_method(name);
    case Kind::kInt:
    case Kind::kBool:
    case Kind::kBig: return among(kIntegerMethods, name);
    case Kind::kFloat: return among(kFloatMethods, name);
    case Kind::kCallable: return self.as<Callable>().type() == "loop" ? among(kLoopMethods, name) : nullptr;
    case Kind::kNone:
    case Kind::kBuiltin:
    case Kind::kRange:
    case Kind::kView:
    case Kind::kGenerator:
    case Kind::kNamespace:
    case Kind::kUndefined: return nullptr;
  }
  return nullptr;
}

}  // namespace sennit::spec::tmpl
