#include "views/data.h"

#include "views/json_writer.h"

namespace sennit::views {

std::string to_json(const DataListView& view) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  writer.field("url", view.url);
  writer.field("count", static_cast<std::uint64_t>(view.objects.size()));
  writer.key("objects");
  writer.begin_array();
  for (const DataObjectView& object : view.objects) {
    writer.begin_object();
    writer.field("name", object.name);
    writer.field("size", object.size);
    if (!object.modified.empty()) writer.field("modified", object.modified);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return out;
}

std::string to_json(const DataTransferView& view) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  writer.field("url", view.url);
  writer.field("files", view.files);
  writer.field("bytes", view.bytes);
  writer.field("unchanged", view.unchanged);
  writer.field("left_out", view.left_out);
  writer.field("seconds", view.seconds);
  writer.end_object();
  return out;
}

std::string to_json(const DataCheckView& view) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  writer.field("status", view.status);
  if (!view.error.empty()) writer.field("error", view.error);
  writer.end_object();
  return out;
}

}  // namespace sennit::views
