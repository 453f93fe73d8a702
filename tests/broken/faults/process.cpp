// SPDX-License-Identifier: Apache-2.0
#include "faults.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cfenv>
#include <clocale>
#include <cstdio>
#include <cstdlib>

namespace larder::broken {
namespace {

// Blocks signals in the thread that creates the backend.
class BlocksSignalsOfTheHost final : public Reference {
 public:
  BlocksSignalsOfTheHost(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  }
};

// Ignores SIGTERM in the whole process.
class ChangesASignalHandler final : public Reference {
 public:
  ChangesASignalHandler(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    ::signal(SIGTERM, SIG_IGN);
  }
};

// Changes the working directory of the process to the root.
class ChangesTheDirectory final : public Reference {
 public:
  ChangesTheDirectory(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    [[maybe_unused]] const int moved = ::chdir("/");
  }
};

// Sets the time zone of the process.
class ChangesTheEnvironment final : public Reference {
 public:
  ChangesTheEnvironment(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    ::setenv("TZ", "UTC", 1);
  }
};

// Sets the user's locale in the whole process.
class ChangesTheLocale final : public Reference {
 public:
  ChangesTheLocale(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    std::setlocale(LC_ALL, "C.UTF-8");
  }
};

// Sets the rounding mode of the thread to upward.
class ChangesTheRoundingMode final : public Reference {
 public:
  ChangesTheRoundingMode(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    std::fesetround(FE_UPWARD);
  }
};

// Sets the umask of the process.
class ChangesTheUmask final : public Reference {
 public:
  ChangesTheUmask(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    ::umask(0077);
  }
};

// Prints every miss to standard error.
class PrintsToStderr final : public Reference {
 public:
  using Reference::Reference;

  larder_status get(larder_op& op) override {
    const larder_status status = Reference::get(op);
    if (status == LARDER_MISS) std::fputs("miss\n", stderr);
    return status;
  }
};

// Prints a greeting to standard output.
class PrintsToStdout final : public Reference {
 public:
  PrintsToStdout(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    std::puts("cache ready");
  }
};

// Repeats a refused password in its error text.
class SecretInError final : public Reference {
 public:
  SecretInError(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    const std::string password(settings.text("password"));
    if (password.size() > 64) throw plugin::ConfigError("password: \"" + password + "\" is too long");
  }
};

// Logs its configuration, password included.
class SecretInTheLog final : public Reference {
 public:
  SecretInTheLog(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    host.info("cache opened with password " + std::string(settings.text("password")));
  }
};

}  // namespace

void processFaults(Faults& faults) {
  faults.push_back(brokenClass<SecretInError>("secret_in_error"));
  faults.push_back(brokenClass<SecretInTheLog>("secret_in_the_log"));
  faults.push_back(brokenClass<BlocksSignalsOfTheHost>("blocks_signals_of_the_host"));
  faults.push_back(brokenClass<ChangesASignalHandler>("changes_a_signal_handler"));
  faults.push_back(brokenClass<ChangesTheDirectory>("changes_the_directory"));
  faults.push_back(brokenClass<ChangesTheEnvironment>("changes_the_environment"));
  faults.push_back(brokenClass<ChangesTheLocale>("changes_the_locale"));
  faults.push_back(brokenClass<ChangesTheRoundingMode>("changes_the_rounding_mode"));
  faults.push_back(brokenClass<ChangesTheUmask>("changes_the_umask"));
  faults.push_back(brokenClass<PrintsToStderr>("prints_to_stderr"));
  faults.push_back(brokenClass<PrintsToStdout>("prints_to_stdout"));
}

}  // namespace larder::broken
