#include "spec/pods/resource_tokens.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>

#include "spec/grammar.h"
#include "spec/quantity.h"
#include "spec/template/numbers.h"

namespace sennit::spec {
namespace {

constexpr double kDefaultShare = 0.9;
constexpr std::string_view kNoStorageUnit = "MiB";

tmpl::Value value_or_none(const std::optional<std::string>& text) {
  return text && !text->empty() ? tmpl::Value(*text) : tmpl::Value();
}

void add_amount(std::string_view name, const std::optional<std::string>& amount, tmpl::Variables& tokens) {
  tokens[std::string(name)] = value_or_none(amount);
  const std::optional<QuantityText> parts = amount ? split_quantity(*amount) : std::nullopt;
  const auto add = [&](std::string_view suffix, tmpl::Value value) {
    tokens[fmt::format("{}_{}", name, suffix)] = std::move(value);
  };
  add("VAL", parts ? tmpl::Value(parts->size) : tmpl::Value());
  add("UNIT", parts ? tmpl::Value(parts->unit.empty() ? "B" : parts->unit) : tmpl::Value());
  for (const std::string_view unit : {"Ti", "Gi", "Mi", "Ki", "B", "m"}) {
    const std::optional<double> converted = parts ? convert_quantity(*amount, unit) : std::nullopt;
    add(unit, converted ? tmpl::Value(*converted) : tmpl::Value());
  }
}

bool is_none(const tmpl::Value& value) { return std::holds_alternative<std::monostate>(value.data()); }

}  // namespace

Result<std::string> cache_token(const std::optional<std::string>& storage, std::string_view cache_size) {
  const std::optional<QuantityText> parts = storage ? split_quantity(*storage) : std::nullopt;
  const double amount = parts ? tmpl::parse_float(parts->size).value_or(0) : 0;
  const std::string_view unit = parts ? (parts->unit.empty() ? "B" : parts->unit) : kNoStorageUnit;
  const auto share = [&](double part) { return fmt::format("{:.0f}{}", std::floor(amount * part) + 0.0, unit); };
  if (cache_size.empty()) return share(kDefaultShare);
  if (!is_cache_size(cache_size)) {
    return Error(ErrorCode::kInvalid, fmt::format("'{}' is neither a share nor a quantity", cache_size));
  }
  if (!cache_size.ends_with('%')) return stored_quantity(cache_size).value_or("");
  const double percent = std::floor(tmpl::parse_float(cache_size.substr(0, cache_size.size() - 1)).value_or(0));
  return share(percent / 100);
}

Result<tmpl::Variables> resource_tokens(const ResourceText& resource, std::string_view cache_size,
                                        const tmpl::Variables& defaults) {
  tmpl::Variables tokens;
  const std::int64_t cpu = resource.cpu.value_or(0);
  const std::int64_t gpu = resource.gpu.value_or(0);
  tokens["USER_CPU"] = cpu != 0 ? tmpl::Value(static_cast<double>(cpu)) : tmpl::Value();
  tokens["USER_GPU"] = gpu != 0 ? tmpl::Value(gpu) : tmpl::Value();
  add_amount("USER_MEMORY", resource.memory, tokens);
  add_amount("USER_STORAGE", resource.storage, tokens);
  tokens["USER_EXCLUDED_NODES"] = fmt::format("ARRAY:[{}]", fmt::join(resource.nodes_excluded, ","));
  for (const auto& [name, value] : defaults) {
    const auto own = tokens.find(name);
    if (own == tokens.end() || is_none(own->second)) tokens[name] = value;
  }
  const auto usual = defaults.find("USER_CACHE");
  const auto* usual_size = usual != defaults.end() ? std::get_if<std::string>(&usual->second.data()) : nullptr;
  if (cache_size.empty() && usual_size != nullptr) cache_size = *usual_size;
  SENNIT_ASSIGN(tokens["USER_CACHE"], cache_token(resource.storage, cache_size));
  return tokens;
}

}  // namespace sennit::spec
