#include "config/merge.h"

#include <format>

#include "base/strings.h"
#include "config/cpu_quota.h"
#include "config/refusal.h"
#include "config/settings_table.h"

namespace config {
namespace {

using base::Result;

Origin origin_of(Merged const& merged, std::string_view name) {
  auto const found = merged.origins.find(name);
  return found == merged.origins.end() ? Origin{} : found->second;
}

Result<void> apply(Entry const& entry, Merged& merged, Context& context) {
  auto const* const row = find_row(entry.name);
  if (!row) {
    auto const advice = advice_for_retired(entry.name);
    if (!advice.empty()) merged.notes.push_back(entry.name + " has no effect any more: " + std::string(advice));
    return {};
  }
  context.source = entry.origin.source;
  auto const outcome = row->field.set(row->field, merged.settings, entry.value, context);
  if (!outcome) return refuse_value(entry, *row, outcome.error().message());
  merged.origins[entry.name] = entry.origin;
  return {};
}

Result<void> check_support(Row const& row, Merged& merged, Settings const& usual) {
  if (row.support == Support::built) return {};
  auto const value = row.field.get(row.field, merged.settings);
  if (value == row.field.get(row.field, usual)) return {};
  if (row.support == Support::not_yet) return refuse_unsupported(row.name, to_repr(value), origin_of(merged, row.name));
  merged.remarks.push_back(std::string(row.name) + " has no effect: " + std::string(row.remark));
  return {};
}

Result<void> check_worker_class(Merged const& merged) {
  auto const worker_class = effective_worker_class(merged.settings);
  bool const is_built = worker_class.kind == WorkerClass::Kind::sync ||
                        worker_class.kind == WorkerClass::Kind::gthread ||
                        worker_class.kind == WorkerClass::Kind::asgi || worker_class.kind == WorkerClass::Kind::custom;
  if (is_built) return {};
  return refuse_unsupported("worker_class", repr(worker_class.name), origin_of(merged, "worker_class"));
}

Result<void> check_machinery(Merged& merged, Settings const& usual) {
  for (auto const& section : settings_table()) {
    for (auto const& row : section.rows) TRY_VOID(check_support(row, merged, usual));
  }
  return check_worker_class(merged);
}

void note_tls(Merged& merged) {
  auto const& settings = merged.settings;
  if (settings.ssl_context && settings.certfile && !has_own_worker_class(settings)) {
    merged.notes.emplace_back(
        "ssl_context is not called: TLS here is not Python's (certfile, keyfile, ca_certs, cert_reqs, ciphers and "
        "sni_certificates decide; ciphers = \"TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384\" leaves TLS 1.3 alone)");
  }
  if (!settings.certfile && !settings.keyfile) {
    if (settings.cert_reqs != 0 || settings.ca_certs || settings.ciphers)
      merged.notes.emplace_back("cert_reqs, ca_certs and ciphers have no effect without certfile: this is not TLS");
  } else if (settings.ca_certs && settings.cert_reqs == 0) {
    merged.notes.emplace_back("ca_certs has no effect while cert_reqs is 0: clients are not asked for a certificate");
  }
}

// Settings that are good alone but mean nothing together.
void note_combinations(Merged& merged) {
  auto& settings = merged.settings;
  if (settings.reload && settings.preload_app) {
    settings.preload_app = false;
    merged.notes.emplace_back(
        "preload_app has no effect while reload is on: what is loaded before the workers start cannot be loaded again");
  }
  if (settings.capture_output && settings.errorlog.value_or("-") == "-") {
    merged.notes.emplace_back("capture_output has no effect: errorlog is standard error (name a file)");
  }
  if (is_asgi(settings)) {
    if (settings.threads > 1)
      merged.notes.emplace_back("threads has no effect with asgi: requests are tasks of one event loop (add workers)");
    if (!settings.request_buffering)
      merged.notes.emplace_back(
          "request_buffering = false has no effect with asgi: content is read before the "
          "application is called, which blocks nobody");
  }
  note_tls(merged);
}

// What people's spellings of a setting have in common: LOG_LEVEL is loglevel, and worker is workers.
std::string plain_spelling(std::string_view name) {
  auto plain = base::lower(name);
  std::erase(plain, '_');
  if (plain.ends_with('s')) plain.pop_back();
  return plain;
}

bool is_plain(RawValue const& value) {
  return !value.is_none() && !value.as<Callable>() && !value.as<Opaque>();
}

// A configuration in Python may have names of its own. One that reads like a setting nobody gave is hardly meant so.
void note_misspelt(Layer const& layer, Merged& merged) {
  for (auto const& entry : layer) {
    if (entry.origin.source != Source::config_file || find_row(entry.name) || !is_plain(entry.value)) continue;
    for (auto const name : setting_names()) {
      if (merged.origins.contains(name) || plain_spelling(name) != plain_spelling(entry.name)) continue;
      merged.notes.push_back(std::format("{}: {} is no setting and has no effect (did you mean {}?)",
                                         describe(entry.origin), entry.name, name));
    }
  }
}

}  // namespace

Settings defaults(Machine const& machine) {
  Settings settings;
  settings.chdir = machine.working_directory;
  settings.user = machine.user;
  settings.group = machine.group;
  return settings;
}

Result<Merged> merge(std::span<Layer const> layers, Machine const& machine) {
  auto const usual = defaults(machine);
  Merged merged{.settings = usual, .origins = {}, .notes = {}, .remarks = {}};
  Context context{machine, merged.notes};
  for (auto const& layer : layers) {
    for (auto const& entry : layer) TRY_VOID(apply(entry, merged, context));
  }
  for (auto const& layer : layers) note_misspelt(layer, merged);
  TRY_VOID(check_machinery(merged, usual));
  note_combinations(merged);

  auto& settings = merged.settings;
  if (settings.workers.is_auto) settings.workers.count = auto_workers(machine);
  if (settings.wsgi_app && !merged.origins.contains("default_proc_name")) {
    settings.default_proc_name = *settings.wsgi_app;
  }
  return merged;
}

Result<std::string> application(Settings const& settings) {
  if (!settings.wsgi_app || settings.wsgi_app->empty()) {
    return refuse("No application module specified.\nName it on the command line, as MODULE:CALLABLE, or by wsgi_app.");
  }
  return *settings.wsgi_app;
}

}  // namespace config
