#include "cli/render/settings.h"
#include "base/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/printable.h"
#include "views/json_writer.h"

namespace sennit::cli {
namespace {

std::string origin_of(const spec::Origin& setting) {
  return setting.where.empty() ? std::string(to_string(setting.source))
                               : fmt::format("{} {}", to_string(setting.source), printable(setting.where));
}

}  // namespace

std::string settings_text(const std::vector<spec::Origin>& settings, Origins origins) {
  std::vector<std::string> lines;
  std::size_t widest = 0;
  for (const spec::Origin& setting : settings) {
    lines.push_back(fmt::format("{}: {}", printable(setting.key), printable(setting.value)));
    widest = std::max(widest, display_width(lines.back()));
  }
  std::string out;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    out += lines[at];
    if (origins == Origins::kShown) {
      out.append(widest - display_width(lines[at]) + 2, ' ');
      fmt::format_to(std::back_inserter(out), "# {}", origin_of(settings[at]));
    }
    out += '\n';
  }
  return out;
}

std::string settings_json(const std::vector<spec::Origin>& settings) {
  std::string out;
  views::JsonWriter json(out);
  json.begin_object();
  json.key("settings");
  json.begin_array();
  for (const spec::Origin& setting : settings) {
    json.begin_object();
    json.field("key", std::string_view(setting.key));
    json.field("value", std::string_view(setting.value));
    json.field("source", to_string(setting.source));
    json.field("where", std::string_view(setting.where));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return out;
}

}  // namespace sennit::cli
