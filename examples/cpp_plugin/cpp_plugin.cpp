// SPDX-License-Identifier: Apache-2.0
//
// A backend in C++: each entry is a file, which outlives the process and is seen by others on this machine.
#include <larder/plugin.hpp>

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace plugin = larder::plugin;

namespace {

constexpr larder_option kOptions[] = {plugin::option("directory", LARDER_OPTION_STRING, "",
                                                     "folder for the entries alone; made if missing", 1, 4000,
                                                     LARDER_OPTION_REQUIRED)};

std::uint64_t hash(std::string_view bytes) {  // FNV-1a
  std::uint64_t sum = 14695981039346656037u;
  for (const char byte : bytes) sum = (sum ^ static_cast<unsigned char>(byte)) * 1099511628211u;
  return sum;
}

std::string sized(const larder_bytes& bytes) {
  return std::to_string(bytes.size) + ":" + std::string(plugin::view(bytes));
}

// No entry's name begins another's.
std::string nameOf(const larder_op& op) { return sized(op.name_space) + sized(op.key); }

// What a file begins with; the entry's name and its value follow.
struct Header {
  std::uint64_t checksum;   // of all that follows
  std::int64_t expires_ms;  // since 1970, or LARDER_TTL_NONE
};

class Files final : public plugin::Backend {
 public:
  static plugin::Info info() { return {"The Larder authors", "Apache-2.0", kOptions, std::size(kOptions)}; }

  Files(plugin::Host host, const plugin::Settings& settings)
      : host_(host), directory_(settings.text("directory")) {
    std::error_code error;
    std::filesystem::create_directories(directory_, error);
    if (error || ::access(directory_.c_str(), R_OK | W_OK | X_OK) != 0)
      throw plugin::ConfigError("directory: can't be used; name a folder that this user may make and write");
  }

  std::uint64_t capabilities() const override { return LARDER_CAP_PERSISTENT | LARDER_CAP_SHARED; }

  larder_status get(larder_op& op) override {
    auto file = std::make_unique<std::string>();
    const std::size_t start = read(op, *file);
    if (start == 0) return LARDER_MISS;
    op.result.data = file->data() + start;
    op.result.size = file->size() - start;
    op.result.release = [](void* owner) { delete static_cast<std::string*>(owner); };
    op.result.owner = file.release();
    return LARDER_OK;
  }

  // Written beside its place and moved there, so that a reader sees the old entry or the new one.
  larder_status set(larder_op& op) override {
    const bool stays = op.ttl_ms == LARDER_TTL_NONE;
    Header header{0, stays ? LARDER_TTL_NONE : host_.realtimeMs() + op.ttl_ms};
    std::string file(sizeof header, '\0');
    file.append(nameOf(op)).append(plugin::view(op.value));
    std::memcpy(file.data(), &header, sizeof header);
    header.checksum = hash(std::string_view(file).substr(sizeof header.checksum));
    std::memcpy(file.data(), &header, sizeof header);

    const auto draft = directory_ / (std::to_string(::getpid()) + "." + std::to_string(++drafts_) + ".draft");
    std::ofstream out(draft, std::ios::binary);
    out.write(file.data(), static_cast<std::streamsize>(file.size()));
    out.close();
    std::error_code error;
    if (out) std::filesystem::rename(draft, pathOf(op), error);
    if (out && !error) return LARDER_OK;
    std::filesystem::remove(draft, error);
    return plugin::fail(op, LARDER_NO_MEMORY, "the file can't be written; make room on its disk");
  }

  larder_status erase(larder_op& op) override {
    std::error_code error;
    return exists(op) == LARDER_OK && std::filesystem::remove(pathOf(op), error) ? LARDER_OK : LARDER_MISS;
  }

  larder_status exists(larder_op& op) override {
    std::string file;
    return read(op, file) != 0 ? LARDER_OK : LARDER_MISS;
  }

 private:
  std::filesystem::path pathOf(const larder_op& op) const {
    return directory_ / (std::to_string(hash(nameOf(op))) + ".entry");
  }

  // Where in `file` the value begins, or 0 if there is no live entry. A file that is damaged, or of another
  // key with that hash, counts as none.
  std::size_t read(const larder_op& op, std::string& file) const {
    std::ifstream in(pathOf(op), std::ios::binary);
    file.assign(std::istreambuf_iterator<char>(in), {});
    const auto name = nameOf(op);
    Header header{};
    if (file.size() < sizeof header + name.size()) return 0;
    std::memcpy(&header, file.data(), sizeof header);
    if (header.checksum != hash(std::string_view(file).substr(sizeof header.checksum))) return 0;
    if (file.compare(sizeof header, name.size(), name) != 0) return 0;
    if (header.expires_ms != LARDER_TTL_NONE && header.expires_ms <= host_.realtimeMs()) return 0;
    return sizeof header + name.size();
  }

  const plugin::Host host_;
  const std::filesystem::path directory_;
  std::atomic<std::uint64_t> drafts_{0};
};

}  // namespace

LARDER_PLUGIN(Files, "files", "1.0.0")
