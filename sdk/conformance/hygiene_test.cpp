// SPDX-License-Identifier: Apache-2.0
//
// A plugin must not disturb its host's process. These tests start in a process in which it is not loaded.
#include "eventually.hpp"
#include "fixture.hpp"
#include "forked.hpp"
#include "process_snapshot.hpp"
#include "process_state.hpp"
#include "raw_backend.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace larder::conformance {
namespace {

class Hygiene : public SubjectTest {
 protected:
  std::unique_ptr<RawBackend> open() {
    subject().load();
    return std::make_unique<RawBackend>(*subject().library, subject().settings);
  }

  // Exercises each kind of operation, including invalid ones.
  void use(const RawBackend& backend) {
    const auto space = subject().run + ".hygiene";
    RawOp(LARDER_OP_PING, space, "").perform(backend);
    RawOp(LARDER_OP_SET, space, "k", "value").perform(backend);
    RawOp(LARDER_OP_GET, space, "k").perform(backend);
    RawOp(LARDER_OP_GET, space, "missing").perform(backend);
    RawOp(LARDER_OP_DELETE, space, "k").perform(backend);
    RawOp(1000, space, "k").perform(backend);
    RawOp(LARDER_OP_SET, space, "k", "value").with(1u << 17).perform(backend);
    larder_stats stats{};
    stats.struct_size = sizeof stats;
    backend.table().stats(backend.table().self, &stats);
  }

  void openWrongly() {
    RawSettings settings(*subject().library, subject().settings);
    settings.add("no_such_setting", "1", 1);
    std::array<char, 128> text{};
    larder_text error{text.data(), static_cast<std::uint32_t>(text.size()), 0};
    const larder_backend* made = nullptr;
    subject().library->descriptor().create(&plainHost(), settings.list().data(),
                                           static_cast<std::uint32_t>(settings.list().size()), &error, &made);
  }
};

// Redirects stdout and stderr of this process into memory while this object exists.
class CapturedOutput {
 public:
  CapturedOutput() : memory_(::memfd_create("output", MFD_CLOEXEC)) {
    for (std::size_t i = 0; i < saved_.size(); ++i) {
      saved_[i] = ::dup(static_cast<int>(i) + 1);
      ::dup2(memory_, static_cast<int>(i) + 1);
    }
  }
  CapturedOutput(const CapturedOutput&) = delete;
  CapturedOutput& operator=(const CapturedOutput&) = delete;
  ~CapturedOutput() {
    restore();
    ::close(memory_);
  }

  /// Ends the capture and returns the captured output.
  std::string take() {
    restore();
    std::array<char, 2000> text{};
    const auto size = ::pread(memory_, text.data(), text.size(), 0);
    return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  }

 private:
  void restore() {
    std::fflush(nullptr);
    for (std::size_t i = 0; i < saved_.size(); ++i) {
      if (saved_[i] < 0) continue;
      ::dup2(saved_[i], static_cast<int>(i) + 1);
      ::close(saved_[i]);
      saved_[i] = -1;
    }
  }

  const int memory_;
  std::array<int, 2> saved_{-1, -1};
};

TEST_F(Hygiene, NothingIsPrinted) {
  CapturedOutput output;

  auto backend = open();
  use(*backend);
  openWrongly();
  backend.reset();

  EXPECT_EQ(output.take(), "") << "stdout and stderr are the host's; a plugin logs through larder_host.log";
}

TEST_F(Hygiene, SignalsLocaleDirectoryUmaskAndEnvironmentAreUnchanged) {
  const ProcessSnapshot before;

  auto backend = open();
  use(*backend);
  const ProcessSnapshot during;
  backend.reset();

  for (const auto& difference : before.differencesTo(during)) ADD_FAILURE() << "while open: " << difference;
  for (const auto& difference : before.differencesTo(ProcessSnapshot())) ADD_FAILURE() << difference;
}

TEST_F(Hygiene, ExitWithoutDestroyDoesNotCrash) {
  const auto work = [this] {
    static RawBackend* backend = nullptr;  // alive at exit, and reachable, so sanitizers report no leak
    backend = open().release();
    use(*backend);
    return 0;  // then exits, running all exit handlers
  };

  EXPECT_EQ(endOfFork(work, 30s), "exit 0");
}

TEST_F(Hygiene, AThousandBackendsLeaveNothingBehind) {
  constexpr std::size_t allowance = std::size_t{16} << 20;  // for memory that the allocator retains
  for (int i = 0; i < 20; ++i) use(*open());                // one-time allocations
  const auto threads = threadIds().size();
  const auto files = openFiles();
  const auto memory = residentBytes();

  for (int i = 0; i < scaled(1000); ++i) use(*open());

  // The kernel may list a joined thread for a moment.
  EXPECT_TRUE(eventually([threads] { return threadIds().size() <= threads; }))
      << "threads were left running: " << threadIds().size() << " instead of " << threads;
  EXPECT_LE(openFiles(), files) << "files were left open";
  if (kSlowdown > 1) return;  // sanitizers retain freed memory
  EXPECT_LE(residentBytes(), memory + allowance) << "memory was leaked";
}

}  // namespace
}  // namespace larder::conformance
