// The shapes that values of a workflow file may have, as JSON Schema: one for each way of reading in values.h,
// strict_values.h and grammar.h, so that an editor takes what the reader takes.
//
// A schema sees the file as it is written. Where the tasks format reads something narrower than text, it also allows a
// text with `{{` in it: what the template makes of that is not known before.
//
// Threads:   pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spec/fields.h"
#include "spec/schema/schema.h"

namespace sennit::spec {

// Text; text or a number (Accept::kNumbers); any scalar but null (kScalars, kVerbatim).
Schema text_shape();
Schema number_text_shape();
Schema scalar_shape();
// read_switch, read_whole from `least` to `most`, read_duration, read_quantity.
Schema switch_shape();
Schema whole_shape(std::int64_t least, std::int64_t most);
Schema duration_shape();
Schema quantity_shape();
// A whole number that is written as one.
Schema whole_number_shape(std::int64_t least, std::int64_t most);
// read_count and read_span of strict_values.h.
Schema count_shape(std::int64_t least, std::int64_t most);
Schema span_shape();

// Names, references and URLs of grammar.h.
Schema name_shape();
Schema task_reference_shape();
Schema storage_url_shape();

// {{ matrix.axis }} in the place of a number, and `matrix` itself.
Schema axis_shape();
Schema matrix_shape();

Schema nullable(Schema shape);
Schema list_of(Schema items);
Schema map_of(Schema values);
Schema one_of_words(const std::vector<std::string_view>& words);
// `shape`, or a text that the template fills in.
Schema or_template(Schema shape);
Schema anything();

// Keyword "required" with one of these fields, whichever; exactly one.
Schema exactly_one_of(std::initializer_list<std::string_view> fields);

// A map of these fields and no others.
Schema record_of(std::string_view title, const std::vector<FieldText>& fields);

template <class Table>
Schema record(std::string_view title, const Table& table) {
  std::vector<FieldText> fields;
  for (const auto& field : table) fields.push_back({field.name, field.need, field.shape, field.description});
  return record_of(title, fields);
}

// What the shapes refer to, for "$defs".
std::vector<std::pair<std::string, Schema>> shared_shapes();

}  // namespace sennit::spec
