import index


def test_the_room_exports_what_others_may_use_and_no_more() -> None:
    assert sorted(index.__all__) == [
        "Encoder",
        "Lexical",
        "Manifest",
        "PASSAGE_DTYPE",
        "Passage",
        "SENTENCE_DTYPE",
        "Snapshot",
        "build_snapshot",
        "content_words",
        "open_snapshot",
        "refresh",
    ]
    assert all(hasattr(index, name) for name in index.__all__)
