#include "wire/channel_messages.h"

#include "base/fields.h"
#include "wire/field_reading.h"

namespace sennit::wire {
namespace {

void put_size(FieldWriter& writer, std::uint32_t tag, TerminalSize size) {
  writer.put(tag, size.rows);
  writer.put(tag + 1, size.columns);
}

struct Encoder {
  std::string& out;

  FrameType operator()(const UnknownChannelFrame& /*unknown*/) const { return 0; }
  FrameType operator()(const ChannelReady& /*ready*/) const { return kChannelReadyFrame; }
  FrameType operator()(const ChannelRequest& request) const {
    FieldWriter writer(out);
    writer.put(1, static_cast<std::uint64_t>(request.kind));
    for (const std::string& word : request.argv) writer.put_always(2, word);
    writer.put(3, std::uint64_t{request.terminal});
    put_size(writer, 4, request.size);
    for (const auto& [name, value] : request.environment) {
      writer.nest(6, [&, &name = name, &value = value](FieldWriter& inner) {
        inner.put(1, name);
        inner.put(2, value);
      });
    }
    writer.put(7, request.directory);
    writer.put(8, request.host);
    writer.put(9, request.port);
    return kChannelRequestFrame;
  }
  FrameType operator()(const ChannelOpened& opened) const {
    FieldWriter(out).put(1, opened.pid);
    return kChannelOpenedFrame;
  }
  // Not fields: most of what goes through is this.
  FrameType operator()(const ChannelBytes& bytes) const {
    out.push_back(static_cast<char>(bytes.stream));
    out.append(bytes.bytes);
    return kChannelBytesFrame;
  }
  FrameType operator()(const ChannelStreamEnded& ended) const {
    FieldWriter(out).put(1, static_cast<std::uint64_t>(ended.stream));
    return kChannelStreamEndedFrame;
  }
  FrameType operator()(const ChannelResize& resize) const {
    FieldWriter writer(out);
    put_size(writer, 1, resize.size);
    return kChannelResizeFrame;
  }
  FrameType operator()(const ChannelSignal& signal) const {
    FieldWriter(out).put(1, signal.number);
    return kChannelSignalFrame;
  }
  FrameType operator()(const ChannelEnded& ended) const {
    FieldWriter writer(out);
    writer.put(1, static_cast<std::uint64_t>(ended.how));
    writer.put(2, ended.code);
    writer.put(3, ended.message);
    return kChannelEndedFrame;
  }
  FrameType operator()(const JoinChannel& join) const {
    FieldWriter(out).put(1, join.key);
    return kJoinChannelFrame;
  }
};

Result<ChannelMessage> decode_request(std::string_view payload) {
  ChannelRequest request;
  FieldReader reader(payload);
  Field field;
  while (reader.next(field)) {
    switch (field.tag) {
      case 1: request.kind = enumerator(field.number, ChannelRequest::Kind::kAttach); break;
      case 2: request.argv.emplace_back(field.bytes); break;
      case 3: request.terminal = field.as_bool(); break;
      case 4: request.size.rows = small(field); break;
      case 5: request.size.columns = small(field); break;
      case 6: {
        SENNIT_ASSIGN(auto variable, decode_variable(field.bytes));
        request.environment.push_back(std::move(variable));
        break;
      }
      case 7: request.directory = field.bytes; break;
      case 8: request.host = field.bytes; break;
      case 9: request.port = small(field); break;
      default: break;
    }
  }
  SENNIT_TRY(reader.status());
  return ChannelMessage(std::move(request));
}

Result<ChannelMessage> decode_resize(std::string_view payload) {
  ChannelResize resize;
  SENNIT_TRY(read_fields(payload, [&](const Field& field) {
    if (field.tag == 1) resize.size.rows = small(field);
    if (field.tag == 2) resize.size.columns = small(field);
  }));
  return ChannelMessage(resize);
}

Result<ChannelMessage> decode_ended(std::string_view payload) {
  ChannelEnded ended;
  SENNIT_TRY(read_fields(payload, [&](const Field& field) {
    if (field.tag == 1) ended.how = enumerator(field.number, ChannelEnded::How::kBroken);
    if (field.tag == 2) ended.code = small(field);
    if (field.tag == 3) ended.message = field.bytes;
  }));
  return ChannelMessage(std::move(ended));
}

Result<ChannelMessage> decode_bytes(std::string_view payload) {
  if (payload.empty() || payload.front() < 0 || payload.front() > static_cast<char>(ChannelStream::kStderr)) {
    return Error(ErrorCode::kCorrupt, "channel_bytes without a stream");
  }
  return ChannelMessage(ChannelBytes{static_cast<ChannelStream>(payload.front()), payload.substr(1)});
}

Result<ChannelMessage> decode_numbered(FrameType type, std::string_view payload) {
  SENNIT_ASSIGN(const std::uint64_t number, decode_number(payload));
  switch (type) {
    case kChannelOpenedFrame: return ChannelMessage(ChannelOpened{static_cast<std::uint32_t>(number)});
    case kChannelStreamEndedFrame:
      return ChannelMessage(ChannelStreamEnded{enumerator(number, ChannelStream::kStderr)});
    case kChannelSignalFrame: return ChannelMessage(ChannelSignal{static_cast<std::uint32_t>(number)});
    default: return ChannelMessage(JoinChannel{number});
  }
}

Result<ChannelMessage> decode_payload(FrameType type, std::string_view payload) {
  switch (type) {
    case kChannelBytesFrame: return decode_bytes(payload);
    case kChannelReadyFrame: return ChannelMessage(ChannelReady());
    case kChannelRequestFrame: return decode_request(payload);
    case kChannelResizeFrame: return decode_resize(payload);
    case kChannelEndedFrame: return decode_ended(payload);
    case kChannelOpenedFrame:
    case kChannelStreamEndedFrame:
    case kChannelSignalFrame:
    case kJoinChannelFrame: return decode_numbered(type, payload);
    default: return ChannelMessage(UnknownChannelFrame());
  }
}

}  // namespace

FrameType encode(const ChannelMessage& message, std::string& out) { return std::visit(Encoder{out}, message); }

Result<ChannelMessage> decode_channel_message(FrameType type, std::string_view payload) {
  Result<ChannelMessage> message = decode_payload(type, payload);
  if (!message) return std::move(message).error().in("channel message of type " + std::to_string(type));
  return message;
}

}  // namespace sennit::wire
