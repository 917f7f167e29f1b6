// Reads YAML as a stream: lists and maps item by item where the caller asks for it, small trees where it does not. A
// file of a million tasks never exists as a document.
//
// Anchors, aliases, merge keys and duplicate keys behave as in PyYAML's safe loader, except that a key given twice is
// warned about. Aliases share what they stand for; what they would unfold to is counted and bounded.
//
// Threads:   one.
// Ownership: nodes belong to the parser. Those under an anchor live as long as it does; the others until `release` of
// an
//            earlier mark.
// Errors:    reported to the Reporter. After a syntax error or a passed bound `failed()` is true and nothing more
// comes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/limits.h"
#include "spec/reporter.h"
#include "spec/yaml/arena.h"
#include "spec/yaml/mended.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

// A value that is there: as a tree, or still in the stream (only lists and maps).
struct YamlValue {
  const Node* node = nullptr;  // nullptr: in the stream, its start has been read
  Node::Kind kind = Node::Kind::kScalar;
  Span at;

  bool is_mapping() const { return kind == Node::Kind::kMapping; }
  bool is_sequence() const { return kind == Node::Kind::kSequence; }
};

class YamlParser {
 public:
  YamlParser(std::string_view text, const Limits& limits, Reporter& reporter);
  ~YamlParser();
  YamlParser(const YamlParser&) = delete;
  YamlParser& operator=(const YamlParser&) = delete;

  // The document's value; nothing if the text is empty or wrong. Once.
  std::optional<YamlValue> root();
  // To be called when the root has been read: complains about a second document.
  void finish();

  // The whole value as a tree. Must be called for, or a cursor must walk to the end of, every value in the stream.
  const Node* tree(const YamlValue& value);

  bool failed() const { return failed_; }
  // After a failure: changes the text so that another parser gets further, if it is certain what was meant. Of what was
  // reported since `before` only the failure stays, since all else will be found again. False: nothing has changed.
  bool mend(Mended& mended, Reporter::Mark before);
  // Fails because the line of a key belongs to the list item that begins at `item`, but is not indented like it. False
  // if they are not written as lines; then nothing has happened.
  bool refuse_torn_off(const Node& key, Span item);
  // Reads no further: whatever follows is of no interest.
  void stop() { failed_ = true; }
  Reporter& reporter() { return reporter_; }

  Arena::Mark mark() const { return scratch_.mark(); }
  void release(Arena::Mark mark) { scratch_.rewind(mark); }

 private:
  friend class ListCursor;
  friend class MapCursor;
  class Events;
  struct Anchors;

  // Stream positions. `next` reads the value that the next event starts; nothing at the end of the collection.
  std::optional<YamlValue> next();
  const Node* read_key();
  Node* read_tree();   // the current event is the value's start
  Node* read_value();  // as read_tree, of what is not a key
  Node* read_scalar();
  Node* read_alias();
  Node* read_collection();
  void read_sequence(Node& node);
  void read_mapping(Node& node);
  // A tag that is not possible is reported and ignored.
  void bind_tag(Node& node);
  Arena& arena() { return anchored_depth_ > 0 ? kept_ : scratch_; }
  Node* copy_of(const Node& node);
  void fail(Code code, Span at, std::string message, Help help = {});

  const Limits& limits_;
  Reporter& reporter_;
  std::unique_ptr<Events> events_;
  std::unique_ptr<Anchors> anchors_;
  Arena scratch_;
  Arena kept_;
  std::uint32_t depth_ = 0;
  std::uint32_t anchored_depth_ = 0;
  std::uint64_t alias_nodes_ = 0;
  bool failed_ = false;
};

// The items of a list.
class ListCursor {
 public:
  ListCursor(YamlParser& parser, const YamlValue& list);
  // The next item; the one before must have been read by then.
  std::optional<YamlValue> next();

 private:
  YamlParser& parser_;
  bool live_;
  const Node* at_ = nullptr;
};

// The entries of a map, merge keys (<<) last.
class MapCursor {
 public:
  struct Entry {
    const Node* key = nullptr;
    YamlValue value;
    bool repeated = false;  // this key was there before; only in the stream, a tree has dropped the earlier value
  };

  MapCursor(YamlParser& parser, const YamlValue& map);
  std::optional<Entry> next();

 private:
  enum class From : std::uint8_t { kStream, kTree, kMerged };
  static constexpr std::size_t kRemembered = 64;

  std::optional<Entry> next_in_stream();
  std::optional<Entry> next_merged();
  bool is_new(std::string_view key);

  YamlParser& parser_;
  From from_;
  const Node* at_ = nullptr;
  std::vector<const Node*> merged_;  // values of << in the stream
  std::vector<std::string> seen_;
};

}  // namespace sennit::spec
