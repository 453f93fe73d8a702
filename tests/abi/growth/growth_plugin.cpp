// SPDX-License-Identifier: Apache-2.0
//
// Built with the current header and with the grown one. The grown build uses the additions as far as the
// other side has them, and proves that what it reads from an older host's structs lies within them.
#include "unit/plugins/memory_backend.hpp"

namespace {

class Growth final : public larder::tests::MemoryBackend {
 public:
  static larder::plugin::Info info() {
    static const larder_option options[] = {
        larder::plugin::option("first", LARDER_OPTION_INTEGER, "1", "to be found", 0, 10),
        larder::plugin::option("second", LARDER_OPTION_INTEGER, "2", "behind a longer row", 0, 10)};
    return {"Larder's tests", "Apache-2.0", options, 2};
  }

  Growth(larder::plugin::Host host, const larder::plugin::Settings& settings)
      : MemoryBackend(host, settings) {
    if (settings.number("first") != 1 || settings.number("second") != 2)
      throw larder::plugin::ConfigError("the defaults did not arrive");
#ifdef LARDER_GROWN
    if (LARDER_HAS(host.raw(), larder_host, grown) && host.raw()->grown != 0)
      throw larder::plugin::ConfigError("a member beyond the host's table was read");
#endif
  }

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    for (std::uint32_t i = 0; i < count; ++i) {
#ifdef LARDER_GROWN
      larder_op& op = *ops[i];
      if (op.opcode == LARDER_OP_GROWN && (op.flags & ~LARDER_GROWN_FLAG) == 0) {
        op.result_number = LARDER_HAS(&op, larder_op, grown) ? static_cast<std::int64_t>(op.grown) : -1;
        results[i] = LARDER_OK;
        continue;
      }
#endif
      results[i] = perform(*ops[i]);
    }
  }

  void stats([[maybe_unused]] larder_stats& stats) const noexcept override {
#ifdef LARDER_GROWN
    if (LARDER_HAS(&stats, larder_stats, grown)) stats.grown = 7;
#endif
    stats.entries = 1;
  }
};

}  // namespace

LARDER_PLUGIN(Growth, "growth", "1.0.0")
