// The fields of every view with their JSON names, listed once: the writer and the reader both walk this list, so they
// cannot drift apart. Internal to the room.
#pragma once

#include "views/change_fields.h"
#include "views/channel_fields.h"
#include "views/credential_fields.h"
#include "views/event_fields.h"
#include "views/hook_fields.h"
#include "views/measure_fields.h"
#include "views/pool_fields.h"
#include "views/retention_fields.h"
#include "views/submission_fields.h"
#include "views/workflow_fields.h"
