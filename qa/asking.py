"""What a question asks for: a number, a date, a name, a reason, a list, a comparison, a grade."""

import re

from qa.schema import AsksFor

_DO = "(?:did|do|does|was|were|is|are|will|has|have|had|can|could)"
_BETTER = (
    "(?:better|worse|best|worst|more|fewer|higher|lower|lighter|heavier|quicker|faster|slower"
    "|easier|harder|stronger|weaker)"
)
_CHANGE = r"(?:chang|mov|improv|develop|shift|grow|progress)\w*"
_PARTS = (
    "(?:areas|bodies|changes|clubs|extras|grievances|groups|jobs|kinds|matters|panels|perks"
    "|recommendations|roles|services|shortcomings|sorts|steps|strengths|teams|things|types|ways"
    "|weaknesses)"
)
_HOW = (
    "(?:well|quickly|soon|good|effective|effectively|strong|useful|reliable|safe|suitable|settled|far|closely"
    "|easy|bad|are|is|was|were|do|does|did|has|have)"
)
# Tried in this order: the first that fits is it. White space in them counts only within "[ ]".
_WORDS: tuple[tuple[AsksFor, str], ...] = (
    (
        "reason",
        r"""
        \bwhy\b | \bhow\scome\b | \breasons?\b | \bwhat\s(?:lay|lies)\sbehind\b
        | \bwhat\s(?:has\s|had\s|was\s|is\s)?
          (?:caus|push|stop|mad|mak|held|hold|driv|prevent|hinder|block|delay)\w*
        """,
    ),
    (
        "comparison",
        rf"""
        \bcompar(?:e|es|ed|ison)\b
        | ^\W*trace\b
        | \bwhose\b .* \b{_BETTER}\b
        | \b{_BETTER}\b .* \b(?:than|or)\b
        | \b(?:any|get|got|gotten)\s (?:\w+\s)? {_BETTER}\b
        | \b{_CHANGE} .* \b(?:since|over|between|from)\b
        | \b(?:since|over|between|from)\b .* \b(?:{_CHANGE}|better\b)
        | \bwhat\s(?:became|happened)\b
        | \bcome?\son\b | \bover\sthe\syears\b | \bhow\sfar\s{_DO}\b | \bwhich\sof\b
        """,
    ),
    (
        "number",
        r"""
        \bhow\s(?:many|often|long|old|big|large|high|low|steeply)\b
        | \bhow\smuch\b (?!\s(?:was|were|is|are)\b (?!.*\b(?:cost|paid|spent|worth)))
        | \b(?:what|which)\s(?:\w+\s)?
          (?:percentage|proportion|share|number|fraction|amount|rate|per\s?cent)\b
        | \bnumber\sof\b | \bpercentage\b | % | \bby\show\b
        """,
    ),
    (
        "date",
        rf"""
        ^\W*(?:and\s)?when\s{_DO}\b | \bwhen\W*$
        | \b(?:what|which)\s(?:dates?|days?|month|year)\b
        """,
    ),
    (
        "name",
        r"""
        ^\W*(?:to\s|by\s|with\s)?who(?:m|se)?\b
        | (?:[,;.?]|\b(?:and|or|of|know|say|tell\sme))\s
          who\s(?:has\s)?(?:led|is|was|were|are|heads?|headed|chairs?|gets?|wrote)\b
        | \bstands?\sfor\b | \bname\sof\b | \bcalled\b(?!\s(?:in|on|at|back)\b) | \bmean\b
        | \b(?:what|which)\s(?:inspector|regional|agency|organisation|body|person|team|letters?)\b
        | \bwhat\s(?:is|was|are|does)\s(?:the\s)?(?:operation|abbreviation)\b
        """,
    ),
    (
        "list",
        rf"""
        \b(?:which|what)\s(?:\w+\s){{0,3}}?{_PARTS}\b
        | (?<!waiting\s)\blist\b | \bname\sthe\b | \bto[ -]do\b | \bthings\sto\b
        | \bwhat\b .* \b(?:recommend\w*|improve|put\sright|work\son|get\sbetter\sat|sort\sout
          |act\son|do\sbetter|told\sto)\b
        | ^\W*(?:which|by\swhat)\s\w+s\b
        """,
    ),
    (
        "judgement",
        rf"""
        \bhow\s(?:\w+\s)?{_HOW}\b
        | \b(?:grades?|graded|ratings?|rated?|judged?|judgements?|verdict|mark|standard|opinion)\b
        | \bany\sgood\b
        | ^\W*(?:[\w\s'’&-]{{0,60}},\s)?{_DO}\b
        | \bwhat\s(?:do|did)\s(?:\w+\s){{0,2}}(?:inspectors|ofsted)\b
        """,
    ),
)
_PATTERNS = tuple((kind, re.compile(words, re.IGNORECASE | re.VERBOSE)) for kind, words in _WORDS)


def asks_for(question: str, *, places: int, periods: int) -> AsksFor:
    """What is asked for, by the words of the question and how many places and periods it names:
    two of either are to be compared. "other" where nothing says."""
    found = next((kind for kind, pattern in _PATTERNS if pattern.search(question)), None)
    if found in (None, "judgement", "list") and (places > 1 or periods > 1):
        return "comparison"
    return found or "other"
