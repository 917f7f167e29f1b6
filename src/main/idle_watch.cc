#include "main/idle_watch.h"

namespace sennit::main {

IdleWatch::IdleWatch(loop::Loop& loop, Micros limit, std::function<bool()> busy, std::function<void()> idle)
    : limit_(limit), busy_(std::move(busy)), idle_(std::move(idle)), timer_(loop) {}

void IdleWatch::look() {
  if (limit_.count() > 0) timer_.arm_after(limit_, [this] { time_over(); });
}

void IdleWatch::time_over() {
  if (busy_()) return look();
  idle_();
}

}  // namespace sennit::main
