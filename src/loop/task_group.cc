#include "loop/task_group.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>

#include "base/check.h"
#include "loop/asio_access.h"

namespace sennit::loop {
namespace {

[[noreturn]] void die_of(const char* what) {
  std::fprintf(stderr, "sennit: an exception left a task: %s; please report this\n", what);
  std::fflush(stderr);
  std::abort();
}

// The only catch-all of the program: an exception here is a bug, and the journal makes a restart safe.
void check_end(const std::exception_ptr& thrown) {
  if (!thrown) return;
  try {
    std::rethrow_exception(thrown);
  } catch (const boost::system::system_error& error) {
    if (error.code() == boost::asio::error::operation_aborted) return;
    die_of(error.what());
  } catch (const std::exception& error) {
    die_of(error.what());
  } catch (...) {
    die_of("not a std::exception");
  }
}

}  // namespace

TaskGroup::TaskGroup(Loop& loop)
    : loop_(loop), join_(loop, [this] {
        Callback<void()> joined = std::move(joined_);
        joined();
      }) {}

TaskGroup::~TaskGroup() { SENNIT_CHECK(tasks_.empty()); }

void TaskGroup::spawn(boost::asio::awaitable<void> task) {
  if (stopping_) return;
  const auto entry = tasks_.emplace(tasks_.end());
  boost::asio::co_spawn(
      io_context_of(loop_), std::move(task),
      boost::asio::bind_cancellation_slot(entry->slot(), [this, entry](const std::exception_ptr& thrown) {
        check_end(thrown);
        finished(entry);
      }));
}

void TaskGroup::stop(Callback<void()> joined) {
  SENNIT_CHECK(!stopping_);
  stopping_ = true;
  joined_ = std::move(joined);
  if (tasks_.empty()) return join_.request();
  // Asio completes what is cancelled through its queue, so no task leaves the list within emit().
  for (auto& task : tasks_) task.emit(boost::asio::cancellation_type::all);
}

void TaskGroup::finished(Tasks::iterator task) {
  tasks_.erase(task);
  if (stopping_ && tasks_.empty()) join_.request();
}

}  // namespace sennit::loop
