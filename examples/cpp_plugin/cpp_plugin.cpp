// SPDX-License-Identifier: Apache-2.0
//
// A backend in C++: each entry is a file, which outlives the process and is shared with other processes on
// this machine.
#include <larder/plugin.hpp>

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

namespace plugin = larder::plugin;

namespace {

constexpr larder_option kOptions[] = {plugin::option("directory", LARDER_OPTION_STRING, "",
                                                     "folder for the entries alone; made if missing", 1, 4000,
                                                     LARDER_OPTION_REQUIRED)};

std::string sized(const larder_bytes& bytes) {
  return std::to_string(bytes.size) + ":" + std::string(plugin::view(bytes));
}

// Sizes come first, so that no entry's name is a prefix of another's.
std::string nameOf(const larder_op& op) { return sized(op.name_space) + sized(op.key); }

class Files final : public plugin::Backend {
 public:
  static plugin::Info info() { return {"The Larder authors", "Apache-2.0", kOptions, std::size(kOptions)}; }

  Files(plugin::Host host, const plugin::Settings& settings)
      : host_(host), directory_(settings.text("directory")) {
    std::error_code error;
    std::filesystem::create_directories(directory_, error);
    if (error || ::access(directory_.c_str(), R_OK | W_OK | X_OK) != 0)
      throw plugin::ConfigError(
          "directory: cannot be used; name a folder that this user may create and write to");
  }

  std::uint64_t capabilities() const override { return LARDER_CAP_PERSISTENT | LARDER_CAP_SHARED; }

  larder_status get(larder_op& op) override {
    auto value = read(op);
    if (!value) return LARDER_MISS;
    plugin::lend(op, std::make_shared<const std::string>(*std::move(value)));
    return LARDER_OK;
  }

  // Writes a temporary file and renames it into place, so that a reader sees either the old entry or the new
  // one.
  larder_status set(larder_op& op) override {
    const bool stays = op.ttl_ms == LARDER_TTL_NONE;
    const auto draft = directory_ / (std::to_string(::getpid()) + "." + std::to_string(++drafts_) + ".draft");
    std::ofstream out(draft, std::ios::binary);
    out << (stays ? LARDER_TTL_NONE : host_.realtimeMs() + op.ttl_ms) << ' ' << nameOf(op)
        << plugin::view(op.value);
    out.close();
    std::error_code error;
    if (out) std::filesystem::rename(draft, pathOf(op), error);
    if (out && !error) return LARDER_OK;
    std::filesystem::remove(draft, error);
    return plugin::fail(op, LARDER_NO_MEMORY, "the file cannot be written; free space on its disk");
  }

  larder_status erase(larder_op& op) override {
    std::error_code error;
    return read(op) && std::filesystem::remove(pathOf(op), error) ? LARDER_OK : LARDER_MISS;
  }

  larder_status exists(larder_op& op) override { return read(op) ? LARDER_OK : LARDER_MISS; }

 private:
  std::filesystem::path pathOf(const larder_op& op) const {
    std::uint64_t hash = 14695981039346656037u;  // FNV-1a: the same in every process
    for (const char byte : nameOf(op)) hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211u;
    return directory_ / (std::to_string(hash) + ".entry");
  }

  // Returns the live value. A file of another key with the same hash, or a foreign file, counts as a miss.
  std::optional<std::string> read(const larder_op& op) const {
    std::ifstream in(pathOf(op), std::ios::binary);
    std::int64_t expires_ms = 0;  // since 1970, or LARDER_TTL_NONE
    if (!(in >> expires_ms) || in.get() != ' ') return std::nullopt;
    if (expires_ms != LARDER_TTL_NONE && expires_ms <= host_.realtimeMs()) return std::nullopt;
    std::string content(std::istreambuf_iterator<char>(in), {});
    const auto name = nameOf(op);
    if (content.compare(0, name.size(), name) != 0) return std::nullopt;
    return content.substr(name.size());
  }

  const plugin::Host host_;
  const std::filesystem::path directory_;
  std::atomic<std::uint64_t> drafts_{0};
};

}  // namespace

LARDER_PLUGIN(Files, "files", "1.0.0")
