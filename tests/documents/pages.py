"""Web pages of our own, laid out as those of ministries and councils are, around one letter."""

TITLE = "Focused visit to Aldermere children’s services"
PARAGRAPHS = (
    "Ofsted visited Aldermere on 5 and 6 November 2019 and looked at the front door of the "
    "service, which receives all that is said of children who may need help, and at what is done "
    "with it in the first days. The inspectors spoke with the staff and with some of the children.",
    "Children who are in danger are found quickly, and most of those who need a plan have one that "
    "is clear and that their families know of. Managers read the plans before they are used, and "
    "they say what is to be done better, so that the work of the teams has become more alike.",
    "It is not so for all of the children: those who come from far away wait for their first visit "
    "for longer than they should, and it is not always written down why that is. The council knows "
    "of this and has begun to change how the visits are given out among its social workers.",
)
BULLETS = ("Visits to children who live far away", "The notes of managers", "Exit interviews")
LEAD = "What needs to improve?"
LAST = "Yours sincerely, Ottilie Greenhalgh, Her Majesty’s Inspector"
LETTER = " ".join((TITLE, *PARAGRAPHS, LEAD, *BULLETS, LAST))
ROWS = (("Judgement", "Grade"), ("Overall effectiveness", "Good"))

BODY = (
    f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p><h2>{LEAD}</h2>"
    f"<ul>{''.join(f'<li>{item}</li>' for item in BULLETS)}</ul>"
    f"<p>{PARAGRAPHS[2]}</p><p>{LAST}</p>"
)
_COOKIES = (
    "We use some essential cookies to make this website work, and we would like to set more of "
    "them so that we can remember what you like and see how you use the pages of this site."
)

GOVERNMENT = f"""<!DOCTYPE html>
<html lang="en" class="govuk-template"><head><meta charset="utf-8">
<title>{TITLE} - GOV</title>
<link rel="canonical" href="/letters/aldermere-2019">
<!-- saved from url=(0050)https://www.ministry.example/letters/aldermere-2019?print=1 -->
<script type="application/ld+json">{{"@type": "Article", "datePublished":
 "2019-12-06T10:00:00+00:00"}}</script></head>
<body class="govuk-template__body">
<div id="global-cookie-message" class="gem-c-cookie-banner" role="region"><h2>Cookies</h2>
<p>{_COOKIES}</p><button>Accept</button></div>
<a class="govuk-skip-link" href="#content">Skip to main content</a>
<header role="banner"><a href="/">GOV</a></header>
<div class="govuk-width-container"><div class="govuk-phase-banner"><p>This part is new.</p></div>
<div class="govuk-breadcrumbs"><ol><li><a href="/">Home</a></li><li><a href="/s">Services</a></li>
</ol></div>
<main id="content" role="main"><div class="govuk-grid-row"><h1 class="govuk-heading-l">{TITLE}</h1>
<div class="gem-c-share-links"><a href="#">Post it</a></div>
<button class="print">Print</button><p><a href="javascript:print()">Print this page</a></p>
<div class="govuk-govspeak">{BODY}</div>
<aside class="related"><h2>See also</h2><ul><li><a href="/a">Other letters</a></li></ul></aside>
</div></main>
<div class="gem-c-feedback"><p>Is this page useful?</p></div></div>
<footer role="contentinfo"><p>Open licence</p></footer></body></html>"""

# No main part: headings, text and side bar are divisions like any other.
COUNCIL_NEWS = f"""<!DOCTYPE html>
<html lang="en-GB"><head><title>{TITLE} | Aldermere Council</title>
<meta property="article:published_time" content="2019-12-06T09:00:00+00:00">
<meta property="og:url" content="https://www.aldermere.example/news/visit/"></head>
<body class="post-template-default single"><div id="page" class="hfeed site">
<div id="masthead" class="site-header"><p class="site-title"><a href="/">Aldermere Council</a></p>
<ul id="menu-main" class="menu"><li><a href="/bins">Bins</a></li><li><a href="/tax">Council
tax</a></li><li><a href="/schools">Schools</a></li></ul></div>
<div id="content"><div class="entry-header"><h1 class="entry-title">{TITLE}</h1>
<div class="entry-meta">Posted on <time datetime="2019-12-06">6 December 2019</time></div></div>
<div class="entry-content">{BODY}<div class="sharedaddy"><h3>Share this:</h3>
<ul><li><a href="#">Here</a></li><li><a href="#">There</a></li></ul></div></div>
<div class="things"><h3>More</h3><ul><li><a href="/1">Road works in Mill Lane until Friday</a></li>
<li><a href="/2">New library opens its doors</a></li><li><a href="/3">Budget agreed</a></li></ul>
</div></div>
<div id="secondary" class="widget-area sidebar"><h2>Find us</h2><p>Town Hall</p></div>
<div id="colophon" class="site-footer"><p>© 2019 Aldermere Council</p></div>
</div></body></html>"""

# Made by hand before there were style sheets: a table puts all in its place.
OLD_PAGE = f"""<html>
<!-- saved from url=(0042)http://www.aldermere.example/social/v.htm -->
<head><title>Aldermere Council - social services</title></head><body bgcolor="#ffffff">
<table width="100%" border="0"><tr><td colspan="2"><font size="6">Aldermere Council</font></td></tr>
<tr><td width="150"><a href="a.htm">Home</a><br><a href="b.htm">News</a><br>
<a href="c.htm">Jobs</a><br><a href="d.htm">Contact</a></td>
<td><h1>{TITLE}</h1><p>{PARAGRAPHS[0]}<p>{PARAGRAPHS[1]}<h2>{LEAD}</h2>
<ul>{"".join(f"<li>{item}" for item in BULLETS)}</ul><p>{PARAGRAPHS[2]}<br><br>{LAST}</td></tr>
<tr><td colspan="2"><a href="e.htm">Legal</a> | <a href="f.htm">Access</a> |
<a href="g.htm">Map</a></td></tr></table></body></html>"""

# Regions and blocks, with the letter in two of them and a judgement table between.
REGIONS = f"""<!DOCTYPE html><html lang="en"><head><title>Letter</title>
<meta name="dcterms.issued" content="2019-12-06"></head><body>
<div class="layout-container"><div class="region region-breadcrumb"><a href="/">Home</a></div>
<div class="region region-content"><div class="block"><h1>{TITLE}</h1><p>{PARAGRAPHS[0]}</p></div>
<table><tr><th>{ROWS[0][0]}</th><th>{ROWS[0][1]}</th></tr>
<tr><td>{ROWS[1][0]}</td><td>{ROWS[1][1]}</td></tr></table>
<div class="block"><p>{PARAGRAPHS[1]}</p><h2>{LEAD}</h2>
<ul>{"".join(f"<li>{item}</li>" for item in BULLETS)}</ul><p>{PARAGRAPHS[2]}</p><p>{LAST}</p></div>
</div><div class="region region-footer-top"><ul><li><a href="/x">Contact us today</a></li>
<li><a href="/y">Privacy notice</a></li><li><a href="/z">Freedom of information</a></li></ul></div>
</div></body></html>"""

PAGES = {
    "government": GOVERNMENT,
    "council news": COUNCIL_NEWS,
    "old page": OLD_PAGE,
    "regions": REGIONS,
}
