#include "api/replies.h"

#include "views/json.h"

namespace sennit::api {

int http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid: return 400;
    case ErrorCode::kNotFound: return 404;
    case ErrorCode::kConflict: return 409;
    case ErrorCode::kExhausted: return 507;
    case ErrorCode::kUnavailable: return 503;
    case ErrorCode::kTimeout: return 504;
    case ErrorCode::kCancelled: return 409;
    case ErrorCode::kCorrupt:
    case ErrorCode::kIo:
    case ErrorCode::kInternal: return 500;
  }
  return 500;
}

void send_json(http::Responder& responder, int status, std::string body) {
  responder.send({.status = status, .body = std::move(body)});
}

void send_error(http::Responder& responder, int status, const views::ErrorView& view) {
  send_json(responder, status, to_json(view));
}

void send_error(http::Responder& responder, const views::ErrorView& view) {
  for (const ErrorCode code :
       {ErrorCode::kInvalid, ErrorCode::kNotFound, ErrorCode::kConflict, ErrorCode::kExhausted, ErrorCode::kUnavailable,
        ErrorCode::kTimeout, ErrorCode::kCancelled, ErrorCode::kCorrupt, ErrorCode::kIo}) {
    if (to_string(code) == view.code) return send_error(responder, http_status(code), view);
  }
  send_error(responder, http_status(ErrorCode::kInternal), view);
}

void send_error(http::Responder& responder, const Error& error) {
  send_error(responder, http_status(error.code()),
             views::ErrorView{.code = std::string(to_string(error.code())), .message = error.message()});
}

views::DiagnosticView view_of(const spec::Diagnostic& diagnostic) {
  return {.code = diagnostic.code,
          .severity = std::string(to_string(diagnostic.severity)),
          .file = diagnostic.file,
          .line = diagnostic.line,
          .column = diagnostic.column,
          .length = diagnostic.length,
          .end_line = diagnostic.line,
          .end_column = end_column(diagnostic),
          .source_line = diagnostic.source_line,
          .message = diagnostic.message,
          .expected = diagnostic.expected,
          .suggestion = diagnostic.suggestion,
          .hint = hint_of(diagnostic)};
}

std::vector<views::DiagnosticView> views_of(const std::vector<spec::Diagnostic>& diagnostics) {
  std::vector<views::DiagnosticView> views;
  views.reserve(diagnostics.size());
  for (const spec::Diagnostic& diagnostic : diagnostics) views.push_back(view_of(diagnostic));
  return views;
}

}  // namespace sennit::api
