// SPDX-License-Identifier: Apache-2.0
//
// A backend that keeps its entries in a server, line_server.cpp, which speaks a small line protocol. It shows
// what the author of a network plugin adds to larder/async_backend.hpp.
#include <larder/async_backend.hpp>

#include <charconv>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

namespace plugin = larder::plugin;

namespace {

constexpr larder_option kOptions[] = {
    plugin::option("server", LARDER_OPTION_STRING, "localhost:7070", "host:port of the line server", 1, 300,
                   LARDER_OPTION_URL),
    plugin::option("timeout", LARDER_OPTION_DURATION, "1s", "a server that is silent for so long is dropped",
                   1, 60'000)};

// A command is a line with a word, the sizes of the parts that follow the line, and for SET the ttl. A reply
// is a line as well: "OK SIZE", followed by SIZE bytes, or "MISS".
class LineProtocol final : public plugin::Protocol {
 public:
  void encode(const larder_op& op, std::string& output) override {
    switch (op.opcode) {
      case LARDER_OP_GET: return append(output, "GET", op);
      case LARDER_OP_SET: return append(output, "SET", op);
      case LARDER_OP_DELETE: return append(output, "DELETE", op);
      case LARDER_OP_EXISTS: return append(output, "EXISTS", op);
      default: return append(output, "PING", op);
    }
  }

  std::size_t measure(std::uint32_t /*opcode*/, std::string_view received) override {
    constexpr std::size_t longestLine = 40;
    const auto end = received.substr(0, longestLine).find('\n');
    if (end == std::string_view::npos && received.size() < longestLine) return 0;
    const auto line = received.substr(0, end);
    if (line == "MISS") return end + 1;
    std::size_t size = 0;
    const bool valid =
        end != std::string_view::npos && line.substr(0, 3) == "OK " && isNumber(line.substr(3), size);
    if (!valid) throw plugin::ProtocolError("the server does not speak this protocol");
    return end + 1 + size;
  }

  larder_status accept(larder_op& op, std::string_view reply) override {
    if (reply.substr(0, 2) != "OK") return LARDER_MISS;
    if (op.opcode == LARDER_OP_GET)
      plugin::lend(op, std::make_shared<const std::string>(reply.substr(reply.find('\n') + 1)));
    return LARDER_OK;
  }

 private:
  // Sizes come first, so names and values may be any bytes.
  static void append(std::string& output, std::string_view word, const larder_op& op) {
    const std::string_view value = op.opcode == LARDER_OP_SET ? plugin::view(op.value) : std::string_view();
    output.append(word);
    for (const std::uint64_t size : {op.name_space.size, op.key.size, std::uint64_t{value.size()}})
      output.append(" ").append(std::to_string(size));
    output.append(" ").append(std::to_string(op.opcode == LARDER_OP_SET ? op.ttl_ms : 0)).append("\n");
    output.append(plugin::view(op.name_space)).append(plugin::view(op.key)).append(value);
  }

  static bool isNumber(std::string_view text, std::size_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number <= longestValue;
  }

  static constexpr std::size_t longestValue = std::size_t{1} << 20;
};

plugin::AsyncBackend::Options optionsOf(const plugin::Settings& settings) {
  plugin::AsyncBackend::Options options;
  std::string_view server = settings.text("server");
  if (server.substr(0, 7) == "line://") server.remove_prefix(7);
  const auto colon = server.rfind(':');
  const std::string_view port =
      colon == std::string_view::npos ? std::string_view() : server.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), options.server.port);
  if (port.empty() || error != std::errc() || end != port.data() + port.size())
    throw plugin::ConfigError("server: must be host:port, such as localhost:7070");
  options.server.host = std::string(server.substr(0, colon));
  options.timeout = options.connectTimeout = std::chrono::milliseconds(settings.number("timeout"));
  return options;
}

class Line final : public plugin::AsyncBackend {
 public:
  static plugin::Info info() { return {"The Larder authors", "Apache-2.0", kOptions, std::size(kOptions)}; }

  Line(plugin::Host host, const plugin::Settings& settings)
      : AsyncBackend(host, std::make_unique<LineProtocol>(), optionsOf(settings), "line") {}

  std::uint64_t capabilities() const override { return AsyncBackend::capabilities() | LARDER_CAP_SHARED; }
};

}  // namespace

LARDER_PLUGIN(Line, "line", "1.0.0")
