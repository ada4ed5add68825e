import index


def test_the_room_exports_what_others_may_use_and_no_more() -> None:
    assert sorted(index.__all__) == [
        "ChangedFile",
        "Changes",
        "Choices",
        "Encoder",
        "FailedFile",
        "LateEncoder",
        "Lexical",
        "MadeBy",
        "Manifest",
        "PASSAGE_DTYPE",
        "Passage",
        "RefreshReport",
        "RefreshStatus",
        "Refreshed",
        "Reports",
        "SENTENCE_DTYPE",
        "Snapshot",
        "TextEncoder",
        "build_snapshot",
        "content_words",
        "current",
        "new_report",
        "open_snapshot",
        "open_sound",
        "planned",
        "refresh",
        "roll_back",
    ]
    assert all(hasattr(index, name) for name in index.__all__)
