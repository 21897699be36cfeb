"""Which plain letters a text must hold before a pattern can match it: spares most searches."""

from __future__ import annotations

BEGIN, START = "\x02", "\x03"  # before literals: there the match begins, or no word runs on into it
MARKS = BEGIN + START
_PLAIN = " '-/&£" + MARKS

Needs = tuple[frozenset[str], ...]


def needed_literals(pattern: str) -> frozenset[str]:
    """Strings of which at least one stands in every match of `pattern`; empty where none is sure.

    >>> sorted(needed_literals("(tea|coffee) mornings?"))
    [' morning']
    >>> sorted(needed_literals(r"(tea|coffee)s?"))
    ['coffee', 'tea']
    """
    branches = [needs[0] if needs else frozenset() for needs in needs_by_branch(pattern)]
    return frozenset().union(*branches) if all(branches) else frozenset()


def needs_by_branch(pattern: str) -> tuple[Needs, ...]:
    """For each alternative of `pattern` the sets of strings of which every match through it holds one each; the set
    that is met least often comes first.

    >>> [[sorted(need) for need in needs] for needs in needs_by_branch("(tea|coffee) mornings?|pubs?")]
    [[[' morning'], ['coffee', 'tea']], [['pub']]]
    """
    return tuple(_needs_of_branch(branch) for branch in split_branches(pattern))


def mark_starts(pattern: str) -> str:
    r"""`pattern` with BEGIN before the literals with which a match begins, and START before those that surely follow a
    break between words, or a group that ends in a space.

    >>> mark_starts(r"(coffee|milk) (\w+ )?mornings?|pub.*\bquiz").replace(BEGIN, "^").replace(START, "<")
    '(^coffee|^milk) (\\w+ )?<mornings?|^pub.*\\b<quiz'
    """
    return "|".join(_marked(branch, mark=BEGIN) for branch in split_branches(pattern))


def _marked(branch: str, *, mark: str) -> str:
    """`mark` is what stands before the branch's first literal, "" where a word may run on into it."""
    marked, at, in_run = "", 0, False
    while at < len(branch):
        begin = at
        at, char = _next(branch, at)
        if char == "(":
            at = _group_end(branch, begin)
            inner = branch[begin + 1 : at].removeprefix("?:")
            if inner.startswith("?"):
                element, mark = branch[begin : at + 1], ""
            else:
                branches = split_branches(inner)
                element = "(" + "|".join(_marked(one, mark=mark) for one in branches) + ")"
                spaced = all(one.endswith(" ") for one in branches) and (mark or not _optional(branch, at))
                mark = START if spaced else ""
            in_run = False
        elif char == "{":
            at = max(at, branch.find("}", at))
            element = branch[begin : at + 1]
        else:
            element = branch[begin : at + 1]
            plain = char.isalnum() or char in _PLAIN
            if plain and not in_run and not _optional(branch, at):
                marked += mark
            in_run = plain
            if char not in "?*+" or not mark:
                broken = element == "\\b" or (char == " " and not _optional(branch, at))
                mark = START if broken else ""
        marked += element
        at += 1
    return marked


def split_branches(pattern: str) -> list[str]:
    """The alternatives of `pattern` at its top level."""
    branches, depth, start, at = [], 0, 0, 0
    while at < len(pattern):
        at, char = _next(pattern, at)
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            branches.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*branches, pattern[start:]]


def _needs_of_branch(branch: str) -> Needs:
    """The branch's runs of letters and its groups, those whose shortest string is longest first."""
    choices: list[frozenset[str]] = []
    run, at = "", 0
    while at < len(branch):
        begin = at
        at, char = _next(branch, at)
        if char == "(":
            at = _group_end(branch, begin)
            inner = branch[begin + 1 : at].removeprefix("?:")
            if not inner.startswith("?") and not _optional(branch, at):
                choices.append(needed_literals(inner))
            char = ""
        elif char == "{":
            at, char = max(at, branch.find("}", at)), ""
        if char and (char.isalnum() or char in _PLAIN) and not _optional(branch, at):
            run += char
        else:
            choices.append(frozenset({run} if run else ()))
            run = ""
        at += 1
    choices.append(frozenset({run} if run else ()))
    return tuple(sorted((choice for choice in choices if choice), key=lambda choice: -min(map(len, choice))))


def _optional(pattern: str, at: int) -> bool:
    following = pattern[at + 1 : at + 2]
    return following != "" and following in "?*{"


def _next(pattern: str, at: int) -> tuple[int, str]:
    """The place of the last character of the element at `at`, and the element where it is one plain character."""
    if pattern[at] == "\\":
        return at + 1, "\0"
    if pattern[at] == "[":
        at += 2  # a class's first character may be a bracket
        while pattern[at] != "]":
            at += 2 if pattern[at] == "\\" else 1
        return at, "\0"
    return at, pattern[at]


def _group_end(pattern: str, at: int) -> int:
    depth = 0
    while True:
        at, char = _next(pattern, at)
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return at
        at += 1
