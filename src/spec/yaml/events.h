// libyaml's event stream behind a type of our own, with its complaints as diagnostics.
//
// Threads:   one.
// Ownership: the current event's text lives until the next `advance`.
#pragma once

#include <yaml.h>

#include <string_view>

#include "spec/reporter.h"
#include "spec/yaml/parser.h"

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

 private:
  void report();

  std::string_view text_;
  Reporter& reporter_;
  yaml_parser_t parser_;
  yaml_event_t event_;
  bool held_ = false;
};

}  // namespace sennit::spec
