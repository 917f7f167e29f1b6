#include "agent/gpu_meter.h"

#include <utility>

#include "agent/message_log.h"

namespace sennit::agent {

GpuMeter::GpuMeter(loop::Loop& loop, GpuSet gpus, std::string library, Micros patience)
    : loop_(loop), gpus_(gpus), library_(std::move(library)), patience_(patience), timeout_(loop) {}

GpuMeter::~GpuMeter() = default;

void GpuMeter::measure(Answer answer) {
  waiting_.push_back(std::move(answer));
  if (waiting_.size() > 1) return;
  timeout_.arm_after(patience_, [this] {
    say(Level::kWarn, "the GPU driver does not say how busy the devices are");
    answer_all({});
  });
  if (worker_ == nullptr) worker_ = std::make_unique<loop::WorkerPool>(loop_, 1);
  if (worker_->pending() > 0) return;  // it still has not come back; if it does now, that is the answer
  worker_->submit([gpus = gpus_, library = library_] { return nvml_loads(gpus, library.c_str()); },
                  [this](const Result<std::vector<GpuLoad>>& loads) {
                    if (!loads) say(Level::kWarn, "measure the GPUs: {}", loads.error().message());
                    answer_all(loads ? *loads : std::vector<GpuLoad>());
                  });
}

void GpuMeter::answer_all(const std::vector<GpuLoad>& loads) {
  timeout_.cancel();
  for (const Answer& answer : std::exchange(waiting_, {})) answer(loads);
}

}  // namespace sennit::agent
