// A screen of the terminal view, and what it may ask of the whole.
//
// A view draws what it knows and waits for nothing: what it needs of the server it asks for through the desk, and is
// told later. Its keys are a list, from which they are acted on, shown in the bottom line, and explained by `?`.
//
// Threads: the drawing thread. Ownership: views belong to the stack of them; the desk outlives them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "client/server_launch.h"
#include "tui/feed/event_watch.h"
#include "tui/feed/requests.h"
#include "tui/terminal/frame.h"
#include "tui/terminal/input.h"
#include "tui/view/theme.h"

namespace sennit::tui {

struct Act {
  Key key;
  std::string name;  // "cancel": for the bottom line and the palette
  std::string help;  // a sentence
  bool prominent = false;
  std::function<void()> act;
};

class View;

class Desk {
 public:
  virtual ~Desk() = default;
  virtual Requests& requests() = 0;
  virtual const client::ServerPlace& place() const = 0;
  virtual const Wakeup& wakeup() const = 0;
  virtual Instant now() const = 0;
  virtual const std::string& user() const = 0;

  virtual void open(std::unique_ptr<View> view) = 0;
  // The view that asks ends after this turn, and the one below is shown.
  virtual void back() = 0;
  virtual void leave() = 0;  // all of it
  virtual void redraw() = 0;

  // One line, for some seconds.
  virtual void say(std::string text) = 0;
  virtual void warn(std::string text) = 0;
  // A question with yes and no.
  virtual void ask(std::string question, std::function<void()> yes) = 0;
  // A line of text, told as it grows (`changed` may be empty) and at its end; Escape tells "" to `changed`.
  virtual void prompt(std::string label, std::string text, std::function<void(const std::string&)> changed,
                      std::function<void(const std::string&)> done) = 0;
  virtual void copy(std::string text) = 0;
  // Gives the screen to a command of ours, "exec ID TASK", until it ends.
  virtual void run_command(std::vector<std::string> words) = 0;
};

class View {
 public:
  explicit View(Desk& desk) : desk_(desk) {}
  virtual ~View() = default;
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  virtual std::string title() const = 0;
  virtual void draw(const Pane& pane, const Theme& theme) = 0;
  // What is none of its acts: moving about, clicks. False: it means nothing here.
  virtual bool take(const Input& input) = 0;
  virtual std::vector<Act> acts() = 0;

  virtual void take(const EventWatch::News& /*news*/) {}
  // About once a second while it is shown; true if what it shows goes on by itself.
  virtual bool tick() { return false; }
  // It is shown (again).
  virtual void begin() {}
  // The workflow that it is about, if that is not over; "": it is about none.
  virtual std::string unfinished() const { return ""; }

 protected:
  Desk& desk() const { return desk_; }

 private:
  Desk& desk_;
};

}  // namespace sennit::tui
