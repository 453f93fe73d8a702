// SPDX-License-Identifier: Apache-2.0
#include "commands/doctor.hpp"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <iostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "admin/admin_token.hpp"
#include "commands/plugin_text.hpp"
#include "config/environment.hpp"
#include "logging/backend_reports.hpp"
#include "logging/logger.hpp"
#include "serve/cache_backend.hpp"
#include "serve/host_endpoints.hpp"
#include "serve/open_backend.hpp"
#include "serve/plugin_set.hpp"
#include "serve/route_overrides.hpp"

namespace larder::host {
namespace {

constexpr std::string_view kOk = "ok";
constexpr std::string_view kWarning = "warning";
constexpr std::string_view kFault = "fault";

// Descriptors for things other than connections: plugin files, databases, logs and the program itself.
constexpr rlim_t kOtherFiles = 100;

struct Finding {
  std::string_view verdict;
  std::string subject;
  std::string detail;
};

using Findings = std::vector<Finding>;

// The text that `examine` returns is the detail of a finding; an exception makes the finding a fault.
template <class Examine>
void tryTo(const std::string& subject, Findings& findings, Examine examine) {
  try {
    findings.push_back({kOk, subject, examine()});
  } catch (const std::exception& error) {
    findings.push_back({kFault, subject, error.what()});
  }
}

void examineRoutes(const Config& config, Findings& findings) {
  tryTo("routes", findings, [&config] {
    http::Endpoints endpoints;
    addHostEndpoints(endpoints, unanswered(config.server), config.cache.expire);
    checkRoutes(config, endpoints);
    return std::to_string(config.routes.size()) + " with rules of the configuration";
  });
}

// Returns the names of the backends that `serve` would open.
std::set<std::string> backendsInUse(const Config& config) {
  std::set<std::string> names;
  for (const auto& name : {config.cache.backend, config.sessions.backend}) {
    const auto& tiers = config.backends.at(name).tiers;
    if (tiers)
      names.insert({tiers->l1, tiers->l2});
    else
      names.insert(name);
  }
  return names;
}

void examineBackends(const Config& config, const Environment& environment, Findings& findings) {
  const Logger plugin_warnings(LogLevel::warning);
  const Logger silent(LogLevel::error);  // the findings contain its warnings
  BackendReports reports(silent);
  auto plugins = pluginSet(config, environment, plugin_warnings);
  const auto in_use = backendsInUse(config);
  for (const auto& [name, backend] : config.backends) {
    if (backend.tiers) continue;
    tryTo("backends." + name, findings, [&, &name = name, &backend = backend] {
      checkSettings(name, backend, plugins);
      const auto file = libraryOf(backend, plugins)->file().string();
      if (!in_use.contains(name)) return file + ", not in use";
      requireAnAnswer(*openBackend(name, backend, plugins, reports));
      return file + ", answers";
    });
  }
}

// Binds the address if it is a port, and closes it. An address in use usually belongs to a running host.
void examineAddress(const std::string& key, const std::string& address, Findings& findings) {
  if (address.empty() || address.starts_with("unix:") || address.starts_with("systemd")) return;
  try {
    const Poco::Net::ServerSocket socket{Poco::Net::SocketAddress(address)};
    findings.push_back({kOk, key, address + " is free"});
  } catch (const Poco::Exception& error) {
    const bool is_used = error.code() == EADDRINUSE;
    findings.push_back(
        {is_used ? kWarning : kFault, key,
         address + (is_used ? " is in use; does a host run there already?" : ": " + error.displayText())});
  }
}

void examineAdmin(const Config& config, Findings& findings) {
  examineAddress("admin.address", config.admin.address, findings);
  if (config.admin.tokenFile.empty()) return;
  tryTo("admin.token_file", findings, [&config] {
    adminToken(config.admin);
    return config.admin.tokenFile;
  });
}

void examineUsers(const Config& config, Findings& findings) {
  constexpr std::string_view sqlite = "sqlite:";
  const auto& database = config.users.database;
  if (!database.starts_with(sqlite) || database == "sqlite::memory:") return;
  const std::filesystem::path file = database.substr(sqlite.size());
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const bool may_write = ::access(folder.c_str(), W_OK) == 0 &&
                         (!std::filesystem::exists(file) || ::access(file.c_str(), W_OK) == 0);
  findings.push_back({may_write ? kOk : kFault, "users.database",
                      file.string() + (may_write ? " can be written" : " cannot be written by this user")});
}

void examineLimits(const Config& config, Findings& findings) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  const auto wanted = config.server.maxConnections + kOtherFiles;
  const auto limit = files.rlim_cur == RLIM_INFINITY ? std::string("no limit")
                                                     : std::to_string(files.rlim_cur) + " open files";
  const bool is_enough = files.rlim_cur >= wanted;
  findings.push_back(
      {is_enough ? kOk : kWarning, "limits",
       limit + (is_enough ? ""
                          : ", and server.max_connections needs " + std::to_string(wanted) +
                                "; run ulimit -n " + std::to_string(wanted) + " or set LimitNOFILE")});
}

void printFindings(const Findings& findings, TableFormat format) {
  if (format == TableFormat::json) {
    auto json = nlohmann::ordered_json::array();
    for (const auto& [verdict, subject, detail] : findings)
      json.push_back({{"verdict", verdict}, {"subject", subject}, {"detail", detail}});
    return print(json);
  }
  TextTable table({"VERDICT", "SUBJECT", "DETAIL"});
  for (const auto& [verdict, subject, detail] : findings)
    table.add({std::string(verdict), printable(subject), printable(detail)});
  std::cout << table.in(format) << std::flush;
}

}  // namespace

bool examineHost(const ConfigSources& sources, TableFormat format) {
  const Config config = loadConfig(sources);
  Findings findings{
      {kOk, "plugin ABI", std::to_string(LARDER_ABI_MAJOR) + "." + std::to_string(LARDER_ABI_MINOR)}};
  for (const auto& line : unknownVariables(sources.environment))
    findings.push_back({kWarning, "environment", line});
  examineRoutes(config, findings);
  examineBackends(config, sources.environment, findings);
  examineAddress("server.address", config.server.address, findings);
  examineAdmin(config, findings);
  examineUsers(config, findings);
  examineLimits(config, findings);
  printFindings(findings, format);
  return std::ranges::none_of(findings, [](const Finding& finding) { return finding.verdict == kFault; });
}

}  // namespace larder::host
