#include "drawing/json.h"

#include "drawing/outline.h"
#include "drawing/picture.h"
#include "views/json_writer.h"

namespace sennit::drawing {
namespace {

void write_box(views::JsonWriter& json, const layout::Box& box) {
  json.field("x", box.x);
  json.field("y", box.y);
  json.field("width", box.width);
  json.field("height", box.height);
}

void write_status(views::JsonWriter& json, const std::string& status) {
  json.key("status");
  if (status.empty()) {
    json.null();
  } else {
    json.value(status);
  }
}

void write_groups(views::JsonWriter& json, const Flow& flow, const Picture& picture) {
  json.key("groups");
  json.begin_array();
  for (std::size_t at = 0; at < flow.groups.size(); ++at) {
    json.begin_object();
    json.field("name", flow.groups[at].name);
    json.field("named", flow.groups[at].named);
    write_status(json, flow.groups[at].status);
    json.field("level", picture.groups[at].box.level);
    write_box(json, picture.groups[at].box);
    json.end_object();
  }
  json.end_array();
}

void write_nodes(views::JsonWriter& json, const Flow& flow, const Picture& picture) {
  json.key("nodes");
  json.begin_array();
  for (std::size_t at = 0; at < flow.groups.size(); ++at) {
    for (const PictureTask& drawn : picture.groups[at].tasks) {
      const FlowTask& task = flow.tasks[drawn.tasks.front()];
      json.begin_object();
      json.field("name", task.name);
      json.field("group", flow.groups[at].name);
      json.field("lead", task.lead);
      write_status(json, task.status);
      write_box(json, drawn.box);
      json.end_object();
    }
  }
  json.end_array();
}

void write_edges(views::JsonWriter& json, const Flow& flow) {
  json.key("edges");
  json.begin_array();
  for (const layout::Edge& edge : flow.edges) {
    json.begin_object();
    json.field("from", flow.groups[edge.from].name);
    json.field("to", flow.groups[edge.to].name);
    json.end_object();
  }
  json.end_array();
}

void write_layers(views::JsonWriter& json, const Flow& flow, const layout::Layout& layout) {
  json.key("layers");
  json.begin_array();
  for (const std::vector<layout::Node>& level : layout.levels) {
    json.begin_array();
    for (const layout::Node group : level) json.value(flow.groups[group].name);
    json.end_array();
  }
  json.end_array();
}

void write_numbers(views::JsonWriter& json, std::initializer_list<int> numbers) {
  json.begin_array();
  for (const int number : numbers) json.value(number);
  json.end_array();
}

void write_points(views::JsonWriter& json, std::string_view name, const std::vector<layout::Point>& points) {
  json.key(name);
  json.begin_array();
  for (const layout::Point& point : points) write_numbers(json, {point.x, point.y});
  json.end_array();
}

void write_wires(views::JsonWriter& json, const layout::Layout& layout) {
  json.key("wires");
  json.begin_array();
  for (const layout::Wire& wire : layout.wires) {
    json.begin_object();
    json.key("segments");
    json.begin_array();
    for (const layout::Segment& segment : wire.segments) {
      write_numbers(json, {segment.from.x, segment.from.y, segment.to.x, segment.to.y});
    }
    json.end_array();
    write_points(json, "tails", wire.tails);
    write_points(json, "heads", wire.heads);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

Result<std::string> to_json(const Flow& flow) {
  SENNIT_ASSIGN(const Outline outline, outline_of(flow, Siblings::kEach, Implied::kKept));
  SENNIT_ASSIGN(const Picture picture, picture_of(flow, outline, {}));
  std::string text;
  views::JsonWriter json(text);
  json.begin_object();
  json.field("name", flow.name);
  json.key("id");
  if (flow.is_run()) {
    json.value(flow.id);
  } else {
    json.null();
  }
  write_status(json, flow.status);
  json.field("width", picture.layout.width);
  json.field("height", picture.layout.height);
  write_groups(json, flow, picture);
  write_nodes(json, flow, picture);
  write_edges(json, flow);
  write_layers(json, flow, picture.layout);
  write_wires(json, picture.layout);
  json.end_object();
  return text;
}

}  // namespace sennit::drawing
