"""A corpus of three short letters, small enough to judge by eye."""

from pathlib import Path

LETTERS = {
    "ashford.md": """# Ashford: focused visit

## Main findings

Checks of private foster carers are late. Social workers hold 28 children each.

Managers meet care leavers every month.
""",
    "old/bexley.md": """# Bexley: focused visit

## Main findings

Checks of private foster carers are prompt and thorough. Social workers hold 14 children each.
""",
    "corby.md": """# Corby: focused visit

## Main findings

The council must improve:

- the speed of health assessments
- how well plans are written
""",
}


def write_letters(folder: Path) -> Path:
    """Write the letters below ``folder``, and give it back."""
    for name, text in LETTERS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
