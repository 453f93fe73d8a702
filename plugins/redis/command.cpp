// SPDX-License-Identifier: Apache-2.0
#include "command.hpp"

#include <larder/plugin.hpp>

namespace larder::redis {
namespace {

/// Writes one command in RESP directly to the output. hiredis formats each command into a buffer of its own,
/// which costs an allocation and one more copy of every stored value.
class CommandWriter {
 public:
  CommandWriter(std::string& out, std::size_t words) : out_(out) { header('*', words); }

  CommandWriter& word(std::string_view bytes) { return word(bytes, {}); }

  /// Writes one argument, given in two parts.
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

// Returns "1" or "0", the form in which the scripts expect booleans.
std::string_view truth(bool value) { return value ? "1" : "0"; }

// The entry or lock that an operation addresses, and the scripts that the server is known to have.
struct Target {
  const larder_op& op;
  std::string_view keyStart;
  KnownScripts& known;

  std::string_view key() const { return plugin::view(op.key); }
};

// Writes a script call up to its arguments, which the caller appends.
CommandWriter beginScript(std::string& out, Script script, const Target& target, std::size_t arguments) {
  const bool known = target.known.has(script) && !hashOf(script).empty();
  target.known.add(script);
  CommandWriter command(out, 4 + arguments);
  command.word(known ? "EVALSHA" : "EVAL")
      .word(known ? hashOf(script) : textOf(script))
      .word("1")
      .word(target.keyStart, target.key());
  return command;
}

// Covers the conditions that SET has no options for. SET has KEEPTTL, but that leaves a new entry without a
// ttl, whereas the contract requires ttl_ms for it.
Expect appendSetByScript(std::string& out, const Target& target, std::uint64_t version) {
  const larder_op& op = target.op;
  const std::string expected =
      has(op, LARDER_IF_VERSION) ? encodeVersion(op.expected_version) : std::string();
  beginScript(out, Script::set, target, 5)
      .word(encodeVersion(version), plugin::view(op.value))
      .number(op.ttl_ms)
      .word(truth(has(op, LARDER_KEEP_TTL)))
      .word(truth(has(op, LARDER_IF_PRESENT)))
      .word(expected);
  return Expect::integer;
}

Expect appendSet(std::string& out, const Target& target, std::uint64_t version) {
  const larder_op& op = target.op;
  if (has(op, LARDER_IF_VERSION | LARDER_KEEP_TTL)) return appendSetByScript(out, target, version);

  const bool lasting = op.ttl_ms == LARDER_TTL_NONE;
  const bool conditional = has(op, LARDER_IF_ABSENT | LARDER_IF_PRESENT);
  CommandWriter command(out, 3U + (lasting ? 0U : 2U) + (conditional ? 1U : 0U));
  command.word("SET")
      .word(target.keyStart, target.key())
      .word(encodeVersion(version), plugin::view(op.value));
  if (!lasting) command.word("PX").number(op.ttl_ms);
  if (conditional) command.word(has(op, LARDER_IF_ABSENT) ? "NX" : "XX");
  return Expect::status;
}

Expect appendDelete(std::string& out, const Target& target) {
  if (has(target.op, LARDER_IF_VERSION))
    beginScript(out, Script::erase, target, 1).word(encodeVersion(target.op.expected_version));
  else
    CommandWriter(out, 2).word("DEL").word(target.keyStart, target.key());
  return Expect::integer;
}

// PERSIST alone cannot tell an absent entry from an entry without a ttl.
Expect appendTouch(std::string& out, const Target& target) {
  if (target.op.ttl_ms == LARDER_TTL_NONE)
    beginScript(out, Script::persist, target, 0);
  else
    CommandWriter(out, 3).word("PEXPIRE").word(target.keyStart, target.key()).number(target.op.ttl_ms);
  return Expect::integer;
}

Expect appendIncrement(std::string& out, const Target& target, std::uint64_t version) {
  beginScript(out, Script::increment, target, 3)
      .number(target.op.number)
      .word(encodeVersion(version))
      .number(target.op.ttl_ms);
  return Expect::string;
}

Expect appendCompareSet(std::string& out, const Target& target, std::uint64_t version) {
  beginScript(out, Script::compareSet, target, 3)
      .word(plugin::view(target.op.expected))
      .word(encodeVersion(version), plugin::view(target.op.value))
      .number(target.op.ttl_ms);
  return Expect::integer;
}

Expect appendLock(std::string& out, const Target& target) {
  const std::string_view token = plugin::view(target.op.value);
  if (target.op.opcode == LARDER_OP_LOCK)
    beginScript(out, Script::lock, target, 2).word(token).number(target.op.ttl_ms);
  else
    beginScript(out, Script::unlock, target, 1).word(token);
  return Expect::integer;
}

// Escapes `text` into a glob pattern that matches only `text` itself. Needless escapes would cost: since 7.4,
// Redis scans a single slot if no character ahead of the pattern's hash tag is escaped.
std::string asPattern(std::string_view text) {
  constexpr std::string_view special = "*?[\\";
  std::string pattern;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

Expect appendScan(std::string& out, const Target& target) {
  const std::string_view cursor = plugin::view(target.op.value);
  CommandWriter(out, 6)
      .word("SCAN")
      .word(cursor.empty() ? "0" : cursor)
      .word("MATCH")
      .word(asPattern(target.keyStart) + asPattern(target.key()), "*")
      .word("COUNT")
      .number(target.op.number);
  return Expect::page;
}

}  // namespace

bool isOfALock(const larder_op& op) { return op.opcode == LARDER_OP_LOCK || op.opcode == LARDER_OP_UNLOCK; }

void appendCommand(std::string& out, std::initializer_list<std::string_view> words) {
  CommandWriter command(out, words.size());
  for (const std::string_view word : words) command.word(word);
}

Expect appendOperation(std::string& out, const larder_op& op, std::string_view keyStart,
                       std::uint64_t version, KnownScripts& known) {
  const Target target{op, keyStart, known};
  const auto plain = [&](std::string_view command, Expect expected) {
    CommandWriter(out, 2).word(command).word(keyStart, target.key());
    return expected;
  };
  switch (op.opcode) {
    case LARDER_OP_SET: return appendSet(out, target, version);
    case LARDER_OP_DELETE: return appendDelete(out, target);
    case LARDER_OP_TOUCH: return appendTouch(out, target);
    case LARDER_OP_EXISTS: return plain("EXISTS", Expect::integer);
    case LARDER_OP_TTL: return plain("PTTL", Expect::integer);
    case LARDER_OP_INCREMENT: return appendIncrement(out, target, version);
    case LARDER_OP_COMPARE_SET: return appendCompareSet(out, target, version);
    case LARDER_OP_LOCK:
    case LARDER_OP_UNLOCK: return appendLock(out, target);
    case LARDER_OP_SCAN: return appendScan(out, target);
    case LARDER_OP_INTROSPECT: beginScript(out, Script::introspect, target, 0); return Expect::pair;
    default: return plain("GET", Expect::string);
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
