// Something that a screen asks the server for, again and again: never twice at a time, and never so often that the
// server would do little else.
//
// Threads: the drawing thread; what is asked runs on another. Ownership: an answer that comes when this is gone is
// dropped.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "tui/view/view.h"

namespace sennit::tui {

template <class T>
class Asked {
 public:
  using Ask = std::function<Result<T>(client::Api&)>;
  using Keep = std::function<void(T&&)>;

  Asked(Desk& desk, Ask ask, Keep keep) : desk_(desk), ask_(std::move(ask)), keep_(std::move(keep)) {}

  // Now, unless it was just asked: then soon (refresh).
  void ask() {
    stale_ = true;
    if (is_on_its_way_) return;
    const Instant now = desk_.now();
    if (asked_at_.is_set() && now - asked_at_ < kShareOfServer * cost_) return;
    send(now);
  }
  // Something else: now, or when the answer that is on its way has come.
  void ask(Ask other) {
    ask_ = std::move(other);
    is_other_ = is_on_its_way_;
    if (!is_on_its_way_) send(desk_.now());
  }

  // What came may be no longer so.
  void set_stale() { stale_ = true; }
  // Once a second: asks if it is to be asked.
  void refresh() {
    if (stale_) ask();
  }

  bool has_come() const { return has_come_; }
  Micros age() const { return desk_.now() - asked_at_; }
  const std::string& trouble() const { return trouble_; }  // why the last time failed; "": it did not

 private:
  static constexpr int kShareOfServer = 20;

  void send(Instant now) {
    is_on_its_way_ = true;
    stale_ = is_other_ = false;
    asked_at_ = now;
    desk_.requests().send(ask_, [this, alive = std::weak_ptr<bool>(alive_)](Result<T>& answer) {
      if (!alive.expired()) take(answer);
    });
  }

  void take(Result<T>& answer) {
    is_on_its_way_ = false;
    cost_ = desk_.now() - asked_at_;
    trouble_ = answer ? "" : answer.error().message();
    desk_.redraw();
    if (is_other_) return send(desk_.now());
    stale_ |= !answer;
    if (!answer) return;
    has_come_ = true;
    keep_(std::move(*answer));
  }

  Desk& desk_;
  Ask ask_;
  Keep keep_;
  bool is_on_its_way_ = false;
  bool is_other_ = false;
  bool stale_ = false;
  bool has_come_ = false;
  std::string trouble_;
  Instant asked_at_;
  Micros cost_{};  // of the last answer
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace sennit::tui
