// libyaml's event stream behind a type of our own, with its complaints as diagnostics.
//
// Threads:   one.
// Ownership: the current event's text lives until the next `advance`.
#pragma once

#include <yaml.h>

#include <string_view>
#include <vector>

#include "spec/reporter.h"
#include "spec/yaml/parser.h"
#include "spec/yaml/slip.h"

namespace sennit::spec {

class YamlParser::Events {
 public:
  Events(std::string_view text, Reporter& reporter);
  ~Events();
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // Moves to the next event; false after an error, which has been reported.
  bool advance();

  yaml_event_type_t type() const { return event_.type; }
  const yaml_event_t& event() const { return event_; }
  Span span() const;

  // Reports text at this place that is not YAML because of a {{token}} without quotes; false if there is none.
  bool report_bare_token(Span at);
  // Reports that the line at `at` is not indented like the list item at `item`; false if that is not so.
  bool report_torn_off(Span at, Span item);
  // What would have to change in the text for its last complaint to go; empty if that is not certain.
  const std::vector<Edit>& mend() const { return mend_; }

 private:
  void report();
  void report(Slip slip);

  std::string_view text_;
  Reporter& reporter_;
  yaml_parser_t parser_;
  yaml_event_t event_;
  bool held_ = false;
  std::vector<Edit> mend_;
};

}  // namespace sennit::spec
