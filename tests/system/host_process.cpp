// SPDX-License-Identifier: Apache-2.0
#include "host_process.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "servers/loopback.hpp"
#include "servers/text.hpp"
#include "waiting/eventually.hpp"

namespace larder::system {
namespace {

using larder::servers::contentsOf;

using namespace std::chrono_literals;

constexpr auto kPatience = 30s;  // for a sanitizer build on a busy machine

int exitStatus(std::optional<int> status) { return status && WIFEXITED(*status) ? WEXITSTATUS(*status) : -1; }

}  // namespace

std::string Answer::header(std::string_view name) const {
  const auto head = text.substr(0, text.find("\r\n\r\n") + 2);
  const auto at = head.find("\r\n" + std::string(name) + ": ");
  if (at == std::string::npos) return {};
  const auto begin = at + 2 + name.size() + 2;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

std::string Answer::body() const {
  const auto end = text.find("\r\n\r\n");
  return end == std::string::npos ? std::string() : text.substr(end + 4);
}

Ended runLarder(const std::vector<std::string>& arguments) {
  const servers::TempDirectory directory("larder-run");
  std::vector<std::string> all{LARDER_PROGRAM};
  all.insert(all.end(), arguments.begin(), arguments.end());
  servers::ChildProcess child({.arguments = all, .log = directory.path() / "log"});
  const auto status = child.wait(kPatience);
  return {exitStatus(status), contentsOf(directory.path() / "log")};
}

bool awaitThread(pid_t process, std::string_view name) {
  const auto tasks = std::filesystem::path("/proc") / std::to_string(process) / "task";
  return tests::eventually([&] {
    std::error_code gone;
    return std::any_of(std::filesystem::directory_iterator(tasks, gone), {}, [name](const auto& task) {
      return contentsOf(task.path() / "comm") == std::string(name) + "\n";
    });
  });
}

HostProcess::HostProcess(std::vector<std::string> arguments)
    : directory_("larder-host"), port_(servers::freeLoopbackPort()), adminPort_(servers::freeLoopbackPort()) {
  std::vector<std::string> all{
      LARDER_PROGRAM, "serve",
      "--set",        "server.address=127.0.0.1:" + std::to_string(port_),
      "--set",        "admin.address=127.0.0.1:" + std::to_string(adminPort_),
      "--set",        "users.database=sqlite:" + (directory_.path() / "users.db").string()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  child_ = std::make_unique<servers::ChildProcess>(
      servers::ChildCommand{.arguments = all, .log = directory_.path() / "log"});

  // The main listener may have no port.
  const auto answers = [this] { return get("/healthz").status != 0 || adminGet("/readyz").status == 200; };
  if (!tests::eventually([&] { return answers() || !child_->running(); }) || !child_->running())
    throw std::runtime_error("larder serve does not answer: " + output());
}

Answer HostProcess::request(std::string_view method, std::string_view path, std::string_view headers,
                            std::string_view body) const {
  return system::request(port_, method, path, "Host: larder\r\n" + std::string(headers), body);
}

Answer HostProcess::adminGet(std::string_view path) const {
  return system::request(adminPort_, "GET", path, "Host: localhost\r\n", {});
}
Answer HostProcess::adminPost(std::string_view path, std::string_view body) const {
  return system::request(adminPort_, "POST", path, "Host: localhost\r\n", body);
}

Ended HostProcess::command(std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"--set", "admin.address=127.0.0.1:" + std::to_string(adminPort_)});
  return runLarder(arguments);
}

Ended HostProcess::explain(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), "explain");
  return command(std::move(arguments));
}

Answer request(std::uint16_t port, std::string_view method, std::string_view path, std::string_view headers,
               std::string_view body) {
  std::string bytes(method);
  bytes += " ";
  bytes += path;
  bytes += " HTTP/1.1\r\nConnection: close\r\n";
  bytes += headers;
  if (!body.empty()) {
    bytes += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  }
  bytes += "\r\n";
  bytes += body;

  const auto begin = std::chrono::steady_clock::now();
  Answer answer;
  answer.text = servers::exchange(port, bytes, kPatience);
  answer.took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  if (answer.text.starts_with("HTTP/1.1 ")) answer.status = std::stoi(answer.text.substr(9, 3));
  return answer;
}

double HostProcess::metric(std::string_view name) const {
  const auto text = adminGet("/metrics").body();
  const auto at = text.find("\n" + std::string(name) + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + 1 + name.size()));
}

std::size_t HostProcess::linesWith(std::string_view line) const {
  std::size_t count = 0;
  const auto all = output();
  for (auto at = all.find(line); at != std::string::npos; at = all.find(line, at + 1)) ++count;
  return count;
}

bool HostProcess::awaitThread(std::string_view name) const {
  return system::awaitThread(child_->pid(), name);
}

void HostProcess::signal(int number) const { ::kill(child_->pid(), number); }

void HostProcess::reload(std::string_view line) const {
  const auto before = linesWith(line);
  signal(SIGHUP);
  if (!tests::eventually([&] { return linesWith(line) != before; }))
    throw std::runtime_error("no line \"" + std::string(line) + "\" after SIGHUP: " + output());
}

Ended HostProcess::terminate() {
  signal(SIGTERM);
  return {exitStatus(child_->wait(kPatience)), output()};
}

std::string HostProcess::output() const { return contentsOf(directory_.path() / "log"); }

}  // namespace larder::system
