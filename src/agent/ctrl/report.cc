#include "agent/ctrl/report.h"

#include <fmt/format.h>

#include <optional>

#include "model/exit_codes.h"
#include "views/json_writer.h"

namespace sennit::agent {
namespace {

std::optional<std::int32_t> exit_code_of(const CourseState& state) {
  if (!state.has_exit) return std::nullopt;
  return state.exit.how == AttemptExit::How::kSignaled ? exit_codes::of_signal(state.exit.code) : state.exit.code;
}

std::string describe(const PhaseTimes& times, bool is_now, Instant now) {
  if (!times.began.is_set()) return "-";
  const Instant until = times.ended.is_set() ? times.ended : now;
  return fmt::format("{}  {:.1f} s{}", views::format_instant(times.began),
                     static_cast<double>((until - times.began).count()) / 1e6, is_now ? ", under way" : "");
}

std::string describe(const TransferProgress& progress) {
  std::string text = readable(progress.done);
  if (progress.total != Bytes()) text.append(" of ").append(readable(progress.total));
  if (progress.per_second != Bytes()) text.append(", ").append(readable(progress.per_second)).append("/s");
  return text;
}

}  // namespace

std::string report_json(const TaskOrder& order, const CourseState& state) {
  std::string out;
  views::JsonWriter writer(out);
  writer.begin_object();
  writer.field("workflow", order.context.id);
  writer.field("task", order.order.task);
  writer.field("retry_id", std::uint64_t{order.order.attempt.number});
  writer.field("phase", state.over ? std::string_view("over") : to_string(state.phase));
  writer.field("exit_code", exit_code_of(state));
  writer.field("failure_message", state.exit.message);
  writer.key("phases");
  writer.begin_array();
  for (std::size_t i = 0; i < kTaskPhases; ++i) {
    writer.begin_object();
    writer.field("name", to_string(static_cast<TaskPhase>(i)));
    writer.field("start_time", state.times[i].began);
    writer.field("end_time", state.times[i].ended);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return out;
}

std::string report_text(const TaskOrder& order, const Course& course, Instant now) {
  const CourseState& state = course.state();
  std::string text = fmt::format("workflow    {}\ntask        {} (retry {})\n", order.context.id, order.order.task,
                                 order.order.attempt.number);
  for (std::size_t i = 0; i < kTaskPhases; ++i) {
    const auto phase = static_cast<TaskPhase>(i);
    const bool is_now = phase == state.phase && !state.times[i].ended.is_set();
    text += fmt::format("{:<12}{}", to_string(phase), describe(state.times[i], is_now, now));
    if (is_now && course.progress()) text += " (" + describe(*course.progress()) + ")";
    text += '\n';
  }
  return text;
}

}  // namespace sennit::agent
