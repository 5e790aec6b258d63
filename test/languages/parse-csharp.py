"""Prints where a C# source below a folder does not parse, or how many files do."""

import sys
from pathlib import Path

import tree_sitter_c_sharp
from tree_sitter import Language, Parser


def wrong_in(node):
    if node.is_error or node.is_missing:
        yield node
    for child in node.children:
        yield from wrong_in(child)


parser = Parser(Language(tree_sitter_c_sharp.language()))
files = sorted(Path(sys.argv[1]).rglob("*.cs"))
wrong = [
    f"{file}:{node.start_point[0] + 1}: {node.text[:80]!r}"
    for file in files
    for node in wrong_in(parser.parse(file.read_bytes()).root_node)
]
print("\n".join(wrong) if wrong else f"{len(files)} files parse")
