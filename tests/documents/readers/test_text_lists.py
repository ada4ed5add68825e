"""Plain text: lists, quoted mails, and lines that were lost or broken."""

from tests.documents.making import read, texts


def _list_of(text: str) -> list[tuple[int, str | None, str]]:
    """Depth, number and words of each bullet."""
    document = read(text)
    return [
        (block.level, block.number, document.text[block.start : block.end])
        for block in document.blocks
        if block.kind == "bullet"
    ]


def test_lists_with_letters_and_numbers_in_brackets() -> None:
    text = (
        "Leaders should improve:\n1) plans;\n2) visits:\n   (a) their length, and\n   (ii) when\n"
    )
    assert _list_of(text) == [
        (0, "1", "plans;"),
        (0, "2", "visits:"),
        (1, "a", "their length, and"),
        (1, "ii", "when"),
    ]
    assert "2) visits:\n(a) their length" in read(text).text


def test_an_item_in_brackets_within_a_sentence_is_none() -> None:
    text = "Leaders know that they should improve\n(a) plans and (b) visits.\n"
    assert _list_of(text) == []


def test_bullets_that_are_set_in_are_nested() -> None:
    text = "Seen:\r\n  - homes:\r\n      - old\r\n      - new\r\n  - schools\r\n"
    assert _list_of(text) == [
        (0, None, "homes:"),
        (1, None, "old"),
        (1, None, "new"),
        (0, None, "schools"),
    ]


def test_a_letter_that_was_quoted_in_a_mail_loses_the_marks() -> None:
    text = "> Dear Ottilie\n>\n> # Visit\n>\n> > Children are safe.\n>\n> Yours sincerely\n"
    document = read(text)
    assert ">" not in document.text
    assert "Children are safe." in texts(document)


def test_two_lines_that_begin_with_an_angle_bracket_are_words() -> None:
    assert read("> 25 days is late.\n\nThe target is\n").text.startswith("> 25 days")


def test_lines_drawn_with_characters_are_furniture() -> None:
    document = read("Visit\n=====\n\nChildren are safe.\n\n* * * *\n\nPlans are clear.\n")
    assert [line.text for line in document.furniture] == ["=====", "* * * *"]
    assert texts(document) == ["Visit", "Children are safe.", "Plans are clear."]


_WRAPPED = (
    "Children who need help are found by teams that know the seven towns well,\n"
    "and most of them are seen within a day by somebody whom they have met.\n"
) * 5


def test_in_wrapped_text_a_short_line_has_lost_what_followed_it() -> None:
    document = read(_WRAPPED + "- there have been nine adoptions\nindependent living\n")
    assert texts(document)[-2:] == ["there have been nine adoptions", "independent living"]
    assert document.sentences[-1].fragment


def test_in_wrapped_text_a_long_line_without_a_full_stop_goes_on() -> None:
    document = read(
        _WRAPPED + "In many cases it is the Early Support Team and the Integrated\n"
        "Early-Support-and-Assessment-Service-of-Aldermere that help.\n"
    )
    assert texts(document)[-1].endswith(
        "Integrated Early-Support-and-Assessment-Service-of-Aldermere that help."
    )


def test_a_heading_may_take_two_lines() -> None:
    document = read(
        _WRAPPED + "\nThe experiences and progress of\nchildren who need help\n\n" + _WRAPPED
    )
    assert texts(document, "heading") == ["The experiences and progress of children who need help"]


def test_a_heading_is_not_gone_on_with() -> None:
    document = read("# Visit\n\nThe team\n\nand its work are new.\n")
    assert texts(document)[-1].endswith("and its work are new.")
