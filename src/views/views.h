// What the API says, as plain values: shared by the server that writes them and the client that reads them.
//
// Names and shapes of workflow objects are OSMO's query and list answers (reference: CLI, section 8.1; `name` is the
// workflow's id), with additions of ours beside them. Times are RFC 3339 UTC, durations are seconds. A time that has
// not come is null, as is every other unknown. Fields are only ever added.
#pragma once

#include "views/change_views.h"
#include "views/channel_views.h"
#include "views/credential_views.h"
#include "views/event_views.h"
#include "views/hook_views.h"
#include "views/measure_views.h"
#include "views/pool_views.h"
#include "views/retention_views.h"
#include "views/submission_views.h"
#include "views/workflow_views.h"
