#include "spec/yaml/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "base/base64.h"
#include "base/utf8.h"
#include "spec/yaml/events.h"
#include "spec/yaml/merge.h"

namespace sennit::spec {
namespace {

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

std::string_view scalar_text(const yaml_event_t& event) {
  return {reinterpret_cast<const char*>(event.data.scalar.value), event.data.scalar.length};
}

// The anchor that the event sets, if any.
std::string_view anchor_of(const yaml_event_t& event) {
  if (event.type == YAML_SCALAR_EVENT) return view(event.data.scalar.anchor);
  if (event.type == YAML_SEQUENCE_START_EVENT) return view(event.data.sequence_start.anchor);
  if (event.type == YAML_MAPPING_START_EVENT) return view(event.data.mapping_start.anchor);
  return {};
}

std::uint64_t add_saturated(std::uint64_t a, std::uint64_t b) {
  return a > std::numeric_limits<std::uint64_t>::max() - b ? std::numeric_limits<std::uint64_t>::max() : a + b;
}

// What a tagged scalar is; nothing if its text does not fit the tag or the tag is not one we know.
std::optional<ScalarType> tagged_type(std::string_view tag, std::string_view text) {
  if (!tag.starts_with(kTagPrefix)) return std::nullopt;
  tag.remove_prefix(kTagPrefix.size());
  const ScalarType plain = resolve_plain(text);
  if (tag == "str" || tag == "binary") return ScalarType::kText;
  if (tag == "null") return ScalarType::kNull;
  if (tag == "int" && plain == ScalarType::kInt) return plain;
  if (tag == "float" && (plain == ScalarType::kFloat || plain == ScalarType::kInt)) return ScalarType::kFloat;
  if (tag == "bool" && plain == ScalarType::kBool) return plain;
  if (tag == "timestamp" && plain == ScalarType::kTimestamp) return plain;
  return std::nullopt;
}

}  // namespace

std::string_view describe(const Node& node) {
  if (node.is_sequence()) return "a list";
  if (node.is_mapping()) return "a map";
  return describe(node.type);
}

struct YamlParser::Anchors {
  std::unordered_map<std::string, const Node*> nodes;
};

YamlParser::YamlParser(std::string_view text, const Limits& limits, Reporter& reporter)
    : limits_(limits),
      reporter_(reporter),
      events_(std::make_unique<Events>(text, reporter)),
      anchors_(std::make_unique<Anchors>()) {}

YamlParser::~YamlParser() = default;

bool YamlParser::refuse_torn_off(const Node& key, Span item) {
  failed_ = failed_ || events_->report_torn_off(key.at, item);
  return failed_;
}

bool YamlParser::mend(Mended& mended, Reporter::Mark before) {
  if (reporter_.view() == nullptr || !mended.apply(events_->mend()) || !reporter_.keep_last(before)) return false;
  reporter_.view()->look_through(mended.text(), mended);
  return true;
}

void YamlParser::fail(Code code, Span at, std::string message, Help help) {
  if (!failed_) reporter_.error(code, at, std::move(message), std::move(help));
  failed_ = true;
}

std::optional<YamlValue> YamlParser::root() {
  // stream start, then document start or stream end
  if (!events_->advance() || !events_->advance()) {
    failed_ = true;
    return std::nullopt;
  }
  if (events_->type() == YAML_STREAM_END_EVENT) return std::nullopt;
  return next();
}

void YamlParser::finish() {
  if (failed_) return;
  failed_ = !events_->advance() || !events_->advance();  // document end, then what follows
  if (!failed_ && events_->type() == YAML_DOCUMENT_START_EVENT) {
    fail(Code::kManyDocuments, events_->span(), "a second YAML document begins here",
         {.expected = "one document in a file", .suggestion = {}});
  }
}

std::optional<YamlValue> YamlParser::next() {
  if (failed_) return std::nullopt;
  if (!events_->advance()) {
    failed_ = true;
    return std::nullopt;
  }
  const yaml_event_type_t type = events_->type();
  if (type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT) {
    --depth_;
    return std::nullopt;
  }
  YamlValue value;
  value.at = events_->span();
  const bool collection = type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT;
  if (collection && anchor_of(events_->event()).empty()) {
    value.kind = type == YAML_SEQUENCE_START_EVENT ? Node::Kind::kSequence : Node::Kind::kMapping;
    Node tagged;
    bind_tag(tagged);
    if (++depth_ > limits_.depth) {
      fail(Code::kTooDeep, value.at, fmt::format("lists and maps are nested more than {} deep", limits_.depth),
           {.expected = "at most the limit yaml_depth", .suggestion = {}});
      return std::nullopt;
    }
    return value;
  }
  value.node = read_value();
  if (value.node == nullptr) return std::nullopt;
  value.kind = value.node->kind;
  return value;
}

const Node* YamlParser::tree(const YamlValue& value) {
  if (value.node != nullptr || failed_) return value.node;
  Node* node = arena().make<Node>();
  node->kind = value.kind;
  node->at = value.at;
  if (node->is_sequence()) {
    read_sequence(*node);
  } else {
    read_mapping(*node);
  }
  return failed_ ? nullptr : node;
}

Node* YamlParser::read_tree() {
  const std::string_view anchor = anchor_of(events_->event());
  if (anchor.empty()) {
    if (events_->type() == YAML_ALIAS_EVENT) return read_alias();
    return events_->type() == YAML_SCALAR_EVENT ? read_scalar() : read_collection();
  }
  const std::string name(anchor);
  ++anchored_depth_;
  Node* node = events_->type() == YAML_SCALAR_EVENT ? read_scalar() : read_collection();
  --anchored_depth_;
  if (node == nullptr) return nullptr;
  anchors_->nodes[name] = node;
  // The anchor's own node must not become part of a list of siblings: aliases share its children.
  return copy_of(*node);
}

Node* YamlParser::copy_of(const Node& node) {
  Node* copy = arena().make<Node>();
  *copy = node;
  copy->key = nullptr;
  copy->next = nullptr;
  return copy;
}

void YamlParser::bind_tag(Node& node) {
  const yaml_event_t& event = events_->event();
  if (event.type != YAML_SCALAR_EVENT) {
    const bool list = event.type == YAML_SEQUENCE_START_EVENT;
    const std::string_view tag = view(list ? event.data.sequence_start.tag : event.data.mapping_start.tag);
    if (tag.empty() || tag == "!" || tag == (list ? "tag:yaml.org,2002:seq" : "tag:yaml.org,2002:map")) return;
    // Those that YAML defines are known; it is the value that no field can have.
    const bool known =
        tag == "tag:yaml.org,2002:set" || tag == "tag:yaml.org,2002:omap" || tag == "tag:yaml.org,2002:pairs";
    reporter_.error(known ? Code::kWrongType : Code::kUnknownTag, events_->span(),
                    fmt::format("the tag '{}' is not possible here", tag), {.expected = "no tag", .suggestion = {}});
    return;
  }
  const std::string_view tag = view(event.data.scalar.tag);
  if (tag.empty() || tag == "!") {
    // "!" alone has PyYAML resolve a text by what it looks like, in quotes too.
    const bool plain = event.data.scalar.plain_implicit != 0 || tag == "!";
    node.type = plain ? resolve_plain(scalar_text(event)) : ScalarType::kText;
    return;
  }
  const std::optional<ScalarType> type = tagged_type(tag, scalar_text(event));
  if (!type) {
    reporter_.error(
        Code::kUnknownTag, events_->span(), fmt::format("the tag '{}' does not fit this value", tag),
        {.expected = "no tag, or one of !!str, !!int, !!float, !!bool, !!null that fits", .suggestion = {}});
  }
  node.type = type.value_or(ScalarType::kText);
}

Node* YamlParser::read_value() {
  Node* node = read_tree();
  if (node == nullptr || !node->is_scalar()) return node;
  if (node->type == ScalarType::kMerge || node->type == ScalarType::kValue) {
    reporter_.error(Code::kYamlSyntax, node->at,
                    fmt::format("'{}' is no value: YAML gives it a meaning of its own", node->text),
                    {.expected = fmt::format("quotes around it: \"{}\"", node->text), .suggestion = {}});
    node->type = ScalarType::kText;
  }
  return node;
}

Node* YamlParser::read_scalar() {
  const yaml_event_t& event = events_->event();
  const std::string_view text = scalar_text(event);
  if (text.size() > limits_.scalar_bytes) {
    fail(Code::kValueTooLong, events_->span(),
         fmt::format("a value of {} bytes is longer than the limit scalar_size ({})", text.size(),
                     limits_.scalar_bytes));
    return nullptr;
  }
  Node* node = arena().make<Node>();
  node->at = events_->span();
  bind_tag(*node);
  if (view(event.data.scalar.tag) == "tag:yaml.org,2002:binary") {
    const std::optional<std::string> bytes = decode_base64(text);
    if (!bytes) {
      fail(Code::kBadBase64, node->at, "the value of !!binary is not base64");
      return nullptr;
    }
    if (first_bad_utf8(*bytes) != std::string::npos) {
      reporter_.error(Code::kWrongType, node->at, "the bytes of !!binary are not UTF-8 text",
                      {.expected = "a file with 'base64: true', which can hold any bytes", .suggestion = {}});
    }
    node->text = arena().copy(*bytes);
    return node;
  }
  node->text = arena().copy(text);
  node->has_brace = text.find('{') != std::string_view::npos;
  return node;
}

Node* YamlParser::read_alias() {
  const std::string name(view(events_->event().data.alias.anchor));
  const auto found = anchors_->nodes.find(name);
  if (found == anchors_->nodes.end()) {
    fail(Code::kUnknownAnchor, events_->span(), fmt::format("no value is marked '&{}' before this place", name),
         {.expected = fmt::format("a value marked &{} further up, not around this one", name), .suggestion = {}});
    return nullptr;
  }
  alias_nodes_ = add_saturated(alias_nodes_, found->second->weight);
  if (alias_nodes_ > limits_.alias_nodes) {
    fail(Code::kTooManyAliases, events_->span(),
         fmt::format("the aliases of this file stand for more than {} values", limits_.alias_nodes),
         {.expected = "at most the limit yaml_aliases", .suggestion = {}});
    return nullptr;
  }
  Node* node = copy_of(*found->second);
  node->at = events_->span();
  return node;
}

Node* YamlParser::read_collection() {
  Node* node = arena().make<Node>();
  node->at = events_->span();
  node->kind = events_->type() == YAML_SEQUENCE_START_EVENT ? Node::Kind::kSequence : Node::Kind::kMapping;
  bind_tag(*node);
  if (++depth_ > limits_.depth) {
    fail(Code::kTooDeep, node->at, fmt::format("lists and maps are nested more than {} deep", limits_.depth),
         {.expected = "at most the limit yaml_depth", .suggestion = {}});
    return nullptr;
  }
  if (node->is_sequence()) {
    read_sequence(*node);
  } else {
    read_mapping(*node);
  }
  return failed_ ? nullptr : node;
}

void YamlParser::read_sequence(Node& node) {
  Node** link = &node.first;
  while (!failed_) {
    if (!events_->advance()) {
      failed_ = true;
      return;
    }
    if (events_->type() == YAML_SEQUENCE_END_EVENT) break;
    Node* item = read_value();
    if (item == nullptr) return;
    *link = item;
    link = &item->next;
    ++node.count;
    node.weight = add_saturated(node.weight, item->weight);
    node.has_brace = node.has_brace || item->has_brace;
  }
  --depth_;
}

const Node* YamlParser::read_key() {
  if (!events_->advance()) {
    failed_ = true;
    return nullptr;
  }
  if (events_->type() == YAML_MAPPING_END_EVENT) {
    --depth_;
    return nullptr;
  }
  const Node* key = read_tree();
  if (key != nullptr && !key->is_scalar()) {
    failed_ = key->is_mapping() && events_->report_bare_token(key->at);
    fail(Code::kBadKey, key->at, fmt::format("{} cannot be a key", describe(*key)),
         {.expected = "a name or a number", .suggestion = {}});
    return nullptr;
  }
  return key;
}

void YamlParser::read_mapping(Node& node) {
  MapAssembly assembly(node, arena(), reporter_);
  while (true) {
    const Node* key = read_key();
    if (key == nullptr) break;
    if (!events_->advance()) {
      failed_ = true;
      return;
    }
    Node* value = read_value();
    if (value == nullptr) return;
    value->key = key;
    assembly.add(value);
  }
  if (!failed_) assembly.finish();
}

ListCursor::ListCursor(YamlParser& parser, const YamlValue& list)
    : parser_(parser), live_(list.node == nullptr), at_(live_ ? nullptr : list.node->first) {}

std::optional<YamlValue> ListCursor::next() {
  if (live_) return parser_.next();
  if (at_ == nullptr) return std::nullopt;
  const Node* node = std::exchange(at_, at_->next);
  return YamlValue{node, node->kind, node->at};
}

MapCursor::MapCursor(YamlParser& parser, const YamlValue& map)
    : parser_(parser),
      from_(map.node == nullptr ? From::kStream : From::kTree),
      at_(map.node == nullptr ? nullptr : map.node->first) {}

std::optional<MapCursor::Entry> MapCursor::next() {
  if (from_ == From::kStream) return next_in_stream();
  if (from_ == From::kMerged) return next_merged();
  if (at_ == nullptr) return std::nullopt;
  const Node* node = std::exchange(at_, at_->next);
  return Entry{node->key, {node, node->kind, node->at}, false};
}

std::optional<MapCursor::Entry> MapCursor::next_in_stream() {
  while (const Node* key = parser_.read_key()) {
    const std::optional<YamlValue> value = parser_.next();
    if (!value) break;
    if (key->type == ScalarType::kMerge) {
      if (const Node* merged = parser_.tree(*value)) merged_.push_back(merged);
      continue;
    }
    return Entry{key, *value, !is_new(key->text)};
  }
  if (parser_.failed()) return std::nullopt;
  from_ = From::kMerged;
  return next_merged();
}

// What << brings in comes after the map's own entries and never replaces one.
std::optional<MapCursor::Entry> MapCursor::next_merged() {
  if (!merged_.empty()) at_ = merged_entries(merged_, parser_.arena(), parser_.reporter());
  merged_.clear();
  while (at_ != nullptr) {
    const Node* node = std::exchange(at_, at_->next);
    if (is_new(node->key->text)) return Entry{node->key, {node, node->kind, node->at}, false};
  }
  return std::nullopt;
}

bool MapCursor::is_new(std::string_view key) {
  if (std::ranges::find(seen_, key) != seen_.end()) return false;
  // A map that is streamed has few keys of its own; a wrong one with a million must not cost a million squared.
  if (seen_.size() < kRemembered) seen_.emplace_back(key);
  return true;
}

}  // namespace sennit::spec
