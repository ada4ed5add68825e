"""The numbers that Word computes for paragraphs, from the rules in numbering.xml and the styles."""

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from lxml import etree

from documents.readers.numbering import Level, Numbers

_FORMATS = {
    "decimal": "1",
    "decimalZero": "1",
    "ordinal": "1",
    "lowerLetter": "a",
    "upperLetter": "A",
    "lowerRoman": "i",
    "upperRoman": "I",
}
_MOST_STYLES = 20  # that a style may be based on, one upon the other
_NO_LIST = "0"


class WordLists:
    """Follows the lists of a document while it is gone through. Lists that share their rules
    count on together, as they do in Word, unless one is told to begin again."""

    def __init__(self, document: WordDocument) -> None:
        """``document`` holds the rules."""
        self._styles = {
            style.get(qn("w:styleId")): style
            for style in document.styles.element.iter(qn("w:style"))
        }
        self._lists: dict[str, etree._Element] = {}
        self._rules: dict[str, etree._Element] = {}
        for root in _numbering(document):
            for element in root.iter(qn("w:num")):
                self._lists[element.get(qn("w:numId"), "")] = element
            for element in root.iter(qn("w:abstractNum")):
                self._rules[element.get(qn("w:abstractNumId"), "")] = element
        self._counting: dict[str, Numbers] = {}
        self._begun: set[tuple[str, int]] = set()

    def mark(self, paragraph: etree._Element, style_id: str | None) -> str | None:
        """What Word prints before a paragraph: "15. ", or None for a bullet; empty where the
        paragraph is in no list."""
        number, depth = self._place(paragraph, style_id)
        rules = self._rules_of(number)
        if rules is None:
            return ""
        levels = _levels(rules)
        own = self._lists[number]
        overrides = {_int(o, "w:ilvl"): o for o in own.iter(qn("w:lvlOverride"))}
        if depth is None:
            # A style names its list, and the list says which level is the style's.
            linked = (
                _int(level, "w:ilvl")
                for level in rules.iter(qn("w:lvl"))
                if _links(level, style_id)
            )
            depth = next(linked, 0)
        key = rules.get(qn("w:abstractNumId"), "")
        for override in overrides.values():
            if own_levels := _levels(override):
                # A list with levels of its own is none of those that share the rules.
                levels, key = levels | own_levels, f"{key} {number}"
        numbers = self._counting.setdefault(key, Numbers(levels))
        mark = numbers.next(depth, self._begin(number, depth, overrides.get(depth)))
        if mark is not None and levels.get(depth, Level("")).style == "-":
            return ""
        return mark

    def _begin(self, number: str, depth: int, override: etree._Element | None) -> int | None:
        """The number that a list is told to begin with, the first time that it comes."""
        start = None if override is None else override.find(qn("w:startOverride"))
        if start is None or (number, depth) in self._begun:
            return None
        self._begun.add((number, depth))
        return _int(start, "w:val")

    def _place(self, paragraph: etree._Element, style_id: str | None) -> tuple[str, int | None]:
        """The list that a paragraph is in, by itself or by its style, and the level in it."""
        own = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        number, depth = _reference(own)
        for _ in range(_MOST_STYLES):
            style = self._styles.get(style_id or "")
            if number or style is None:
                break
            number, of_style = _reference(style.find(f"{qn('w:pPr')}/{qn('w:numPr')}"))
            depth = of_style if depth is None else depth
            based = style.find(qn("w:basedOn"))
            style_id = None if based is None else based.get(qn("w:val"))
        if own is not None and depth is None:
            depth = 0
        return ("", None) if number == _NO_LIST else (number, depth)

    def _rules_of(self, number: str) -> etree._Element | None:
        """The rules of a list; those of another one where they only point to its style."""
        for _ in range(_MOST_STYLES):
            own = self._lists.get(number)
            pointer = None if own is None else own.find(qn("w:abstractNumId"))
            rules = None if pointer is None else self._rules.get(pointer.get(qn("w:val"), ""))
            link = None if rules is None else rules.find(qn("w:numStyleLink"))
            style = None if link is None else self._styles.get(link.get(qn("w:val"), ""))
            if style is None:
                return rules
            number = _reference(style.find(f"{qn('w:pPr')}/{qn('w:numPr')}"))[0]
        return None


def _numbering(document: WordDocument) -> list[etree._Element]:
    """The part with the rules, if there is one: python-docx would make one up."""
    return [
        relation.target_part.element
        for relation in document.part.rels.values()
        if relation.reltype.endswith("/numbering") and not relation.is_external
    ]


def _reference(properties: etree._Element | None) -> tuple[str, int | None]:
    """The list and the level that numPr names."""
    if properties is None:
        return "", None
    number, level = properties.find(qn("w:numId")), properties.find(qn("w:ilvl"))
    return (
        "" if number is None else number.get(qn("w:val"), ""),
        None if level is None else _int(level, "w:val"),
    )


def _levels(rules: etree._Element) -> dict[int, Level]:
    """The levels that are numbered; the others are bullets. "-" stands for nothing printed."""
    levels: dict[int, Level] = {}
    for rule in rules.iter(qn("w:lvl")):
        kind, text, start = (rule.find(qn(f"w:{name}")) for name in ("numFmt", "lvlText", "start"))
        name = "decimal" if kind is None else kind.get(qn("w:val"), "")
        pattern = "" if text is None else text.get(qn("w:val"), "")
        if name == "bullet":
            continue
        levels[_int(rule, "w:ilvl")] = Level(
            style="-" if name == "none" or not pattern else _FORMATS.get(name, "1"),
            pattern=pattern,
            start=1 if start is None else _int(start, "w:val"),
        )
    return levels


def _links(level: etree._Element, style_id: str | None) -> bool:
    style = level.find(qn("w:pStyle"))
    return style is not None and style.get(qn("w:val")) == style_id


def _int(element: etree._Element, name: str) -> int:
    return int(element.get(qn(name), "0"))
