// SPDX-License-Identifier: Apache-2.0
#include "reply_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace larder::memcached {

namespace {

constexpr std::string_view kValue = "VALUE ";

// Removes the next word from `text` and returns it.
std::string_view takeWord(std::string_view& text) {
  const auto size = std::min(text.find(' '), text.size());
  const auto word = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return word;
}

template <class Number>
bool parse(std::string_view word, Number& number) {
  const char* const last = word.data() + word.size();
  const auto [end, error] = std::from_chars(word.data(), last, number);
  return error == std::errc() && end == last;
}

}  // namespace

ReplyReader::ReplyReader(std::size_t largestValue)
    : largestValue_(largestValue), buffer_(std::make_unique<std::array<char, kBufferSize>>()) {}

std::span<char> ReplyReader::room() {
  if (inValue_ && begin_ == end_) {
    const std::size_t whole = valueSize_ + kLineEnd.size();
    return {value_.get() + valueFilled_, whole - valueFilled_};
  }
  if (begin_ > 0) {
    std::memmove(buffer_->data(), buffer_->data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  return std::span<char>(*buffer_).subspan(end_);
}

void ReplyReader::received(std::size_t size) {
  if (inValue_ && begin_ == end_) {
    valueFilled_ += size;
  } else {
    end_ += size;
  }
}

ReplyReader::Next ReplyReader::next(ReplyPart& part) {
  if (inValue_) return continueValue(part);
  const std::string_view left(buffer_->data() + begin_, end_ - begin_);
  const auto size = left.find(kLineEnd);
  if (size == std::string_view::npos) return left.size() > kLongestLine ? Next::nonsense : Next::needsMore;

  const auto line = left.substr(0, size);
  begin_ += size + kLineEnd.size();
  if (!line.starts_with(kValue)) {
    part.kind = ReplyPart::Kind::line;
    part.text = line;
    return Next::part;
  }
  if (!beginValue(line)) return Next::nonsense;
  value_.reset(static_cast<char*>(std::malloc(valueSize_ + kLineEnd.size())));
  if (value_ == nullptr) return Next::noMemory;
  inValue_ = true;
  return continueValue(part);
}

// "VALUE key flags size cas"
bool ReplyReader::beginValue(std::string_view line) {
  line.remove_prefix(kValue.size());
  const auto key = takeWord(line);
  if (key.empty() || key.size() > key_.size()) return false;
  std::copy(key.begin(), key.end(), key_.begin());
  keySize_ = key.size();
  std::uint32_t flags = 0;
  valueFilled_ = 0;
  return parse(takeWord(line), flags) && parse(takeWord(line), valueSize_) && parse(takeWord(line), cas_) &&
         line.empty() && valueSize_ <= largestValue_;
}

ReplyReader::Next ReplyReader::continueValue(ReplyPart& part) {
  const std::size_t whole = valueSize_ + kLineEnd.size();
  const std::size_t now = std::min(whole - valueFilled_, end_ - begin_);
  std::memcpy(value_.get() + valueFilled_, buffer_->data() + begin_, now);
  begin_ += now;
  valueFilled_ += now;
  if (valueFilled_ < whole) return Next::needsMore;
  if (std::string_view(value_.get() + valueSize_, kLineEnd.size()) != kLineEnd) return Next::nonsense;

  inValue_ = false;
  part.kind = ReplyPart::Kind::value;
  part.text = {key_.data(), keySize_};
  part.bytes = std::move(value_);
  part.size = valueSize_;
  part.cas = cas_;
  return Next::part;
}

void ReplyReader::forget() {
  begin_ = end_ = 0;
  inValue_ = false;
  value_.reset();
}

}  // namespace larder::memcached
