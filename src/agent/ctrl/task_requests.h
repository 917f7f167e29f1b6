// What the `sennit` command inside a task asks for: status and logs of its own workflow, and data. Answered by the
// places that can, with a clear refusal where nobody can.
//
// Threads:   the loop's.
// Ownership: the link, the files of the log and what is given as offers outlive it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/ctrl/user_link.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace sennit::agent {

// Where the answer to one request goes. After end() nothing more is taken.
class Answerer {
 public:
  Answerer(UserLink& link, RequestId id) : link_(link), id_(id) {}

  UserLink::Room out(std::string_view text) { return say(wire::Answer::Part::kStdout, text); }
  UserLink::Room err(std::string_view text) { return say(wire::Answer::Part::kStderr, text); }
  void end(std::uint32_t code) { link_.answer(id_, {.part = wire::Answer::Part::kEnd, .text = "", .code = code}); }
  // "sennit: <why>" and exit code 1.
  void refuse(std::string_view why);
  RequestId id() const { return id_; }

 private:
  UserLink::Room say(wire::Answer::Part part, std::string_view text);

  UserLink& link_;
  RequestId id_;
};

// `sennit data ...` and whatever else needs the storage. To be implemented by whoever can transfer.
class DataRequests {
 public:
  virtual ~DataRequests() = default;
  // `words` begins with "data"; relative paths in it are from `directory` in the task's container. Answered through
  // `answerer`, now or later.
  virtual void on_data_request(const std::vector<std::string>& words, const std::string& directory,
                               Answerer answerer) = 0;
  virtual void on_data_request_gone(RequestId id) = 0;
};

class TaskRequests {
 public:
  struct Offers {
    std::function<Result<std::string>(bool json)> status;  // of the own workflow, as text to print
    std::string log;                                       // the file with the own log; "": none
    DataRequests* data = nullptr;                          // null: none
  };

  TaskRequests(UserLink& link, Offers offers);
  ~TaskRequests();
  TaskRequests(const TaskRequests&) = delete;
  TaskRequests& operator=(const TaskRequests&) = delete;

  // As the link's handler is told.
  void on_request(RequestId id, const wire::Request& request);
  void on_drained(RequestId id);
  void on_gone(RequestId id);

 private:
  struct Reading {  // a log on its way
    UniqueFd file;
    std::uint64_t next = 0;
    std::uint64_t end = 0;
  };

  void status(const std::vector<std::string>& words, Answerer answerer);
  void logs(const std::vector<std::string>& words, Answerer answerer);
  void go_on(RequestId id);

  UserLink& link_;
  Offers offers_;
  std::map<RequestId, Reading> readings_;
};

}  // namespace sennit::agent
