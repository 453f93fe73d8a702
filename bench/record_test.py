# SPDX-License-Identifier: Apache-2.0
import datetime
import pathlib
import tempfile
import unittest
import xml.etree.ElementTree

import record

REDIS = """callers  bytes  reads  client        ops/s   larder x       spread  switches
      1    100    90%  larder        32033       1.00    1.00-1.00       0.03
      1    100    90%  hiredis       24941       1.28    1.08-1.53       1.08
"""
PAGE = "before\n<!-- ./dev bench redis -->\nold\n<!-- end -->\nafter\n<!-- ./dev bench sdk -->\nkept\n<!-- end -->\n"


class Record(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.docs = pathlib.Path(folder.name)
        (self.docs / "images").mkdir()
        self.page = self.docs / "benchmarks.md"
        self.page.write_text(PAGE)

    def record(self, name="redis", printed=REDIS):
        record.record(name, printed, ["--rounds", "7"], self.docs, datetime.date(2026, 11, 9))
        return self.page.read_text()

    def test_replaces_what_was_recorded_and_nothing_else(self):
        text = self.record()
        self.assertTrue(text.startswith("before\n<!-- ./dev bench redis -->\n"))
        self.assertTrue(text.endswith("\n<!-- end -->\nafter\n<!-- ./dev bench sdk -->\nkept\n<!-- end -->\n"))
        self.assertNotIn("old", text)
        self.assertEqual(self.record(), text)

    def test_names_the_command_the_date_and_the_machine(self):
        self.assertIn("`./dev bench redis --rounds 7`, 9 November 2026, " + record.machine(), self.record())

    def test_keeps_the_table_as_it_was_printed(self):
        self.assertIn("```text\n" + REDIS.rstrip() + "\n```", self.record())

    def test_draws_a_bar_for_each_row(self):
        self.assertIn("](images/bench-redis.svg)", self.record())
        chart = xml.etree.ElementTree.parse(self.docs / "images" / "bench-redis.svg")
        widths = [float(bar.get("width")) for bar in chart.iter("{http://www.w3.org/2000/svg}rect")]
        self.assertEqual(len(widths), 2)
        self.assertAlmostEqual(widths[1] / widths[0], 24941 / 32033, places=2)

    def test_a_page_without_a_place_is_left_alone_with_a_reason(self):
        with self.assertRaisesRegex(SystemExit, "<!-- ./dev bench lru -->"):
            self.record("lru")
        self.assertEqual(self.page.read_text(), PAGE)


if __name__ == "__main__":
    unittest.main()
