// Writes JSON text piece by piece, without building a document: a status of 100,000 tasks costs its text.
//
// Commas and quoting are the writer's, balance is the caller's: each begin_* has its end_*. Invalid UTF-8 becomes
// U+FFFD, so that the output is always JSON. Compact; one writer per text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace sennit::views {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void begin_object();
  void end_object();
  void begin_array();
  void end_array();

  void key(std::string_view name);
  void value(std::string_view text);
  void value(const char* text) { value(std::string_view(text)); }
  void value(std::int64_t number);
  void value(std::uint64_t number);
  void value(std::int32_t number) { value(static_cast<std::int64_t>(number)); }
  void value(std::uint32_t number) { value(static_cast<std::uint64_t>(number)); }
  void value(double number);
  void value(bool flag);
  void null();
  // RFC 3339 in UTC with microseconds, "2026-11-21T20:06:40.150000Z"; null if it is not set.
  void value(Instant at);

  // "name": value, or null where there is none.
  template <class T>
  void field(std::string_view name, const T& what) {
    key(name);
    value(what);
  }
  template <class T>
  void field(std::string_view name, const std::optional<T>& what) {
    key(name);
    if (what) {
      value(*what);
    } else {
      null();
    }
  }

 private:
  void separate();

  std::string& out_;
  bool first_ = true;  // nothing written yet at this level
  bool after_key_ = false;
};

// The text of an instant as above, and back. nullopt: not such a text.
std::string format_instant(Instant at);
std::optional<Instant> parse_instant(std::string_view text);

}  // namespace sennit::views
