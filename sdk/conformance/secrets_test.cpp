// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"
#include "raw_backend.hpp"

#include <array>
#include <mutex>
#include <string>

namespace larder::conformance {
namespace {

using Secrets = Conformance;

// A host that records every line that a plugin logs. Thread-safe.
class ListeningHost {
 public:
  ListeningHost() : table_(plainHost()) {
    table_.self = this;
    table_.log = [](void* self, std::uint32_t, larder_bytes message) {
      auto& host = *static_cast<ListeningHost*>(self);
      const std::lock_guard lock(host.mutex_);
      host.lines_.append(message.data, static_cast<std::size_t>(message.size)).append("\n");
    };
    table_.log_level = [](void*) -> std::uint32_t { return LARDER_LOG_DEBUG; };
  }
  ListeningHost(const ListeningHost&) = delete;
  ListeningHost& operator=(const ListeningHost&) = delete;

  const larder_host& table() const { return table_; }
  std::string lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  larder_host table_;
  std::mutex mutex_;
  std::string lines_;
};

TEST_F(Secrets, ReachNeitherTheLogNorErrorTexts) {
  constexpr auto secret = "a-secret-that-nobody-may-see";
  int tried = 0;
  for (const auto& option : subject().library->options()) {
    if (!option.secret || option.type != LARDER_OPTION_STRING) continue;
    ++tried;
    auto options = subject().settings;
    options[option.name] = {secret};
    const RawSettings settings(*subject().library, options);
    ListeningHost host;
    std::array<char, 512> text{};
    larder_text error{text.data(), static_cast<std::uint32_t>(text.size()), 0};
    const larder_backend* made = nullptr;

    const auto status = subject().library->descriptor().create(
        &host.table(), settings.list().data(), static_cast<std::uint32_t>(settings.list().size()), &error,
        &made);
    if (status == LARDER_OK) {
      made->drain(made->self, monotonicNs() + 1'000'000'000);
      made->destroy(made->self);
    }

    EXPECT_EQ(host.lines().find(secret), std::string::npos) << option.name << ": " << host.lines();
    EXPECT_EQ(std::string(text.data(), error.size).find(secret), std::string::npos) << option.name;
  }
  if (tried == 0) GTEST_SKIP() << "the plugin has no secret option";
}

}  // namespace
}  // namespace larder::conformance
