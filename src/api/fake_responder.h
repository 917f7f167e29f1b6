// A responder that keeps what it is given, for tests.
#pragma once

#include <memory>
#include <string>

#include "http/responder.h"

namespace sennit::api {

// What came out, shared with the test: the responder itself belongs to whom it was given.
struct Answer {
  int status = 0;
  std::string content_type;
  std::string body;
  bool complete = false;
  std::size_t buffered = 0;  // what buffered() says: a test makes a client slow with it
  loop::Callback<void()> drained;
  loop::Callback<void()> closed;
};

class FakeResponder final : public http::Responder {
 public:
  explicit FakeResponder(std::shared_ptr<Answer> answer) : answer_(std::move(answer)) {}

  void send(http::Response response) override {
    answer_->status = response.status;
    answer_->content_type = response.content_type;
    answer_->body = std::move(response.body);
    answer_->complete = true;
  }
  void start_stream(int status, std::string_view content_type, std::vector<http::Header> /*extra*/) override {
    answer_->status = status;
    answer_->content_type = content_type;
  }
  void write(std::string_view chunk) override { answer_->body += chunk; }
  void end() override { answer_->complete = true; }
  std::size_t buffered() const override { return answer_->buffered; }
  void on_drained(loop::Callback<void()> function) override { answer_->drained = std::move(function); }
  void on_closed(loop::Callback<void()> function) override { answer_->closed = std::move(function); }

 private:
  std::shared_ptr<Answer> answer_;
};

}  // namespace sennit::api
