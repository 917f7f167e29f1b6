// Inputs that are outputs of earlier workflows ("train-1:fit"): looked up when a workflow is taken in, once.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/records.h"
#include "base/result.h"
#include "model/workflow.h"
#include "store/store.h"

namespace sennit::api {

class Keeper;

// Where each lies, relative to all workflows' runs, by what the file says.
using BorrowedOutputs = std::map<std::string, std::string>;

// Of every input that was found when its workflow was taken in. kCorrupt. Any thread.
Result<BorrowedOutputs> borrowed_of(const Workflow& workflow);

// The workflows in whose directories they lie, each once.
std::vector<std::string> lenders_of(const BorrowedOutputs& outputs);

// kConflict: something that one of them wrote is not there any more; the message says what. On the loop's thread.
Result<void> check_there(const BorrowedOutputs& outputs, Records& records, const std::string& runs_dir,
                         const Keeper& keeper);

// Of every input that is still to be found. kInvalid: the workflow or the task is not there, or has not ended. On the
// loop's thread.
Result<BorrowedOutputs> find_borrowed(const Workflow& workflow, Records& records, store::Store& store);

// The same workflow with the places in its bodies. Any thread; it copies the workflow.
Result<Workflow> with_borrowed(const Workflow& workflow, const BorrowedOutputs& outputs);

}  // namespace sennit::api
