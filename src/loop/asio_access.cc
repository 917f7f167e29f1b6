// Asio is compiled here, once (BOOST_ASIO_SEPARATE_COMPILATION).
#include "loop/asio_access.h"

#include <boost/asio/impl/src.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>

#include "loop/loop_impl.h"

namespace sennit::loop {
namespace {

class AsioWaiter final : public Waiter {
 public:
  explicit AsioWaiter(int epoll_fd) : sources_(context_, epoll_fd) {}
  ~AsioWaiter() override { sources_.release(); }  // the descriptor is the loop's

  void wait(WatchTable::Wait wait) override {
    if (!waiting_) {
      waiting_ = true;
      sources_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                          [this](const boost::system::error_code&) { waiting_ = false; });
    }
    context_.restart();
    if (wait == WatchTable::Wait::kUntilReady) context_.run_one();
    context_.poll();
  }

  boost::asio::io_context& context() { return context_; }

 private:
  boost::asio::io_context context_{1};  // one thread runs it; others may still post
  boost::asio::posix::stream_descriptor sources_;
  bool waiting_ = false;
};

}  // namespace

boost::asio::io_context& io_context_of(Loop& loop) {
  LoopImpl& impl = loop.impl();
  if (impl.waiter() == nullptr) impl.set_waiter(std::make_unique<AsioWaiter>(impl.watches().epoll_fd()));
  return static_cast<AsioWaiter*>(impl.waiter())->context();
}

}  // namespace sennit::loop
