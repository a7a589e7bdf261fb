// The rows of the settings table, a file per theme.
#pragma once

#include "config/field_of.h"
#include "config/settings_table.h"

namespace config::sections {

extern Section const kConfigFile;
extern Section const kServerSocket;
extern Section const kWorkerProcesses;
extern Section const kSecurity;
extern Section const kDebugging;
extern Section const kPrinting;
extern Section const kDraining;
extern Section const kClients;
extern Section const kCertificates;
extern Section const kFiles;
extern Section const kServerMechanics;
extern Section const kForwarding;
extern Section const kHttpLeniency;
extern Section const kLogging;
extern Section const kLogLines;
extern Section const kProcessNaming;
extern Section const kTls;
extern Section const kHttp2;
extern Section const kServerHooks;
extern Section const kDirtyArbiters;
extern Section const kDirtyArbiterHooks;
extern Section const kControl;
extern Section const kUnixSockets;

}  // namespace config::sections
