#include "client/status.h"

#include "client/sse_stream.h"
#include "views/json.h"

namespace sennit::client {
namespace {

Result<void> read_pieces(Api& api, std::string_view workflow, Api::StatusUntil until, const OnPiece& on_piece) {
  using Kind = StatusPiece::Kind;
  const auto last = until == Api::StatusUntil::kEnd ? Kind::kEnd : Kind::kListed;
  const auto stream = [&](const OnChunk& on_chunk) { return api.status(workflow, until, on_chunk); };
  return read_events(stream, "states", [&](const http::SseEvent& sse) -> Result<http::Flow> {
    SENNIT_ASSIGN(views::WorkflowView view, views::parse_workflow(sse.data));
    const Kind kind = sse.type == "end" ? Kind::kEnd : sse.type == "listed" ? Kind::kListed : Kind::kPart;
    const http::Flow flow = on_piece({kind, std::move(view)});
    return kind == last ? http::Flow::kStop : flow;
  });
}

}  // namespace

Result<void> read_status(Api& api, std::string_view workflow, const OnPiece& on_piece) {
  return read_pieces(api, workflow, Api::StatusUntil::kListed, on_piece);
}

Result<void> StatusFollower::follow(const OnPiece& on_piece, const EventFollower::OnLost& on_lost) {
  int lost_in_a_row = 0;
  const auto once = [&]() -> Result<void> {
    SENNIT_ASSIGN(Api api, Api::connect(place_, IfAbsent::kStart, options_));
    return read_pieces(api, workflow_, Api::StatusUntil::kEnd, [&](StatusPiece piece) {
      lost_in_a_row = 0;
      return on_piece(std::move(piece));
    });
  };
  return read_on(once, lost_in_a_row, on_lost);
}

}  // namespace sennit::client
