// SPDX-License-Identifier: Apache-2.0
#include "command.hpp"

#include "scripts.hpp"

#include <larder/plugin.hpp>

namespace larder::redis {
namespace {

/// Writes one command in RESP straight into the output. hiredis can format too, but into a buffer of its
/// own for each command: an allocation, and one more copy of every stored value.
class CommandWriter {
 public:
  CommandWriter(std::string& out, std::size_t words) : out_(out) { header('*', words); }

  CommandWriter& word(std::string_view bytes) { return word(bytes, {}); }

  /// One argument that lies in two places.
  CommandWriter& word(std::string_view first, std::string_view second) {
    header('$', first.size() + second.size());
    out_.append(first).append(second).append("\r\n");
    return *this;
  }

  CommandWriter& number(std::int64_t value) { return word(std::to_string(value)); }

 private:
  void header(char kind, std::size_t count) { (out_ += kind).append(std::to_string(count)).append("\r\n"); }

  std::string& out_;
};

bool has(const larder_op& op, std::uint32_t flag) { return (op.flags & flag) != 0; }

// "1" or "0", as the scripts want it.
std::string_view truth(bool value) { return value ? "1" : "0"; }

// The conditions that Redis has no options for. KEEPTTL, which it has, gives an entry that is new no ttl
// at all, and the contract wants ttl_ms then.
Expect appendSetByScript(std::string& out, const larder_op& op, std::string_view keyStart,
                         std::uint64_t version) {
  const std::string expected =
      has(op, LARDER_IF_VERSION) ? encodeVersion(op.expected_version) : std::string();
  CommandWriter(out, 9)
      .word("EVAL")
      .word(setScript)
      .word("1")
      .word(keyStart, plugin::view(op.key))
      .word(encodeVersion(version), plugin::view(op.value))
      .number(op.ttl_ms)
      .word(truth(has(op, LARDER_KEEP_TTL)))
      .word(truth(has(op, LARDER_IF_PRESENT)))
      .word(expected);
  return Expect::integer;
}

Expect appendSet(std::string& out, const larder_op& op, std::string_view keyStart, std::uint64_t version) {
  if (has(op, LARDER_IF_VERSION | LARDER_KEEP_TTL)) return appendSetByScript(out, op, keyStart, version);

  const bool lasting = op.ttl_ms == LARDER_TTL_NONE;
  const bool conditional = has(op, LARDER_IF_ABSENT | LARDER_IF_PRESENT);
  CommandWriter command(out, 3U + (lasting ? 0U : 2U) + (conditional ? 1U : 0U));
  command.word("SET")
      .word(keyStart, plugin::view(op.key))
      .word(encodeVersion(version), plugin::view(op.value));
  if (!lasting) command.word("PX").number(op.ttl_ms);
  if (conditional) command.word(has(op, LARDER_IF_ABSENT) ? "NX" : "XX");
  return Expect::status;
}

Expect appendDelete(std::string& out, const larder_op& op, std::string_view keyStart) {
  if (!has(op, LARDER_IF_VERSION)) {
    CommandWriter(out, 2).word("DEL").word(keyStart, plugin::view(op.key));
    return Expect::integer;
  }
  CommandWriter(out, 5)
      .word("EVAL")
      .word(deleteScript)
      .word("1")
      .word(keyStart, plugin::view(op.key))
      .word(encodeVersion(op.expected_version));
  return Expect::integer;
}

// PERSIST alone would not tell an absent entry from one that has no ttl to lose.
Expect appendTouch(std::string& out, const larder_op& op, std::string_view keyStart) {
  if (op.ttl_ms == LARDER_TTL_NONE)
    CommandWriter(out, 4).word("EVAL").word(persistScript).word("1").word(keyStart, plugin::view(op.key));
  else
    CommandWriter(out, 3).word("PEXPIRE").word(keyStart, plugin::view(op.key)).number(op.ttl_ms);
  return Expect::integer;
}

}  // namespace

void appendCommand(std::string& out, std::initializer_list<std::string_view> words) {
  CommandWriter command(out, words.size());
  for (const std::string_view word : words) command.word(word);
}

Expect appendOperation(std::string& out, const larder_op& op, std::string_view keyStart,
                       std::uint64_t version) {
  const std::string_view key = plugin::view(op.key);
  switch (op.opcode) {
    case LARDER_OP_SET: return appendSet(out, op, keyStart, version);
    case LARDER_OP_DELETE: return appendDelete(out, op, keyStart);
    case LARDER_OP_TOUCH: return appendTouch(out, op, keyStart);
    case LARDER_OP_EXISTS: CommandWriter(out, 2).word("EXISTS").word(keyStart, key); return Expect::integer;
    case LARDER_OP_TTL: CommandWriter(out, 2).word("PTTL").word(keyStart, key); return Expect::integer;
    default: CommandWriter(out, 2).word("GET").word(keyStart, key); return Expect::string;
  }
}

Expect appendRemoval(std::string& out, std::string_view keyStart, std::string_view key) {
  CommandWriter(out, 2).word("UNLINK").word(keyStart, key);
  return Expect::integer;
}

std::string encodeVersion(std::uint64_t version) {
  std::string bytes(versionSize, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(version & 0xffU);
    version >>= 8;
  }
  return bytes;
}

std::uint64_t decodeVersion(std::string_view bytes) {
  std::uint64_t version = 0;
  for (std::size_t i = versionSize; i-- > 0;) version = version << 8 | static_cast<unsigned char>(bytes[i]);
  return version;
}

}  // namespace larder::redis
