// SPDX-License-Identifier: Apache-2.0
#include "http/output.hpp"

#include <algorithm>
#include <utility>

namespace larder::http {
namespace {

constexpr std::size_t kCopiedUpTo = 16 << 10;  // bytes; copying them costs less than one more writev part
constexpr std::size_t kKept = 4 << 10;         // bytes that an idle connection may keep allocated
constexpr std::size_t kKeptPieces = 16;        // pieces that an idle connection may keep room for

}  // namespace

// Returns the last piece if text may be added to it, else a new one.
std::string& Output::openText() {
  const bool open = !pieces_.empty() && !pieces_.back().owner && pieces_.back().text.size() < kCopiedUpTo;
  return open ? pieces_.back().text : pieces_.emplace_back().text;
}

void Output::append(std::string_view bytes) {
  openText() += bytes;
  size_ += bytes.size();
}

void Output::take(std::string&& bytes) {
  if (bytes.size() <= kCopiedUpTo) return append(std::string_view(bytes));
  size_ += bytes.size();
  pieces_.emplace_back().text = std::move(bytes);
}

void Output::lend(std::shared_ptr<const void> owner, std::string_view bytes) {
  if (bytes.empty()) return;
  size_ += bytes.size();
  auto& piece = pieces_.emplace_back();
  piece.owner = std::move(owner);
  piece.lent = bytes;
}

std::size_t Output::memory() const {
  std::size_t bytes = pieces_.capacity() * sizeof(Piece);
  for (const auto& piece : pieces_) bytes += piece.text.capacity();
  return bytes;
}

std::size_t Output::gather(std::span<iovec> parts) const {
  std::size_t used = 0;
  std::size_t skipped = sent_;
  for (std::size_t i = first_; i < pieces_.size() && used < parts.size(); ++i) {
    const auto rest = pieces_[i].view().substr(skipped);
    skipped = 0;
    if (!rest.empty()) parts[used++] = {const_cast<char*>(rest.data()), rest.size()};  // writev only reads
  }
  return used;
}

void Output::consume(std::size_t bytes) {
  size_ -= bytes;
  if (size_ == 0) return clear();
  while (bytes > 0) {
    const std::size_t rest = pieces_[first_].view().size() - sent_;
    if (bytes < rest) {
      sent_ += bytes;
      break;
    }
    bytes -= rest;
    sent_ = 0;
    pieces_[first_++].release();
  }
  dropSent();
}

// A client that always leaves a little unread never lets clear() run. Moving at most as many pieces as were
// sent keeps the cost per piece constant.
void Output::dropSent() {
  if (first_ < kKeptPieces || first_ * 2 < pieces_.size()) return;
  pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
  first_ = 0;
}

void Output::clear() {
  first_ = sent_ = 0;
  const bool keep = !pieces_.empty() && pieces_.front().text.capacity() <= kKept && !pieces_.front().owner;
  pieces_.resize(keep ? 1 : 0);
  if (pieces_.capacity() > kKeptPieces) pieces_.shrink_to_fit();
  if (keep) pieces_.front().text.clear();
}

}  // namespace larder::http
