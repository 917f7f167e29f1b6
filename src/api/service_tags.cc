// Tags: what people write on a workflow to find it again.
#include <fmt/format.h>

#include <algorithm>

#include "api/replies.h"
#include "api/service.h"
#include "spec/grammar.h"
#include "spec/suggest.h"
#include "views/json.h"

namespace sennit::api {
namespace {

constexpr std::size_t kMaxTags = 64;  // of one workflow

Error invalid(std::string message) { return {ErrorCode::kInvalid, std::move(message)}; }

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text.empty() ? "none" : text;
}

Result<void> check_tag(const std::string& tag, const std::optional<std::vector<std::string>>& allowed) {
  if (tag.empty() || !spec::is_label_value(tag)) {
    return invalid(
        fmt::format("'{}' cannot be a tag: 1 to 63 letters, digits, '-', '_' and '.' were expected, a letter "
                    "or digit first and last",
                    tag));
  }
  if (!allowed || std::ranges::find(*allowed, tag) != allowed->end()) return {};
  spec::Nearest near(tag);
  for (const std::string& known : *allowed) near.consider(known);
  const std::string meant = near.result();
  const std::string hint = meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant);
  return invalid(fmt::format("'{}' is not one of the tags that this server's config.yaml allows ({}){}", tag,
                             listed(*allowed), hint));
}

}  // namespace

void Service::tags(ResponderPtr responder) {
  if (options_.allowed_tags) return send_json(*responder, 200, to_json(views::TagList{{}, *options_.allowed_tags}));
  auto used = store_.tags();
  if (!used) return send_error(*responder, used.error());
  send_json(*responder, 200, to_json(views::TagList{{}, std::move(*used)}));
}

void Service::change_tags(const Route& route, const http::Request& request, ResponderPtr responder) {
  const auto row = store_.find(route.reference);
  if (!row) return send_error(*responder, row.error());
  auto change = views::parse_tag_request(request.body);
  if (!change) return send_error(*responder, change.error());
  for (const std::string& tag : change->add) {
    const Result<void> checked = check_tag(tag, options_.allowed_tags);
    if (!checked) return send_error(*responder, checked.error());
  }
  if (row->tags.size() + change->add.size() > kMaxTags) {
    return send_error(*responder,
                      invalid(fmt::format("{} would have more than {} tags", row->submission.id, kMaxTags)));
  }
  auto tags = store_.change_tags(row->key, {.add = std::move(change->add), .remove = std::move(change->remove)});
  if (!tags) return send_error(*responder, tags.error());
  send_json(*responder, 200, to_json(views::TagList{row->submission.id, std::move(*tags)}));
}

}  // namespace sennit::api
