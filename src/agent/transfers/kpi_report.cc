#include "agent/transfers/kpi_report.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/bytes.h"

namespace sennit::agent {

void KpiReport::check(Sink& sink) {
  sink_ = &sink;
  soon_.arm_after(Micros(0), [this] { sink_->on_item_done({}); });
}

void KpiReport::carry(Sink& sink) {
  sink_ = &sink;
  soon_.arm_after(Micros(0), [this] {
    report();
    sink_->on_item_done({});  // may destroy us
  });
}

void KpiReport::report() {
  for (const KpiSpec& kpi : kpis_) {
    struct stat info {};
    const bool is_there = ::lstat(fmt::format("{}/{}", output_, kpi.path).c_str(), &info) == 0 && S_ISREG(info.st_mode);
    sink_->on_item_line(is_there ? fmt::format("KPI {}: {} ({})", kpi.index, kpi.path,
                                               readable(Bytes(static_cast<std::uint64_t>(info.st_size))))
                                 : fmt::format("KPI {}: there is no file {} in the output", kpi.index, kpi.path));
  }
}

}  // namespace sennit::agent
