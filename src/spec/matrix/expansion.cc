#include "spec/matrix/expansion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "spec/suggest.h"

namespace sennit::spec {
namespace {

constexpr std::string_view kPrefix = "matrix.";

// {{ matrix.axis }} in a text.
struct Token {
  std::size_t at = 0;
  std::size_t size = 0;
  std::string_view axis;
};

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\n"), text.size());
  return text.substr(begin, text.find_last_not_of(" \t\n") + 1 - begin);
}

std::optional<Token> next_token(std::string_view text, std::size_t from) {
  for (std::size_t open = text.find("{{", from); open != std::string_view::npos; open = text.find("{{", open + 1)) {
    const std::size_t close = text.find("}}", open);
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view inside = trimmed(text.substr(open + 2, close - open - 2));
    if (inside.starts_with(kPrefix)) return Token{open, close + 2 - open, inside.substr(kPrefix.size())};
  }
  return std::nullopt;
}

const Node* entry_of(const Node& map, std::string_view key) {
  for (const Node& entry : Children(map)) {
    if (entry.key->is_text() && entry.key->text == key) return &entry;
  }
  return nullptr;
}

}  // namespace

// An item without a matrix keeps its tokens as they are: in a file that a task writes they may be another program's.
void MatrixExpansion::check_open_tokens(const Node& node) {
  if (!node.has_brace) return;
  if (const auto token = node.is_scalar() ? next_token(node.text, 0) : std::nullopt) {
    const std::string_view written = node.text.substr(token->at, token->size);
    reporter_.warning_in(
        Code::kOpenToken, node.at, written, fmt::format("'{}' stays as it is: there is no 'matrix' here", written),
        {.expected = fmt::format("'matrix: {{{}: [...]}}' beside the name", token->axis), .suggestion = {}});
  }
  for (const Node& entry : Children(node)) check_open_tokens(entry);
}

// The value of an axis in this combination; null if there is no such axis, which has been reported.
const Node* MatrixExpansion::value_of(std::string_view axis, Span at) {
  if (const std::optional<std::size_t> index = matrix_->find(axis)) return (*combination_)[*index];
  Nearest nearest(axis);
  for (const Matrix::Axis& known : matrix_->axes()) nearest.consider(known.name);
  reporter_.error(Code::kUnknownAxis, at, fmt::format("the matrix has no axis '{}'", axis),
                  {.expected = {}, .suggestion = nearest.result()});
  return nullptr;
}

void MatrixExpansion::fill_in(const Node& scalar, Node& out) {
  std::optional<Token> token = next_token(scalar.text, 0);
  if (!token) return;
  if (token->size == scalar.text.size()) {
    const Node* value = value_of(token->axis, scalar.at);
    if (value == nullptr) return;
    out.text = value->text;
    out.type = value->type;
    return;
  }
  std::string text;
  std::size_t done = 0;
  for (; token; token = next_token(scalar.text, done)) {
    text += scalar.text.substr(done, token->at - done);
    done = token->at + token->size;
    if (const Node* value = value_of(token->axis, scalar.at)) text += value->text;
  }
  text += scalar.text.substr(done);
  out.text = arena_.copy(text);
  out.type = ScalarType::kText;
}

Node* MatrixExpansion::filled_in(const Node& node) {
  Node* copy = arena_.make<Node>();
  *copy = node;
  if (!node.has_brace) return copy;  // and shares what is below
  if (node.is_scalar()) {
    fill_in(node, *copy);
    return copy;
  }
  Node** link = &copy->first;
  for (const Node& entry : Children(node)) {
    *link = filled_in(entry);
    if (entry.key != nullptr && entry.key->has_brace) (*link)->key = filled_in(*entry.key);
    link = &(*link)->next;
  }
  *link = nullptr;
  return copy;
}

// "train" with 1e-4 and small: "train-1e-4-small".
void MatrixExpansion::fill_in_name(Node& name) {
  std::string text(name.text);
  for (const Node* value : *combination_) {
    text += '-';
    for (const char letter : value->text) {
      const bool good = std::isalnum(static_cast<unsigned char>(letter)) != 0 || letters_.find(letter) != letters_.npos;
      text += good ? letter : '-';
    }
  }
  name.text = arena_.copy(text);
  name.type = ScalarType::kText;
}

Node* MatrixExpansion::instance(const Node& item, const Matrix::Combination& combination) {
  combination_ = &combination;
  Node* copy = arena_.make<Node>();
  *copy = item;
  copy->count = 0;
  Node** link = &copy->first;
  for (const Node& entry : Children(item)) {
    if (entry.key->text == "matrix") continue;
    *link = filled_in(entry);
    const bool is_plain_name = entry.key->text == "name" && entry.is_scalar() && !next_token(entry.text, 0);
    if (is_plain_name) fill_in_name(**link);
    if (entry.key->has_brace) (*link)->key = filled_in(*entry.key);
    link = &(*link)->next;
    ++copy->count;
  }
  *link = nullptr;
  return copy;
}

std::string_view MatrixExpansion::expand(const Node& item, const std::function<void(const Node&)>& read) {
  const Node* value = item.is_mapping() ? entry_of(item, "matrix") : nullptr;
  if (value == nullptr) {
    check_open_tokens(item);
    read(item);
    return {};
  }
  const Node* name = entry_of(item, "name");
  const bool plain = name != nullptr && name->is_scalar() && !next_token(name->text, 0);
  const std::string_view all = plain ? name->text : std::string_view();
  const std::optional<Matrix> matrix = Matrix::read(*value, limits_, reporter_);
  if (!matrix) return all;
  matrix_ = &*matrix;
  bool any = false;
  matrix->for_each([&](const Matrix::Combination& combination) {
    any = true;
    const Arena::Mark mark = arena_.mark();
    read(*instance(item, combination));
    arena_.rewind(mark);
  });
  if (!any) reporter_.error(Code::kBadMatrix, value->key->at, "'exclude' leaves nothing of the matrix");
  return all;
}

}  // namespace sennit::spec
