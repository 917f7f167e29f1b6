#include "model/measures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "base/fields.h"
#include "model/resources.h"

namespace sennit {
namespace {

// As in the other messages about an attempt.
void put_attempt(FieldWriter& writer, const AttemptId& id) {
  writer.put(1, id.instance.value());
  writer.put(2, id.workflow.value());
  writer.put(3, id.task.value());
  writer.put(4, id.number);
}

void take_attempt(const Field& field, AttemptId& id) {
  switch (field.tag) {
    case 1: id.instance = InstanceId(field.number); break;
    case 2: id.workflow = WorkflowKey(field.number); break;
    case 3: id.task = TaskIndex(static_cast<std::uint32_t>(field.number)); break;
    case 4: id.number = static_cast<std::uint32_t>(field.number); break;
    default: break;
  }
}

Result<NamedValue> decode_value(std::string_view bytes) {
  NamedValue value;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag == 1) value.name = field.bytes;
    if (field.tag == 2) value.value = std::bit_cast<double>(field.number);
  }
  SENNIT_TRY(reader.status());
  return value;
}

Result<GpuUse> decode_gpu_use(std::string_view bytes) {
  GpuUse gpu;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    switch (field.tag) {
      case 1: gpu.device = static_cast<unsigned>(field.number); break;
      case 2: gpu.busy = static_cast<std::uint32_t>(field.number); break;
      case 3: gpu.memory = Bytes(field.number); break;
      case 4: gpu.own_memory = Bytes(field.number); break;
      case 5: gpu.quiet_since = Instant::from_unix_us(field.as_signed()); break;
      default: break;
    }
  }
  SENNIT_TRY(reader.status());
  return gpu;
}

// "100/1000" or "100".
std::string counted(double done, std::optional<double> total) {
  if (total && *total > 0) return fmt::format("{:.15g}/{:.15g}", done, *total);
  return fmt::format("{:.15g}", done);
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kShown = {{
    {"loss", "loss"},
    {"train_loss", "train_loss"},
    {"eval_loss", "eval_loss"},
    {"val_loss", "val_loss"},
    {"learning_rate", "lr"},
    {"accuracy", "accuracy"},
    {"score", "score"},
}};
constexpr std::size_t kMostOthers = 2;

bool is_shown(std::string_view name) {
  for (const std::string_view known : {"step", "total", "epoch", "epochs", "percent"}) {
    if (name == known) return true;
  }
  return std::ranges::any_of(kShown, [name](const auto& one) { return one.first == name; });
}

}  // namespace

void encode(const ProgressReport& report, std::string& out) {
  FieldWriter writer(out);
  put_attempt(writer, report.attempt);
  writer.put_signed(5, report.at.unix_us());
  for (const NamedValue& value : report.values) {
    writer.nest(6, [&](FieldWriter& inner) {
      inner.put(1, value.name);
      inner.put(2, std::bit_cast<std::uint64_t>(value.value));
    });
  }
}

Result<ProgressReport> decode_progress_report(std::string_view bytes) {
  ProgressReport report;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    take_attempt(field, report.attempt);
    if (field.tag == 5) report.at = Instant::from_unix_us(field.as_signed());
    if (field.tag != 6) continue;
    SENNIT_ASSIGN(NamedValue value, decode_value(field.bytes));
    report.values.push_back(std::move(value));
  }
  SENNIT_TRY(reader.status());
  return report;
}

void encode(const UsageReport& report, std::string& out) {
  FieldWriter writer(out);
  put_attempt(writer, report.attempt);
  writer.put_signed(5, report.at.unix_us());
  writer.put(6, report.cpu_thousandths);
  writer.put(7, static_cast<std::uint64_t>(report.cpu_time.count()));
  writer.put(8, report.memory.count());
  writer.put(9, report.memory_limit.count());
  writer.put(10, report.read.count());
  writer.put(11, report.written.count());
  for (const GpuUse& gpu : report.gpus) {
    writer.nest(12, [&](FieldWriter& inner) {
      inner.put(1, gpu.device);
      inner.put(2, gpu.busy);
      inner.put(3, gpu.memory.count());
      inner.put(4, gpu.own_memory.count());
      inner.put_signed(5, gpu.quiet_since.unix_us());
    });
  }
}

Result<UsageReport> decode_usage_report(std::string_view bytes) {
  UsageReport report;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    switch (field.tag) {
      case 5: report.at = Instant::from_unix_us(field.as_signed()); break;
      case 6: report.cpu_thousandths = field.number; break;
      case 7: report.cpu_time = Micros(static_cast<std::int64_t>(field.number)); break;
      case 8: report.memory = Bytes(field.number); break;
      case 9: report.memory_limit = Bytes(field.number); break;
      case 10: report.read = Bytes(field.number); break;
      case 11: report.written = Bytes(field.number); break;
      case 12: {
        SENNIT_ASSIGN(const GpuUse gpu, decode_gpu_use(field.bytes));
        if (report.gpus.size() < GpuSet::kMaxDevices) report.gpus.push_back(gpu);
        break;
      }
      default: take_attempt(field, report.attempt); break;
    }
  }
  SENNIT_TRY(reader.status());
  return report;
}

std::optional<double> value_of(const std::vector<NamedValue>& values, std::string_view name) {
  const auto found = std::ranges::find(values, name, &NamedValue::name);
  if (found == values.end()) return std::nullopt;
  return found->value;
}

std::optional<double> percent_of(const std::vector<NamedValue>& values) {
  const auto share = [&](std::string_view done_name, std::string_view total_name) -> std::optional<double> {
    const auto done = value_of(values, done_name);
    const auto total = value_of(values, total_name);
    if (!done || !total || !(*total > 0) || !(*done >= 0) || *done > *total) return std::nullopt;
    return *done / *total * 100;
  };
  if (const auto by_steps = share("step", "total")) return by_steps;
  if (const auto told = value_of(values, "percent"); told && *told >= 0 && *told <= 100) return told;
  return share("epoch", "epochs");
}

std::string progress_line(const std::vector<NamedValue>& values) {
  std::string text;
  const auto add = [&text](std::string_view word) { text.append(text.empty() ? "" : " ").append(word); };
  if (const auto step = value_of(values, "step")) add("step " + counted(*step, value_of(values, "total")));
  if (const auto percent = percent_of(values)) add(fmt::format("{:.0f}%", std::floor(*percent)));
  if (const auto epoch = value_of(values, "epoch")) add("epoch " + counted(*epoch, value_of(values, "epochs")));
  for (const auto& [name, word] : kShown) {
    if (const auto value = value_of(values, name)) add(fmt::format("{} {:.4g}", word, *value));
  }
  if (!text.empty()) return text;
  std::size_t others = 0;
  for (const auto& [name, value] : values) {
    if (is_shown(name) || others++ == kMostOthers) break;
    add(fmt::format("{} {:.4g}", name, value));
  }
  return text;
}

}  // namespace sennit
