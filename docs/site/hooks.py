# SPDX-License-Identifier: Apache-2.0
"""Hooks of mkdocs.yml: pages from outside docs/, links between them, and the API reference.

The pages are written for a reader of the repository, so their links name files of the tree. A link to a file that is a page of
the site becomes a link to that page; a link to any other file becomes the file's path.
"""
import pathlib
import posixpath
import re
import shutil

from mkdocs.structure.files import File

root = pathlib.Path(__file__).resolve().parents[2]

# Files outside docs/ that are pages of the site.
adopted = {
    "CHANGELOG.md": "changelog.md",
    "CODE_OF_CONDUCT.md": "code-of-conduct.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    **{f"plugins/{name}/README.md": f"backends/{name}.md" for name in ("lru", "redis", "memcached")},
}
source_of = {page: source for source, page in adopted.items()}


def list_of_decisions():
    lines = ["# Decisions", "", "Choices that had a serious alternative: context, decision, and what was rejected.", ""]
    for file in sorted((root / "docs/decisions").glob("0*.md")):
        title = file.read_text().splitlines()[0].removeprefix("# ")
        lines.append(f"- [{title}]({file.name})")
    return "\n".join(lines) + "\n"


def on_files(files, config):
    for source, page in adopted.items():
        files.append(File.generated(config, page, content=(root / source).read_text()))
    files.append(File.generated(config, "decisions/index.md", content=list_of_decisions()))
    return files


def on_page_markdown(markdown, page, config, files):
    source = source_of.get(page.file.src_uri, f"docs/{page.file.src_uri}")

    def replace(match):
        text, target = match.groups()
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target) or not path:
            return match.group()
        file = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        if file == "docs/decisions":
            file = "docs/decisions/index.md"
        wanted = adopted.get(file, file.removeprefix("docs/") if file.startswith("docs/") else None)
        if wanted is None or files.get_file_from_path(wanted) is None:
            return text if "`" in text or text.replace("\n", " ") == file else f"{text} (`{file}`)"
        link = posixpath.relpath(wanted, posixpath.dirname(page.file.src_uri) or ".")
        return f"[{text}]({link}{'#' + anchor if anchor else ''})"

    # Code stays as it is: blocks, and spans in backticks.
    parts = re.split(r"(^```.*?^```$|^    [^\n]*$)", markdown, flags=re.MULTILINE | re.DOTALL)
    parts[::2] = [re.sub(r"(?<!!)\[([^\]\[]*)\]\(([^)\s]+)\)", replace, part) for part in parts[::2]]
    markdown = "".join(parts)
    # GitHub and the tests take more words after the language than the site's highlighter does.
    markdown = re.sub(r"^```(\w+)[ =][^\n]*$", r"```\1", markdown, flags=re.MULTILINE)
    if page.file.src_uri == "reference.md":
        markdown += '\n<p><a href="api/index.html">The reference of all classes and functions</a></p>\n'
    return markdown


def on_post_build(config):
    api = root / "build/docs/html"
    if not (api / "index.html").is_file():
        raise SystemExit("build/docs/html: the API reference is missing; run ./dev docs")
    shutil.copytree(api, pathlib.Path(config["site_dir"]) / "api", dirs_exist_ok=True)
