// Lies in base, because drawings of workflows need it too; this is its old address.
#pragma once

#include "base/printable.h"
