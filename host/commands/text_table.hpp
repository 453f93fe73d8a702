// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_TEXT_TABLE_HPP
#define LARDER_COMMANDS_TEXT_TABLE_HPP

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace larder::host {

/// The format of a command's table: for people, tab-separated with a header line, or JSON.
enum class TableFormat { table, tsv, json };

/// A header and rows of cells, to be printed.
class TextTable {
 public:
  using Row = std::vector<std::string>;

  explicit TextTable(Row header) { rows_.push_back(std::move(header)); }

  /// Adds a row with the same number of cells as the header.
  void add(Row row) { rows_.push_back(std::move(row)); }

  /// Returns the table for a terminal: columns as wide as their widest cell, the last one not padded.
  std::string text() const {
    std::vector<std::size_t> widths(rows_.front().size(), 0);
    for (const auto& row : rows_)
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    std::string text;
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i + 1 < row.size(); ++i)
        text += row[i] + std::string(widths[i] + 2 - row[i].size(), ' ');
      text += row.back() + '\n';
    }
    return text;
  }

  /// Returns the table for programs: cells separated by tabs; line ends and tabs within a cell become spaces.
  std::string tsv() const {
    std::string text;
    for (const auto& row : rows_) {
      for (const auto& cell : row) {
        std::string plain = cell;
        std::replace_if(
            plain.begin(), plain.end(), [](char c) { return c == '\t' || c == '\n'; }, ' ');
        text += plain + (&cell == &row.back() ? '\n' : '\t');
      }
    }
    return text;
  }

  /// Returns tsv() or text(). A caller that offers JSON writes it itself.
  std::string in(TableFormat format) const { return format == TableFormat::tsv ? tsv() : text(); }

 private:
  std::vector<Row> rows_;
};

}  // namespace larder::host

#endif
