// One value of a YAML document with its place: the small tree that is read for one task or one setting at a time.
//
// Threads:   immutable once read.
// Ownership: an arena of the parser owns nodes and their text; see YamlParser.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "spec/yaml/mark.h"
#include "spec/yaml/scalar.h"

namespace sennit::spec {

struct Node {
  enum class Kind : std::uint8_t { kScalar, kSequence, kMapping };

  Kind kind = Kind::kScalar;
  ScalarType type = ScalarType::kText;  // of a scalar
  bool has_brace = false;               // this scalar, or one below, has a '{': tokens are looked for only there
  bool again = false;                   // of a mapping's value: its key was there before, with another value
  Span at;
  std::string_view text;      // of a scalar
  const Node* key = nullptr;  // of a mapping's value
  Node* first = nullptr;      // children; those of a mapping are its values
  Node* next = nullptr;       // sibling
  std::uint32_t count = 0;
  // Nodes that this one stands for when every alias below is written out.
  std::uint64_t weight = 1;

  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_sequence() const { return kind == Kind::kSequence; }
  bool is_mapping() const { return kind == Kind::kMapping; }
  bool is_text() const { return is_scalar() && type == ScalarType::kText; }
  bool is_null() const { return is_scalar() && type == ScalarType::kNull; }
};

// Range-for over the children of a node.
class Children {
 public:
  class Iterator {
   public:
    explicit Iterator(const Node* at) : at_(at) {}
    const Node& operator*() const { return *at_; }
    Iterator& operator++() {
      at_ = at_->next;
      return *this;
    }
    friend bool operator==(Iterator, Iterator) = default;

   private:
    const Node* at_;
  };
  explicit Children(const Node& node) : node_(node) {}
  Iterator begin() const { return Iterator(node_.first); }
  Iterator end() const { return Iterator(nullptr); }

 private:
  const Node& node_;
};

// "text", "a list", "a map", "a number": for messages.
std::string_view describe(const Node& node);

}  // namespace sennit::spec
