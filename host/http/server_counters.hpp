// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_SERVER_COUNTERS_HPP
#define LARDER_HTTP_SERVER_COUNTERS_HPP

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include <larder/http/event_server.hpp>

namespace larder::http {

/// The counters behind EventServerCounts, shared by a server's loops. Thread-safe.
class ServerCounters {
 public:
  std::atomic<std::uint64_t> open{0};
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> cutOff{0};
  std::atomic<std::uint64_t> acceptPauses{0};
  std::atomic<std::uint64_t> unsendable{0};

  void refused(int status) { refused_[static_cast<std::size_t>(status - kFirst)].fetch_add(1, kRelaxed); }

  EventServerCounts all() const {
    EventServerCounts counts{.openConnections = open.load(kRelaxed),
                             .connections = connections.load(kRelaxed),
                             .cutOff = cutOff.load(kRelaxed),
                             .acceptPauses = acceptPauses.load(kRelaxed),
                             .unsendable = unsendable.load(kRelaxed)};
    for (std::size_t i = 0; i < refused_.size(); ++i)
      if (const auto count = refused_[i].load(kRelaxed); count > 0)
        counts.refused[kFirst + static_cast<int>(i)] = count;
    return counts;
  }

 private:
  static constexpr auto kRelaxed = std::memory_order_relaxed;
  static constexpr int kFirst = 400;

  std::array<std::atomic<std::uint64_t>, 200> refused_{};
};

}  // namespace larder::http

#endif
