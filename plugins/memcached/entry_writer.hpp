// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_ENTRY_WRITER_HPP
#define LARDER_MEMCACHED_ENTRY_WRITER_HPP

#include "connection.hpp"
#include "current_generations.hpp"
#include "entry_header.hpp"
#include "pending_op.hpp"
#include "store_keys.hpp"

#include <larder/plugin.hpp>

#include <cstdint>
#include <ctime>
#include <optional>
#include <span>

namespace larder::memcached {

/// How often a write that others overtake is tried: each lost attempt is another client's success.
inline constexpr int kAttempts = 64;
/// memcached's expiry of what has expired by its header already.
inline constexpr std::time_t kAtOnce = 1;

/// True if a conditional write found what it was based on replaced or gone.
bool wasOvertaken(Reply reply);

/// The answer for a command that failed; `writing` if it could have changed something.
Answer failure(const Connection& connection, Reply reply, bool writing);

/// Carries out one SET, DELETE, TOUCH, INCREMENT or COMPARE_SET in one generation of its namespace: in a
/// single command where one will do, else by reading, deciding and a compare-and-set, again while other
/// clients interfere. Whether the generation was the current one is for the caller to find out afterwards.
/// Blocks. One thread at a time.
class EntryWriter {
 public:
  /// All outlive it.
  EntryWriter(plugin::Host host, Connection& connection, CurrentGenerations& generations,
              const StoreKeys& keys)
      : host_(host), connection_(connection), generations_(generations), keys_(keys) {}

  /// Nothing if the generation is seen to be another: then no change was made.
  std::optional<Answer> write(PendingOp& op, std::uint64_t generation);

 private:
  /// What the operation found under its key, and where that is.
  struct Present {
    Lookup& found;
    std::optional<Entry> live;
    std::uint64_t generation;
  };
  using Step = std::optional<Answer> (EntryWriter::*)(PendingOp&, const Present&);

  std::optional<Answer> set(PendingOp& op, std::uint64_t generation);
  std::optional<Answer> readAndThen(Step step, PendingOp& op, std::uint64_t generation);

  // One attempt each; nothing if another client was faster.
  std::optional<Answer> setIf(PendingOp& op, const Present& present);
  std::optional<Answer> erase(PendingOp& op, const Present& present);
  std::optional<Answer> eraseVersion(PendingOp& op, const Present& present);
  std::optional<Answer> touch(PendingOp& op, const Present& present);
  std::optional<Answer> compareSet(PendingOp& op, const Present& present);
  std::optional<Answer> increment(PendingOp& op, const Present& present);

  std::optional<Answer> replace(PendingOp& op, const Present& present, std::int64_t expiresMs);
  std::optional<Answer> store(const PendingOp& op, const Present& present, std::span<const char> bytes,
                              std::int64_t expiresMs);

  Answer answerFor(Reply reply, const PendingOp& op) const;

  const plugin::Host host_;
  Connection& connection_;
  CurrentGenerations& generations_;
  const StoreKeys& keys_;
};

}  // namespace larder::memcached

#endif
