#include "wire/messages.h"

#include <utility>

#include "base/fields.h"

namespace sennit::wire {
namespace {

// An attempt id is tags 1 to 4 of whatever message it is in: flat, for it is in nearly all of them.
constexpr std::uint32_t kAttemptTags = 4;

// Which incarnation of the attempt's command a message is about; the same tag in all of them.
constexpr std::uint32_t kIncarnationTag = 15;

void put_attempt(FieldWriter& writer, const AttemptId& id) {
  writer.put(1, id.instance.value());
  writer.put(2, id.workflow.value());
  writer.put(3, id.task.value());
  writer.put(4, id.number);
}

void take_attempt(const Field& field, AttemptId& id) {
  switch (field.tag) {
    case 1: id.instance = InstanceId(field.number); break;
    case 2: id.workflow = WorkflowKey(field.number); break;
    case 3: id.task = TaskIndex(static_cast<std::uint32_t>(field.number)); break;
    case 4: id.number = static_cast<std::uint32_t>(field.number); break;
    default: break;
  }
}

// Reads a message that begins with an attempt; `take` gets the fields behind it.
template <class Take>
Result<void> read_with_attempt(std::string_view bytes, AttemptId& id, Take take) {
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag <= kAttemptTags) {
      take_attempt(field, id);
    } else {
      take(field);
    }
  }
  return reader.status();
}

void ignore_field(const Field& /*from a later release*/) {}

template <class T>
Result<Message> decode_attempt_only(std::string_view bytes) {
  T message;
  SENNIT_TRY(read_with_attempt(bytes, message.attempt, ignore_field));
  return Message(message);
}

void encode_started(const fact::AttemptStarted& started, std::string& out) {
  FieldWriter writer(out);
  put_attempt(writer, started.attempt);
  writer.put(5, started.pid);
  writer.put_signed(6, started.at.unix_us());
  writer.put(kIncarnationTag, started.incarnation);
  writer.put(21, started.download_ms);
}

Result<fact::AttemptStarted> decode_started(std::string_view bytes) {
  fact::AttemptStarted started;
  SENNIT_TRY(read_with_attempt(bytes, started.attempt, [&](const Field& field) {
    if (field.tag == 5) started.pid = static_cast<std::uint32_t>(field.number);
    if (field.tag == 6) started.at = Instant::from_unix_us(field.as_signed());
    if (field.tag == kIncarnationTag) started.incarnation = static_cast<std::uint32_t>(field.number);
    if (field.tag == 21) started.download_ms = static_cast<std::uint32_t>(field.number);
  }));
  return started;
}

AttemptExit::How how_of(std::uint64_t number) {
  // A way of ending that this release does not know is best taken as "nobody knows".
  return number <= static_cast<std::uint64_t>(AttemptExit::How::kLost) ? static_cast<AttemptExit::How>(number)
                                                                       : AttemptExit::How::kLost;
}

OutOfMemory out_of_memory_of(std::uint64_t number) {
  // A place where memory ran out that this release does not know: it did run out.
  return number <= static_cast<std::uint64_t>(OutOfMemory::kHost) ? static_cast<OutOfMemory>(number)
                                                                  : OutOfMemory::kHost;
}

void encode_capacity(const HostCapacity& capacity, FieldWriter& writer) {
  writer.put(1, capacity.cpus);
  writer.put(2, capacity.memory.count());
  writer.put(3, capacity.gpus.bits());
  writer.put(4, static_cast<std::uint64_t>(capacity.pretended_gpus));
  writer.put(5, capacity.storage.count());
  for (const GpuDevice& device : capacity.devices) {
    writer.nest(6, [&](FieldWriter& inner) {
      inner.put(1, device.name);
      inner.put(2, device.memory.count());
    });
  }
  writer.put(7, static_cast<std::uint64_t>(capacity.measures_gpus));
}

Result<void> decode_device(std::string_view bytes, HostCapacity& capacity) {
  GpuDevice& device = capacity.devices.emplace_back();
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag == 1) device.name = field.bytes;
    if (field.tag == 2) device.memory = Bytes(field.number);
  }
  return reader.status();
}

Result<void> decode_capacity(std::string_view bytes, HostCapacity& capacity) {
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    switch (field.tag) {
      case 1: capacity.cpus = static_cast<std::uint32_t>(field.number); break;
      case 2: capacity.memory = Bytes(field.number); break;
      case 3: capacity.gpus = GpuSet::from_bits(field.number); break;
      case 4: capacity.pretended_gpus = field.as_bool(); break;
      case 5: capacity.storage = Bytes(field.number); break;
      case 6:
        if (capacity.devices.size() < GpuSet::kMaxDevices) SENNIT_TRY(decode_device(field.bytes, capacity));
        break;
      case 7: capacity.measures_gpus = field.as_bool(); break;
      default: break;
    }
  }
  return reader.status();
}

// One overload a message: its payload, and its frame type.
struct Encoder {
  std::string& out;

  FrameType operator()(const Unknown& /*nothing is known of it*/) const { return kHelloFrame; }
  FrameType operator()(const ServerInfo& info) const {
    FieldWriter writer(out);
    writer.put(1, info.instance.value());
    writer.put(2, info.version);
    writer.put(3, info.pid);
    return kServerInfoFrame;
  }
  FrameType operator()(const AddWorkflow& add) const {
    sennit::encode(add.context, out);
    return kAddWorkflowFrame;
  }
  FrameType operator()(const FinishWorkflow& finish) const {
    FieldWriter(out).put(1, finish.workflow.value());
    return kFinishWorkflowFrame;
  }
  FrameType operator()(const Start& start) const {
    sennit::encode(start.order, out);
    return kStartFrame;
  }
  FrameType operator()(const Restart& restart) const {
    sennit::encode(restart.order, out);
    return kRestartFrame;
  }
  FrameType operator()(const Stop& stop) const {
    FieldWriter writer(out);
    put_attempt(writer, stop.attempt);
    writer.put(5, static_cast<std::uint64_t>(stop.reason));
    writer.put_signed(6, stop.grace.count());
    writer.put(kIncarnationTag, stop.incarnation);
    return kStopFrame;
  }
  FrameType operator()(const Release& release) const { return attempt_only(release.attempt, kReleaseFrame); }
  FrameType operator()(const Pause& pause) const { return attempt_only(pause.attempt, kPauseFrame); }
  FrameType operator()(const Continue& order) const { return attempt_only(order.attempt, kContinueFrame); }
  FrameType operator()(const Forget& forget) const { return attempt_only(forget.attempt, kForgetFrame); }
  FrameType operator()(const Follow& follow) const {
    FieldWriter writer(out);
    put_attempt(writer, follow.attempt);
    writer.put(5, static_cast<std::uint64_t>(follow.held));
    return kFollowFrame;
  }
  FrameType operator()(const OpenChannel& open) const { return attempt_only(open.attempt, kOpenChannelFrame); }
  FrameType operator()(const Unfollow& unfollow) const { return attempt_only(unfollow.attempt, kUnfollowFrame); }
  FrameType operator()(const Measure& /*nothing to add*/) const { return kMeasureFrame; }
  FrameType operator()(const Shutdown& shutdown) const {
    FieldWriter(out).put(1, static_cast<std::uint64_t>(shutdown.when));
    return kShutdownFrame;
  }
  FrameType operator()(const HostInfo& info) const {
    FieldWriter writer(out);
    writer.put(1, info.version);
    writer.put(2, info.pid);
    writer.put(3, info.name);
    writer.nest(4, [&](FieldWriter& inner) { encode_capacity(info.capacity, inner); });
    std::string item;
    for (const fact::AttemptStarted& running : info.running) {
      item.clear();
      encode_started(running, item);
      writer.put_always(5, item);
    }
    for (const fact::AttemptExited& exited : info.exited) {
      item.clear();
      encode_exited(exited, item);
      writer.put_always(6, item);
    }
    writer.put(7, static_cast<std::uint64_t>(info.more));
    writer.put(8, info.gpu_problem);
    writer.put(35, info.limit_problems.memory);
    writer.put(36, info.limit_problems.cpus);
    writer.put(38, info.places.no_sandbox);
    writer.put(39, info.places.no_container);
    return kHostInfoFrame;
  }
  FrameType operator()(const Started& started) const {
    encode_started(started.fact, out);
    return kStartedFrame;
  }
  FrameType operator()(const AtBarrier& barrier) const {
    FieldWriter writer(out);
    put_attempt(writer, barrier.attempt);
    writer.put(kIncarnationTag, barrier.incarnation);
    return kAtBarrierFrame;
  }
  FrameType operator()(const Exited& exited) const {
    encode_exited(exited.fact, out);
    return kExitedFrame;
  }
  FrameType operator()(const Grew& grew) const {
    FieldWriter writer(out);
    put_attempt(writer, grew.attempt);
    writer.put(5, grew.size);
    return kGrewFrame;
  }
  FrameType operator()(const Packed& packed) const {
    FieldWriter writer(out);
    put_attempt(writer, packed.attempt);
    writer.put(5, packed.freed);
    return kPackedFrame;
  }
  FrameType operator()(const Transferring& transferring) const {
    const auto& [attempt, way, progress] = transferring.report;
    FieldWriter writer(out);
    put_attempt(writer, attempt);
    writer.put(5, static_cast<std::uint64_t>(way));
    writer.put(6, progress.done.count());
    writer.put(7, progress.total.count());
    writer.put(8, progress.per_second.count());
    writer.put(9, progress.files);
    writer.put(10, progress.total_files);
    return kTransferringFrame;
  }
  FrameType operator()(const Progressed& progressed) const {
    sennit::encode(progressed.report, out);
    return kProgressedFrame;
  }
  FrameType operator()(const Used& used) const {
    sennit::encode(used.report, out);
    return kUsedFrame;
  }
  FrameType operator()(const Contained& contained) const {
    FieldWriter writer(out);
    put_attempt(writer, contained.attempt);
    writer.put(5, contained.pid);
    return kContainedFrame;
  }
  FrameType operator()(const Measured& measured) const {
    FieldWriter writer(out);
    for (const GpuLoad& load : measured.gpus) {
      writer.nest(1, [&](FieldWriter& inner) {
        inner.put(1, load.device);
        inner.put(2, load.busy);
        inner.put(3, load.memory_used.count());
        inner.put(4, load.processes);
      });
    }
    return kMeasuredFrame;
  }

 private:
  FrameType attempt_only(const AttemptId& id, FrameType type) const {
    FieldWriter writer(out);
    put_attempt(writer, id);
    return type;
  }
};

Result<Message> decode_server_info(std::string_view bytes) {
  ServerInfo info;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    switch (field.tag) {
      case 1: info.instance = InstanceId(field.number); break;
      case 2: info.version = field.bytes; break;
      case 3: info.pid = static_cast<std::uint32_t>(field.number); break;
      default: break;
    }
  }
  SENNIT_TRY(reader.status());
  return Message(std::move(info));
}

// A message of one number.
Result<std::uint64_t> decode_number(std::string_view bytes) {
  std::uint64_t number = 0;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag == 1) number = field.number;
  }
  SENNIT_TRY(reader.status());
  return number;
}

Result<Message> decode_stop(std::string_view bytes) {
  Stop stop;
  SENNIT_TRY(read_with_attempt(bytes, stop.attempt, [&](const Field& field) {
    if (field.tag == 5 && field.number <= static_cast<std::uint64_t>(kLastStopReason)) {
      stop.reason = static_cast<StopReason>(field.number);
    }
    if (field.tag == 6) stop.grace = Micros(field.as_signed());
    if (field.tag == kIncarnationTag) stop.incarnation = static_cast<std::uint32_t>(field.number);
  }));
  return Message(stop);
}

Result<Message> decode_follow(std::string_view bytes) {
  Follow follow;
  SENNIT_TRY(read_with_attempt(bytes, follow.attempt, [&](const Field& field) {
    if (field.tag == 5) follow.held = field.number != 0;
  }));
  return Message(follow);
}

Result<Message> decode_at_barrier(std::string_view bytes) {
  AtBarrier barrier;
  SENNIT_TRY(read_with_attempt(bytes, barrier.attempt, [&](const Field& field) {
    if (field.tag == kIncarnationTag) barrier.incarnation = static_cast<std::uint32_t>(field.number);
  }));
  return Message(barrier);
}

Result<Message> decode_host_info(std::string_view bytes) {
  HostInfo info;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    switch (field.tag) {
      case 1: info.version = field.bytes; break;
      case 2: info.pid = static_cast<std::uint32_t>(field.number); break;
      case 3: info.name = field.bytes; break;
      case 4: SENNIT_TRY(decode_capacity(field.bytes, info.capacity)); break;
      case 5: {
        SENNIT_ASSIGN(fact::AttemptStarted running, decode_started(field.bytes));
        info.running.push_back(running);
        break;
      }
      case 6: {
        SENNIT_ASSIGN(fact::AttemptExited exited, decode_exited(field.bytes));
        info.exited.push_back(std::move(exited));
        break;
      }
      case 7: info.more = field.as_bool(); break;
      case 8: info.gpu_problem = field.bytes; break;
      case 35: info.limit_problems.memory = field.bytes; break;
      case 36: info.limit_problems.cpus = field.bytes; break;
      case 38: info.places.no_sandbox = field.bytes; break;
      case 39: info.places.no_container = field.bytes; break;
      default: break;
    }
  }
  SENNIT_TRY(reader.status());
  return Message(std::move(info));
}

Result<Message> decode_grew(std::string_view bytes) {
  Grew grew;
  SENNIT_TRY(read_with_attempt(bytes, grew.attempt, [&](const Field& field) {
    if (field.tag == 5) grew.size = field.number;
  }));
  return Message(grew);
}

Result<Message> decode_packed(std::string_view bytes) {
  Packed packed;
  SENNIT_TRY(read_with_attempt(bytes, packed.attempt, [&](const Field& field) {
    if (field.tag == 5) packed.freed = field.number;
  }));
  return Message(packed);
}

Result<Message> decode_transferring(std::string_view bytes) {
  Transferring transferring;
  TransferProgress& progress = transferring.report.progress;
  SENNIT_TRY(read_with_attempt(bytes, transferring.report.attempt, [&](const Field& field) {
    if (field.tag == 5) transferring.report.way = field.number == 0 ? TransferWay::kDownload : TransferWay::kUpload;
    if (field.tag == 6) progress.done = Bytes(field.number);
    if (field.tag == 7) progress.total = Bytes(field.number);
    if (field.tag == 8) progress.per_second = Bytes(field.number);
    if (field.tag == 9) progress.files = field.number;
    if (field.tag == 10) progress.total_files = field.number;
  }));
  return Message(transferring);
}

Result<GpuLoad> decode_load(std::string_view bytes) {
  GpuLoad load;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    switch (field.tag) {
      case 1: load.device = static_cast<unsigned>(field.number); break;
      case 2: load.busy = static_cast<std::uint32_t>(field.number); break;
      case 3: load.memory_used = Bytes(field.number); break;
      case 4: load.processes = static_cast<std::uint32_t>(field.number); break;
      default: break;
    }
  }
  SENNIT_TRY(reader.status());
  return load;
}

Result<Message> decode_measured(std::string_view bytes) {
  Measured measured;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag != 1 || measured.gpus.size() == GpuSet::kMaxDevices) continue;
    SENNIT_ASSIGN(const GpuLoad load, decode_load(field.bytes));
    measured.gpus.push_back(load);
  }
  SENNIT_TRY(reader.status());
  return Message(std::move(measured));
}

Result<Message> decode_shutdown(std::string_view bytes) {
  SENNIT_ASSIGN(const std::uint64_t number, decode_number(bytes));
  // A way that this release does not know is taken as the gentle one.
  return Message(Shutdown{number == 1 ? Shutdown::When::kNow : Shutdown::When::kIdle});
}

Result<Message> decode_payload(FrameType type, std::string_view payload) {
  switch (type) {
    case kServerInfoFrame: return decode_server_info(payload);
    case kAddWorkflowFrame: {
      SENNIT_ASSIGN(WorkflowContext context, decode_workflow_context(payload));
      return Message(AddWorkflow{std::move(context)});
    }
    case kFinishWorkflowFrame: {
      SENNIT_ASSIGN(const std::uint64_t key, decode_number(payload));
      return Message(FinishWorkflow{WorkflowKey(key)});
    }
    case kStartFrame: {
      SENNIT_ASSIGN(StartOrder order, decode_start_order(payload));
      return Message(Start{std::move(order)});
    }
    case kRestartFrame: {
      SENNIT_ASSIGN(StartOrder order, decode_start_order(payload));
      return Message(Restart{std::move(order)});
    }
    case kStopFrame: return decode_stop(payload);
    case kReleaseFrame: return decode_attempt_only<Release>(payload);
    case kPauseFrame: return decode_attempt_only<Pause>(payload);
    case kContinueFrame: return decode_attempt_only<Continue>(payload);
    case kForgetFrame: return decode_attempt_only<Forget>(payload);
    case kFollowFrame: return decode_follow(payload);
    case kOpenChannelFrame: return decode_attempt_only<OpenChannel>(payload);
    case kUnfollowFrame: return decode_attempt_only<Unfollow>(payload);
    case kMeasureFrame: return Message(Measure());
    case kShutdownFrame: return decode_shutdown(payload);
    case kHostInfoFrame: return decode_host_info(payload);
    case kStartedFrame: {
      SENNIT_ASSIGN(const fact::AttemptStarted started, decode_started(payload));
      return Message(Started{started});
    }
    case kAtBarrierFrame: return decode_at_barrier(payload);
    case kExitedFrame: {
      SENNIT_ASSIGN(fact::AttemptExited exited, decode_exited(payload));
      return Message(Exited{std::move(exited)});
    }
    case kGrewFrame: return decode_grew(payload);
    case kTransferringFrame: return decode_transferring(payload);
    case kPackedFrame: return decode_packed(payload);
    case kProgressedFrame: {
      SENNIT_ASSIGN(ProgressReport report, decode_progress_report(payload));
      return Message(Progressed{std::move(report)});
    }
    case kUsedFrame: {
      SENNIT_ASSIGN(UsageReport report, decode_usage_report(payload));
      return Message(Used{std::move(report)});
    }
    case kContainedFrame: {
      Contained contained;
      SENNIT_TRY(read_with_attempt(payload, contained.attempt, [&](const Field& field) {
        if (field.tag == 5) contained.pid = static_cast<std::uint32_t>(field.number);
      }));
      return Message(contained);
    }
    case kMeasuredFrame: return decode_measured(payload);
    default: return Message(Unknown{type});
  }
}

}  // namespace

FrameType encode(const Message& message, std::string& out) { return std::visit(Encoder{out}, message); }

Result<Message> decode_message(FrameType type, std::string_view payload) {
  Result<Message> message = decode_payload(type, payload);
  if (!message) return std::move(message).error().in("message of type " + std::to_string(type));
  return message;
}

void send(Connection& connection, const Message& message, Connection::Urgency urgency) {
  std::string payload;
  const FrameType type = encode(message, payload);
  if (type != kHelloFrame) connection.send(type, payload, urgency);
}

void encode_exited(const fact::AttemptExited& fact, std::string& out) {
  FieldWriter writer(out);
  put_attempt(writer, fact.attempt);
  writer.put(5, static_cast<std::uint64_t>(fact.exit.how));
  writer.put_signed(6, fact.exit.code);
  writer.put(7, fact.exit.message);
  writer.put_signed(8, fact.exit.at.unix_us());
  writer.put_signed(9, fact.exit.ran_us);
  writer.put(10, fact.exit.usage.max_memory.count());
  writer.put_signed(11, fact.exit.usage.cpu.count());
  writer.put(kIncarnationTag, fact.incarnation);
  writer.put(21, fact.exit.upload_ms);
  writer.put(35, static_cast<std::uint64_t>(fact.exit.out_of_memory));
  writer.put(36, fact.exit.memory_limit.count());
}

Result<fact::AttemptExited> decode_exited(std::string_view payload) {
  fact::AttemptExited fact;
  AttemptExit& exit = fact.exit;
  SENNIT_TRY(read_with_attempt(payload, fact.attempt, [&](const Field& field) {
    switch (field.tag) {
      case 5: exit.how = how_of(field.number); break;
      case 6: exit.code = static_cast<std::int32_t>(field.as_signed()); break;
      case 7: exit.message = field.bytes; break;
      case 8: exit.at = Instant::from_unix_us(field.as_signed()); break;
      case 9: exit.ran_us = field.as_signed(); break;
      case 10: exit.usage.max_memory = Bytes(field.number); break;
      case 11: exit.usage.cpu = Micros(field.as_signed()); break;
      case kIncarnationTag: fact.incarnation = static_cast<std::uint32_t>(field.number); break;
      case 21: exit.upload_ms = static_cast<std::uint32_t>(field.number); break;
      case 35: exit.out_of_memory = out_of_memory_of(field.number); break;
      case 36: exit.memory_limit = Bytes(field.number); break;
      default: break;
    }
  }));
  return fact;
}

}  // namespace sennit::wire
