#include "wire/user_messages.h"

#include "base/fields.h"
#include "wire/field_reading.h"

namespace sennit::wire {
namespace {

struct Encoder {
  std::string& out;

  FrameType operator()(const UnknownFrame& /*unknown*/) const { return 0; }
  FrameType operator()(const UserInfo& info) const {
    FieldWriter writer(out);
    writer.put(1, info.version);
    writer.put(2, info.session);
    writer.put(3, info.pid);
    writer.put(4, static_cast<std::uint64_t>(info.state));
    writer.put(5, info.produced);
    return kUserInfoFrame;
  }
  FrameType operator()(const Resume& resume) const {
    FieldWriter writer(out);
    writer.put(1, resume.version);
    writer.put(2, resume.position);
    return kResumeFrame;
  }
  FrameType operator()(const StartCommand& start) const {
    FieldWriter writer(out);
    for (const std::string& word : start.argv) writer.put_always(1, word);
    for (const auto& [name, value] : start.environment) {
      writer.nest(2, [&, &name = name, &value = value](FieldWriter& inner) {
        inner.put(1, name);
        inner.put(2, value);
      });
    }
    writer.put(3, start.directory);
    writer.put(4, std::uint64_t{start.echo});
    return kStartCommandFrame;
  }
  FrameType operator()(const SignalCommand& signal) const {
    FieldWriter(out).put(1, signal.number);
    return kSignalCommandFrame;
  }
  FrameType operator()(const OutputStored& stored) const {
    FieldWriter(out).put(1, stored.position);
    return kOutputStoredFrame;
  }
  FrameType operator()(const ExitStored& /*stored*/) const { return kExitStoredFrame; }
  FrameType operator()(const Dismiss& dismiss) const {
    FieldWriter writer(out);
    writer.put(1, dismiss.code);
    writer.put(2, dismiss.message);
    return kDismissFrame;
  }
  FrameType operator()(const CommandStarted& started) const {
    FieldWriter writer(out);
    writer.put(1, started.pid);
    writer.put_signed(2, started.at.unix_us());
    return kCommandStartedFrame;
  }
  FrameType operator()(const Output& output) const {
    FieldWriter writer(out);
    writer.put(1, output.position);
    writer.put(2, static_cast<std::uint64_t>(output.stream));
    writer.put_signed(3, output.at.unix_us());
    writer.put(4, output.bytes);
    return kOutputFrame;
  }
  FrameType operator()(const CommandEnded& ended) const {
    FieldWriter writer(out);
    writer.put(1, static_cast<std::uint64_t>(ended.how));
    writer.put(2, ended.code);
    writer.put(3, ended.message);
    writer.put(4, std::uint64_t{ended.shortage});
    writer.put_signed(5, ended.at.unix_us());
    writer.put_signed(6, ended.ran.count());
    writer.put(7, ended.max_memory.count());
    writer.put_signed(8, ended.cpu.count());
    writer.put(9, ended.produced);
    return kCommandEndedFrame;
  }
  FrameType operator()(const Request& request) const {
    FieldWriter writer(out);
    for (const std::string& word : request.words) writer.put_always(1, word);
    writer.put(2, request.directory);
    return kRequestFrame;
  }
  FrameType operator()(const Answer& answer) const {
    FieldWriter writer(out);
    writer.put(1, static_cast<std::uint64_t>(answer.part));
    writer.put(2, answer.text);
    writer.put(3, answer.code);
    return kAnswerFrame;
  }
  FrameType operator()(const WantChannel& /*want*/) const { return kWantChannelFrame; }
  FrameType operator()(const DialChannel& dial) const {
    FieldWriter(out).put(1, dial.key);
    return kDialChannelFrame;
  }
};

Result<UserMessage> decode_user_info(std::string_view payload) {
  UserInfo info;
  SENNIT_TRY(read_fields(payload, [&](const Field& field) {
    if (field.tag == 1) info.version = field.bytes;
    if (field.tag == 2) info.session = field.number;
    if (field.tag == 3) info.pid = small(field);
    if (field.tag == 4) info.state = enumerator(field.number, UserInfo::State::kEnded);
    if (field.tag == 5) info.produced = field.number;
  }));
  if (info.session == 0) return Error(ErrorCode::kCorrupt, "user_info without a session");
  return UserMessage(std::move(info));
}

Result<UserMessage> decode_resume(std::string_view payload) {
  Resume resume;
  SENNIT_TRY(read_fields(payload, [&](const Field& field) {
    if (field.tag == 1) resume.version = field.bytes;
    if (field.tag == 2) resume.position = field.number;
  }));
  return UserMessage(std::move(resume));
}

Result<UserMessage> decode_start(std::string_view payload) {
  StartCommand start;
  FieldReader reader(payload);
  Field field;
  while (reader.next(field)) {
    switch (field.tag) {
      case 1: start.argv.emplace_back(field.bytes); break;
      case 2: {
        SENNIT_ASSIGN(auto variable, decode_variable(field.bytes));
        start.environment.push_back(std::move(variable));
        break;
      }
      case 3: start.directory = field.bytes; break;
      case 4: start.echo = field.as_bool(); break;
      default: break;
    }
  }
  SENNIT_TRY(reader.status());
  return UserMessage(std::move(start));
}

Result<UserMessage> decode_dismiss(std::string_view payload) {
  Dismiss dismiss;
  SENNIT_TRY(read_fields(payload, [&](const Field& field) {
    if (field.tag == 1) dismiss.code = small(field);
    if (field.tag == 2) dismiss.message = field.bytes;
  }));
  return UserMessage(std::move(dismiss));
}

Result<UserMessage> decode_started(std::string_view payload) {
  CommandStarted started;
  SENNIT_TRY(read_fields(payload, [&](const Field& field) {
    if (field.tag == 1) started.pid = small(field);
    if (field.tag == 2) started.at = Instant::from_unix_us(field.as_signed());
  }));
  return UserMessage(started);
}

Result<UserMessage> decode_output(std::string_view payload) {
  Output output;
  SENNIT_TRY(read_fields(payload, [&](const Field& field) {
    if (field.tag == 1) output.position = field.number;
    if (field.tag == 2) output.stream = enumerator(field.number, Output::Stream::kStderr);
    if (field.tag == 3) output.at = Instant::from_unix_us(field.as_signed());
    if (field.tag == 4) output.bytes = field.bytes;
  }));
  return UserMessage(output);
}

Result<UserMessage> decode_ended(std::string_view payload) {
  CommandEnded ended;
  SENNIT_TRY(read_fields(payload, [&](const Field& field) {
    switch (field.tag) {
      case 1: ended.how = enumerator(field.number, CommandEnded::How::kNotStarted); break;
      case 2: ended.code = small(field); break;
      case 3: ended.message = field.bytes; break;
      case 4: ended.shortage = field.as_bool(); break;
      case 5: ended.at = Instant::from_unix_us(field.as_signed()); break;
      case 6: ended.ran = Micros(field.as_signed()); break;
      case 7: ended.max_memory = Bytes(field.number); break;
      case 8: ended.cpu = Micros(field.as_signed()); break;
      case 9: ended.produced = field.number; break;
      default: break;
    }
  }));
  return UserMessage(std::move(ended));
}

Result<UserMessage> decode_request(std::string_view payload) {
  Request request;
  SENNIT_TRY(read_fields(payload, [&](const Field& field) {
    if (field.tag == 1) request.words.emplace_back(field.bytes);
    if (field.tag == 2) request.directory = field.bytes;
  }));
  return UserMessage(std::move(request));
}

Result<UserMessage> decode_answer(std::string_view payload) {
  Answer answer;
  SENNIT_TRY(read_fields(payload, [&](const Field& field) {
    if (field.tag == 1) answer.part = enumerator(field.number, Answer::Part::kEnd);
    if (field.tag == 2) answer.text = field.bytes;
    if (field.tag == 3) answer.code = small(field);
  }));
  return UserMessage(std::move(answer));
}

Result<UserMessage> decode_payload(FrameType type, std::string_view payload) {
  switch (type) {
    case kResumeFrame: return decode_resume(payload);
    case kStartCommandFrame: return decode_start(payload);
    case kSignalCommandFrame: {
      SENNIT_ASSIGN(const std::uint64_t number, decode_number(payload));
      return UserMessage(SignalCommand{static_cast<std::uint32_t>(number)});
    }
    case kOutputStoredFrame: {
      SENNIT_ASSIGN(const std::uint64_t position, decode_number(payload));
      return UserMessage(OutputStored{position});
    }
    case kExitStoredFrame: return UserMessage(ExitStored());
    case kDismissFrame: return decode_dismiss(payload);
    case kAnswerFrame: return decode_answer(payload);
    case kUserInfoFrame: return decode_user_info(payload);
    case kCommandStartedFrame: return decode_started(payload);
    case kOutputFrame: return decode_output(payload);
    case kCommandEndedFrame: return decode_ended(payload);
    case kRequestFrame: return decode_request(payload);
    case kWantChannelFrame: return UserMessage(WantChannel());
    case kDialChannelFrame: {
      SENNIT_ASSIGN(const std::uint64_t key, decode_number(payload));
      return UserMessage(DialChannel{key});
    }
    default: return UserMessage(UnknownFrame{type});
  }
}

}  // namespace

FrameType encode(const UserMessage& message, std::string& out) { return std::visit(Encoder{out}, message); }

Result<UserMessage> decode_user_message(FrameType type, std::string_view payload) {
  Result<UserMessage> message = decode_payload(type, payload);
  if (!message) return std::move(message).error().in("message of type " + std::to_string(type));
  return message;
}

}  // namespace sennit::wire
