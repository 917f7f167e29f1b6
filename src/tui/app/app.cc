#include "tui/app/app.h"

#include <langinfo.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <ranges>
#include <utility>

#include "base/base64.h"
#include "base/clock.h"
#include "tui/acts/changes.h"
#include "tui/app/dialogs.h"
#include "tui/app/frame_lines.h"
#include "tui/lists/runs_view.h"
#include "tui/run/run_view.h"
#include "tui/terminal/frame_writer.h"
#include "tui/terminal/terminal.h"
#include "tui/view/theme.h"
#include "tui/view/view.h"

namespace sennit::tui {
namespace {

constexpr Micros kFrameTime = std::chrono::milliseconds(50);
constexpr Micros kTick = std::chrono::seconds(1);
constexpr Micros kNoticeTime = std::chrono::seconds(6);

// Signals as something to poll, until it ends.
class Signals {
 public:
  Signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGCONT, SIGTSTP}) ::sigaddset(&set, number);
    ::pthread_sigmask(SIG_BLOCK, &set, &before_);
    fd_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  }
  ~Signals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  int fd() const { return fd_.get(); }
  int take() const {
    signalfd_siginfo info{};
    return ::read(fd_.get(), &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
  }

 private:
  UniqueFd fd_;
  sigset_t before_{};
};

bool shows_utf8() {
  std::setlocale(LC_CTYPE, "");
  return std::string_view(::nl_langinfo(CODESET)) == "UTF-8";
}

class App final : public Desk {
 public:
  App(const AppOptions& options, std::unique_ptr<Terminal> terminal)
      : options_(options),
        terminal_(std::move(terminal)),
        writer_(colour_depth(std::getenv("NO_COLOR"), std::getenv("COLORTERM"), std::getenv("TERM"))),
        theme_(standard_theme(!shows_utf8())),
        requests_(options.place, wakeup_),
        events_(options.place, wakeup_) {}

  void run() {
    views_.push_back(std::make_unique<RunsView>(*this));
    if (!options_.workflow.empty()) views_.push_back(std::make_unique<RunView>(*this, options_.workflow));
    top().begin();
    while (!leaving_) {
      if (dirty_ && !terminal_->is_writing() && now_boot() >= next_frame_) draw();
      wait();
      closed_.clear();
    }
  }

 private:
  View& top() const { return *views_.back(); }
  Micros now_boot() const { return clock_.boot(); }

  void draw() {
    const TerminalSize size = terminal_->size();
    Frame frame(size.columns, size.rows, theme_.ascii ? Charset::kAscii : Charset::kUtf8);
    const Pane whole(frame);
    if (!notice_.empty() && now_boot() > notice_until_) notice_.clear();
    const FrameLines lines{
        .titles = titles(), .acts = acts(), .notice = notice_, .is_warning = notice_is_warning_, .lost = lost_};
    if (size.rows >= 3) {
      draw_first_line(whole.rows(0, 1), theme_, lines);
      top().draw(whole.rows(1, size.rows - 2), theme_);
      draw_last_line(whole.rows(size.rows - 1, 1), theme_, lines);
    }
    if (dialog_) dialog_->draw(whole, theme_);
    terminal_->write(writer_.update(frame));
    dirty_ = false;
    next_frame_ = now_boot() + kFrameTime;
  }

  std::vector<std::string> titles() const {
    std::vector<std::string> titles;
    for (const auto& view : views_) titles.push_back(view->title());
    return titles;
  }

  // Those of the view, and those of all.
  std::vector<Act> acts() {
    std::vector<Act> all = top().acts();
    if (views_.size() > 1) {
      all.push_back(
          {.key = named(KeyName::kEscape), .name = "back", .help = "the screen before", .act = [this] { back(); }});
    }
    all.push_back(
        {.key = character('q'), .name = "quit", .help = "leave; what runs goes on", .prominent = true, .act = [this] {
           leave();
         }});
    all.push_back({.key = control('c'), .name = "quit?", .help = "leave, or cancel the workflow", .act = [this] {
                     interrupted();
                   }});
    all.push_back({.key = character(':'), .name = "palette", .help = "any of these by its name", .act = [this] {
                     open_palette();
                   }});
    all.push_back(
        {.key = character('?'), .name = "help", .help = "the keys of this screen", .prominent = true, .act = [this] {
           open_help();
         }});
    all.push_back({.key = control('z'), .name = "suspend", .help = "back to the shell; `fg` goes on", .act = [this] {
                     suspend();
                   }});
    all.push_back({.key = control('l'), .name = "redraw", .help = "draw all of the screen again", .act = [this] {
                     writer_.forget();
                   }});
    return all;
  }

  int patience() const {
    std::optional<Micros> until;
    const auto at = [&until](Micros time) { until = until ? std::min(*until, time) : time; };
    if (dirty_ && !terminal_->is_writing()) at(next_frame_);
    if (goes_on_) at(next_tick_);
    if (!notice_.empty()) at(notice_until_);
    if (input_.is_waiting()) at(typed_at_ + std::chrono::milliseconds(input_.patience_ms()));
    if (!until) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - now_boot()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0));
  }

  void wait() {
    std::array<pollfd, 3> fds = {{{.fd = terminal_->fd(), .events = POLLIN, .revents = 0},
                                  {.fd = wakeup_.fd(), .events = POLLIN, .revents = 0},
                                  {.fd = signals_.fd(), .events = POLLIN, .revents = 0}}};
    if (terminal_->is_writing()) fds[0].events |= POLLOUT;
    ::poll(fds.data(), fds.size(), patience());
    if ((fds[0].revents & POLLOUT) != 0) terminal_->send();
    if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) read();
    // News may come all the time meanwhile.
    if (input_.is_waiting() && now_boot() >= typed_at_ + std::chrono::milliseconds(input_.patience_ms()))
      take(input_.quiet());
    if (fds[1].revents != 0) take_news();
    if (fds[2].revents != 0) take_signals();
    if (!notice_.empty() && now_boot() > notice_until_) dirty_ = true;
    if (now_boot() < next_tick_) return;
    next_tick_ = now_boot() + kTick;
    goes_on_ = top().tick();
    dirty_ |= goes_on_;
  }

  void read() {
    const Result<std::string> bytes = terminal_->read();
    if (!bytes) leaving_ = true;
    typed_at_ = now_boot();
    if (bytes) take(input_.feed(*bytes));
  }

  void take(const std::vector<Input>& inputs) {
    for (const Input& input : inputs) {
      if (leaving_) return;
      dirty_ = true;
      if (dialog_) {
        // It may open another one in its place, and is gone then.
        const std::shared_ptr<Dialog> dialog = dialog_;
        if (dialog->take(input) == Dialog::Then::kClose && dialog_ == dialog) dialog_.reset();
        continue;
      }
      const Key* key = std::get_if<Key>(&input);
      if (key == nullptr || !act_on(*key)) top().take(input);
    }
  }

  bool act_on(const Key& key) {
    for (const Act& act : acts()) {
      if (act.key != key || !act.act) continue;
      act.act();
      return true;
    }
    return false;
  }

  void take_news() {
    wakeup_.clear();
    requests_.deliver();
    const EventWatch::News news = events_.take();
    lost_ = news.lost;
    for (const auto& view : views_) view->take(news);
    next_tick_ = std::min(next_tick_, now_boot() + kTick);
    goes_on_ = true;
    dirty_ = true;
  }

  void take_signals() {
    for (int number = signals_.take(); number != 0; number = signals_.take()) act_on(number);
  }

  void act_on(int signal) {
    switch (signal) {
      case SIGWINCH: dirty_ = true; break;
      case SIGTSTP: suspend(); break;
      case SIGCONT:
        writer_.forget();
        dirty_ = true;
        break;
      default: leaving_ = true;
    }
  }

  void suspend() {
    terminal_->suspend();
    writer_.forget();
    dirty_ = true;
  }

  // The screens of a run lie above the run.
  std::string unfinished() const {
    for (const auto& view : std::views::reverse(views_)) {
      if (std::string workflow = view->unfinished(); !workflow.empty()) return workflow;
    }
    return "";
  }

  void interrupted() {
    const std::string workflow = unfinished();
    std::vector<Choice> choices = {{.keys = {character('l'), named(KeyName::kEnter), character('q'), control('c')},
                                    .name = "leave, what runs goes on",
                                    .act = [this] { leave(); }}};
    if (!workflow.empty()) {
      choices.push_back({.keys = {character('c')}, .name = "cancel " + workflow, .act = [this, workflow] {
                           cancel_tasks(*this, workflow, {});
                         }});
    }
    choices.push_back({.keys = {named(KeyName::kEscape)}, .name = "stay", .act = {}});
    std::string question = workflow.empty() ? "Leave?" : workflow + " is not over.";
    dialog_ = std::make_shared<ChoiceDialog>(std::move(question), std::move(choices));
  }

  void open_help() { dialog_ = std::make_shared<HelpDialog>(top().title(), acts()); }

  void open_palette() {
    dialog_ = std::make_shared<PaletteDialog>(acts(), [this](const Act& act) {
      dialog_.reset();
      act.act();
    });
  }

  // --- the desk
  Requests& requests() override { return requests_; }
  const client::ServerPlace& place() const override { return options_.place; }
  const Wakeup& wakeup() const override { return wakeup_; }
  Instant now() const override { return clock_.now(); }
  const std::string& user() const override { return options_.user; }

  void open(std::unique_ptr<View> view) override {
    views_.push_back(std::move(view));
    top().begin();
    goes_on_ = true;
    dirty_ = true;
  }
  void back() override {
    if (views_.size() < 2) return;
    closed_.push_back(std::move(views_.back()));  // it may be the one that asks
    views_.pop_back();
    top().begin();
    dirty_ = true;
  }
  void leave() override { leaving_ = true; }
  void redraw() override { dirty_ = true; }
  void say(std::string text) override { notice(std::move(text), false); }
  void warn(std::string text) override { notice(std::move(text), true); }
  void notice(std::string text, bool is_warning) {
    notice_ = std::move(text);
    notice_is_warning_ = is_warning;
    notice_until_ = now_boot() + kNoticeTime;
    dirty_ = true;
  }
  void ask(std::string question, std::function<void()> yes) override {
    dialog_ = std::make_shared<QuestionDialog>(std::move(question), std::move(yes));
    dirty_ = true;
  }
  void prompt(std::string label, std::string text, std::function<void(const std::string&)> changed,
              std::function<void(const std::string&)> done) override {
    dialog_ = std::make_shared<PromptDialog>(std::move(label), std::move(text), std::move(changed), std::move(done));
    dirty_ = true;
  }
  // OSC 52: the terminal puts it on its own clipboard, also over SSH.
  void copy(std::string text) override {
    terminal_->write("\x1b]52;c;" + encode_base64(text) + "\x1b\\");
    say("copied");
  }
  void run_command(std::vector<std::string> words) override {
    terminal_->lend([&] { options_.run_command(words); });
    // What was typed there was meant for the command.
    for (int number = signals_.take(); number != 0; number = signals_.take()) {
      if (number != SIGINT && number != SIGTSTP) act_on(number);
    }
    writer_.forget();
    dirty_ = true;
  }

  const AppOptions& options_;
  const SystemClock clock_;
  const Signals signals_;  // before the threads, which are to inherit that they take none
  std::unique_ptr<Terminal> terminal_;
  FrameWriter writer_;
  InputReader input_;
  Micros typed_at_{};
  Theme theme_;
  Wakeup wakeup_;
  Requests requests_;
  EventWatch events_;
  std::vector<std::unique_ptr<View>> views_;
  std::vector<std::unique_ptr<View>> closed_;  // in this turn
  std::shared_ptr<Dialog> dialog_;             // shared with itself while it acts
  std::string notice_;
  bool notice_is_warning_ = false;
  Micros notice_until_{};
  std::string lost_;
  bool dirty_ = true;
  bool goes_on_ = true;  // the view changes with time
  Micros next_frame_{};
  Micros next_tick_{};
  bool leaving_ = false;
};

}  // namespace

Result<void> run(const AppOptions& options) {
  SENNIT_ASSIGN(std::unique_ptr<Terminal> terminal, Terminal::open());
  App app(options, std::move(terminal));
  app.run();
  return {};
}

}  // namespace sennit::tui
