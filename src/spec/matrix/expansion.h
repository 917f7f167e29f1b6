// Writes an item of a list with `matrix:` out into the items that it stands for: {{ matrix.lr }} becomes the value that
// the axis has in each. A text that is nothing but the token becomes the value itself, a number where it is one.
//
// The name of each item is what the file makes of it with tokens; a name without them gets the values behind it.
//
// Threads:   one.
// Ownership: the items are the expansion's and are gone after the call that they are passed to.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "spec/limits.h"
#include "spec/matrix/axes.h"
#include "spec/reporter.h"
#include "spec/yaml/arena.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

class MatrixExpansion {
 public:
  // `letters`: what names may be made of beside letters and digits; other characters of a value become '-'.
  MatrixExpansion(const Limits& limits, Reporter& reporter, std::string_view letters)
      : limits_(limits), reporter_(reporter), letters_(letters) {}

  // Calls `read` for each item that `item` stands for; for itself if it has no matrix. What is wrong with the matrix is
  // reported, and nothing is read then. Returns the name that stands for all of them: "" if it has none.
  std::string_view expand(const Node& item, const std::function<void(const Node&)>& read);

 private:
  void check_open_tokens(const Node& node);
  Node* instance(const Node& item, const Matrix::Combination& combination);
  Node* filled_in(const Node& node);
  void fill_in(const Node& scalar, Node& out);
  void fill_in_name(Node& name);
  const Node* value_of(std::string_view token, Span at);

  const Limits& limits_;
  Reporter& reporter_;
  std::string letters_;
  Arena arena_;
  // Of the item that is being written out.
  const Matrix* matrix_ = nullptr;
  const Matrix::Combination* combination_ = nullptr;
};

}  // namespace sennit::spec
