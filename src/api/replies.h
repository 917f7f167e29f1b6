// Answers in the one shape that the API has for results and errors.
//
// Threads: the loop's. Ownership: takes the responder only by reference; it is complete afterwards.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "http/responder.h"
#include "spec/diagnostic.h"
#include "views/views.h"

namespace sennit::api {

// The HTTP status that stands for a code: what a caller should do, in HTTP's words.
int http_status(ErrorCode code);

void send_json(http::Responder& responder, int status, std::string body);
void send_error(http::Responder& responder, const Error& error);
void send_error(http::Responder& responder, int status, const views::ErrorView& view);
// With the status that stands for the view's code.
void send_error(http::Responder& responder, const views::ErrorView& view);

views::DiagnosticView view_of(const spec::Diagnostic& diagnostic);
std::vector<views::DiagnosticView> views_of(const std::vector<spec::Diagnostic>& diagnostics);

}  // namespace sennit::api
