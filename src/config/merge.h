// All sources into one set of settings.
#pragma once

#include <map>
#include <span>
#include <string>

#include "base/result.h"
#include "config/layer.h"
#include "config/machine.h"
#include "config/settings.h"

namespace config {

using OriginsByName = std::map<std::string, Origin, std::less<>>;

struct Merged {
  Settings settings;
  OriginsByName origins;  // of every setting that some source gave
  Texts notes;            // what the operator should read in the log: a sentence each
  Texts remarks;          // what is good to know about settings that are not needed here
};

// What is in force where no source says anything, on this machine.
Settings defaults(Machine const&);

// `layers` from the weakest to the strongest. Every value of every layer is judged, also one that a stronger layer
// replaces. The error is the whole text for standard error (see config/refusal.h); the exit code for it is 1.
// Here `workers = auto` becomes a number, and settings whose machinery is missing are refused.
base::Result<Merged> merge(std::span<Layer const> layers, Machine const&);

// The application to serve, or the refusal to serve none.
base::Result<std::string> application(Settings const&);

}  // namespace config
