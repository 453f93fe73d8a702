// SPDX-License-Identifier: Apache-2.0
#include "process_snapshot.hpp"

#include "process_state.hpp"

#include <fenv.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <clocale>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace larder::conformance {
namespace {

std::string nameOf(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(signal);
}

std::string handlerOf(int signal) {
  struct sigaction action {};
  if (::sigaction(signal, nullptr, &action) != 0) return "none";
  if (action.sa_handler == SIG_DFL) return "the default";
  if (action.sa_handler == SIG_IGN) return "ignored";
  return "a function at " + std::to_string(reinterpret_cast<std::uintptr_t>(action.sa_handler));
}

std::string blockedSignals() {
  sigset_t blocked;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  std::string names;
  for (int signal = 1; signal < NSIG; ++signal)
    if (::sigismember(&blocked, signal) == 1) names += nameOf(signal) + " ";
  return names;
}

std::string currentUmask() {
  const auto mask = ::umask(0);
  ::umask(mask);
  return std::to_string(mask);
}

}  // namespace

ProcessSnapshot::ProcessSnapshot() {
  for (int signal = 1; signal < NSIG; ++signal)
    state_["the handler of " + nameOf(signal)] = handlerOf(signal);
  state_["the signal mask"] = blockedSignals();
  state_["the locale"] = std::setlocale(LC_ALL, nullptr);
  state_["the working directory"] = std::filesystem::current_path().string();
  state_["the umask"] = currentUmask();
  state_["the rounding mode"] = std::to_string(::fegetround());
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    const auto name = text.substr(0, text.find('='));
    state_["the variable " + name] = text.substr(std::min(text.size(), name.size() + 1));
  }
}

ProcessSnapshot& ProcessSnapshot::withThreadsAndFiles() {
  state_["the number of threads"] = std::to_string(threadIds().size());
  state_["the number of open files"] = std::to_string(openFiles());
  return *this;
}

std::vector<std::string> ProcessSnapshot::differencesTo(const ProcessSnapshot& later) const {
  const auto valueIn = [](const ProcessSnapshot& snapshot, const std::string& name) {
    const auto found = snapshot.state_.find(name);
    return found == snapshot.state_.end() ? "unset" : "\"" + found->second + "\"";
  };
  std::map<std::string, std::string> names = state_;
  names.insert(later.state_.begin(), later.state_.end());
  std::vector<std::string> differences;
  for (const auto& [name, unused] : names)
    if (valueIn(*this, name) != valueIn(later, name))
      differences.push_back(name + " was " + valueIn(*this, name) + " and is " + valueIn(later, name));
  return differences;
}

std::size_t residentBytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace larder::conformance
