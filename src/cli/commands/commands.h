// The commands' rows, each defined beside its command; registry.cc puts them in order.
#pragma once

#include "cli/command.h"

namespace sennit::cli {

extern const CommandInfo kRunCommand;
extern const CommandInfo kSubmitCommand;
extern const CommandInfo kValidateCommand;
extern const CommandInfo kExplainCommand;
extern const CommandInfo kRenderCommand;
extern const CommandInfo kConvertCommand;
extern const CommandInfo kInitCommand;
extern const CommandInfo kStatusCommand;
extern const CommandInfo kTopCommand;
extern const CommandInfo kLogsCommand;
extern const CommandInfo kEventsCommand;
extern const CommandInfo kExecCommand;
extern const CommandInfo kAttachCommand;
extern const CommandInfo kPortForwardCommand;
extern const CommandInfo kRsyncUploadCommand;
extern const CommandInfo kRsyncDownloadCommand;
extern const CommandInfo kRsyncStatusCommand;
extern const CommandInfo kRsyncStopCommand;
extern const CommandInfo kRsyncShellCommand;
extern const CommandInfo kCpCommand;
extern const CommandInfo kSshConfigCommand;
extern const CommandInfo kWhyCommand;
extern const CommandInfo kErrorsCommand;
extern const CommandInfo kMetricsCommand;
extern const CommandInfo kArtifactsCommand;
extern const CommandInfo kSpecCommand;
extern const CommandInfo kGraphCommand;
extern const CommandInfo kCancelCommand;
extern const CommandInfo kSetTimeoutCommand;
extern const CommandInfo kPauseCommand;
extern const CommandInfo kRestartCommand;
extern const CommandInfo kRerunCommand;
extern const CommandInfo kResumeCommand;
extern const CommandInfo kTagCommand;
extern const CommandInfo kPinCommand;
extern const CommandInfo kUnpinCommand;
extern const CommandInfo kDeleteCommand;
extern const CommandInfo kGcCommand;
extern const CommandInfo kDataUploadCommand;
extern const CommandInfo kDataDownloadCommand;
extern const CommandInfo kDataListCommand;
extern const CommandInfo kDataDeleteCommand;
extern const CommandInfo kDataCheckCommand;
extern const CommandInfo kDatasetListCommand;
extern const CommandInfo kDatasetInfoCommand;
extern const CommandInfo kDatasetUploadCommand;
extern const CommandInfo kDatasetDownloadCommand;
extern const CommandInfo kDatasetTagCommand;
extern const CommandInfo kDatasetDeleteCommand;
extern const CommandInfo kDatasetInspectCommand;
extern const CommandInfo kConfigShowCommand;
extern const CommandInfo kConfigPathCommand;
extern const CommandInfo kPoolListCommand;
extern const CommandInfo kResourceListCommand;
extern const CommandInfo kResourceInfoCommand;
extern const CommandInfo kHookListCommand;
extern const CommandInfo kHookLogCommand;
extern const CommandInfo kHookTestCommand;
extern const CommandInfo kCredentialSetCommand;
extern const CommandInfo kCredentialListCommand;
extern const CommandInfo kCredentialDeleteCommand;
extern const CommandInfo kServerStatusCommand;
extern const CommandInfo kServerStartCommand;
extern const CommandInfo kServerStopCommand;
extern const CommandInfo kServeCommand;
extern const CommandInfo kAgentCommand;
extern const CommandInfo kCompletionCommand;
extern const CommandInfo kCompleteValuesCommand;
extern const CommandInfo kSchemaCommand;
extern const CommandInfo kVersionCommand;
extern const CommandInfo kHelpCommand;

}  // namespace sennit::cli
