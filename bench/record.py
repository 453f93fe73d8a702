# SPDX-License-Identifier: Apache-2.0
"""Writes what a benchmark printed into docs/benchmarks.md, with its command, the date and the machine, and draws one column.

`./dev bench NAME --record ARG...` runs `record.py NAME PRINTED ARG...`, where PRINTED is a file. The page marks the place with the
comments `<!-- ./dev bench NAME -->` and `<!-- end -->`. The chart is docs/images/bench-NAME.svg.
"""
import dataclasses
import datetime
import html
import os
import pathlib
import platform
import re
import sys

DOCS = pathlib.Path(__file__).resolve().parents[1] / "docs"


@dataclasses.dataclass
class Column:
    """The column of a table that is drawn; columns are counted from 0 and are at least two spaces apart."""
    title: str
    value: int
    labels: tuple


DRAWN = {
    "http": Column("requests per second", 1, (0,)),
    "lru": Column("million operations per second of lru", 4, (0, 1, 2, 3)),
    "memcached": Column("operations per second, by number of callers", 4, (0, 3)),
    "redis": Column("operations per second, by number of callers", 4, (0, 3)),
    "sdk": Column("rate as a multiple of the one right of the /", 3, (0,)),
}


def bars_of(printed, column):
    """The label and value of each row of the table; rows of other tables are left out."""
    bars = []
    for line in printed.splitlines():
        cells = re.split(r"\s{2,}", line.strip())
        if len(cells) > column.value and re.fullmatch(r"[\d.]+", cells[column.value]):
            bars.append((tuple(cells[i] for i in column.labels), float(cells[column.value])))
    return bars


def chart_of(title, bars):
    """Horizontal bars, with a gap where the first label changes. Bars of Larder stand out."""
    row, gap, left, longest = 20, 10, 330, 300
    most = max(value for _, value in bars)
    shapes, y, previous = [], 40, bars[0][0]
    for labels, value in bars:
        if len(labels) > 1 and labels[0] != previous[0]:
            y += gap
        previous = labels
        width = longest * value / most
        number = f"{value:,.0f}" if value >= 100 else f"{value:g}"
        ours = ' class="ours"' if any(label.startswith(("larder", "callback")) for label in labels) else ""
        shapes.append(f'<text x="{left - 8}" y="{y + 14}" text-anchor="end">{html.escape(", ".join(labels))}</text>'
                      f'<rect x="{left}" y="{y + 3}" width="{width:.1f}" height="{row - 6}"{ours}/>'
                      f'<text x="{left + width + 6:.1f}" y="{y + 14}">{number}</text>')
        y += row
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {y + 10}" role="img" aria-label="{html.escape(title)}">
<style>
text {{ font: 13px sans-serif; fill: #1f2328; }}
rect {{ fill: #8c959f; }}
.ours {{ fill: #0969da; }}
@media (prefers-color-scheme: dark) {{ text {{ fill: #e6edf3; }} rect {{ fill: #6e7681; }} .ours {{ fill: #58a6ff; }} }}
</style>
<text x="{left}" y="24">{html.escape(title)}</text>
{chr(10).join(shapes)}
</svg>
"""


def machine():
    model = "unknown processors"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    release = ".".join(platform.release().split(".")[:2])
    return f"{os.cpu_count()} processors ({model}), {platform.system()} {release}"


def block_of(name, printed, arguments, chart, today):
    command = " ".join(["./dev bench", name, *arguments])
    picture = f"\n\n![{DRAWN[name].title}]({chart})" if chart else ""
    return (f"`{command}`, {today.day} {today:%B %Y}, {machine()}:\n\n"
            f"```text\n{printed.rstrip()}\n```{picture}")


def record(name, printed, arguments, docs=DOCS, today=None):
    page = docs / "benchmarks.md"
    text = page.read_text()
    place = re.search(rf"(<!-- \./dev bench {name} -->\n).*?(\n<!-- end -->)", text, re.DOTALL)
    if place is None:
        raise SystemExit(f"record: {page} has no place for the output: add the lines '<!-- ./dev bench {name} -->' and "
                         "'<!-- end -->'")
    bars = bars_of(printed, DRAWN[name]) if name in DRAWN else []
    chart = f"images/bench-{name}.svg" if bars else ""
    if chart:
        (docs / chart).write_text(chart_of(DRAWN[name].title, bars))
    block = block_of(name, printed, arguments, chart, today or datetime.date.today())
    page.write_text(text[:place.end(1)] + block + text[place.start(2):])


def main():
    name, printed, *arguments = sys.argv[1:]
    record(name, pathlib.Path(printed).read_text(), arguments)
    print(f"== recorded in {DOCS / 'benchmarks.md'}", file=sys.stderr)


if __name__ == "__main__":
    main()
