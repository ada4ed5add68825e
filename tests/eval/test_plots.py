import numpy as np
import pytest
from lxml import etree

from eval.calibration import reliability
from eval.figures import Figure
from eval.plots import bars_plot, reliability_plot, risk_plot

SVG = "{http://www.w3.org/2000/svg}"
RELIABLE = reliability(np.array([0.2, 0.8, 0.9]), np.array([0.0, 1.0, 1.0]))
ROWS = {
    "list": Figure(value=0.5, low=0.2, high=0.8, questions=10),
    "fact": Figure(value=1, low=None, high=None, questions=1),
}
PLOTS = [
    lambda: reliability_plot(RELIABLE, "Confidence"),
    lambda: risk_plot({"one": np.array([0.0, 0.5]), "two": np.array([0.5, 0.5])}),
    lambda: bars_plot(ROWS, "hit@5", 1),
]


def words(svg: str) -> list[str]:
    return [element.text or "" for element in etree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("plot", PLOTS)
def test_a_plot_is_named_and_the_same_each_time_and_loads_nothing(plot: type) -> None:
    svg = str(plot())
    assert plot() == svg
    root = etree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label")
    addresses = [v for e in root.iter() for k, v in e.attrib.items() if str(k).endswith("href")]
    assert all(str(address).startswith("#") for address in addresses)
    assert "<metadata" not in svg


def test_the_ids_of_two_plots_are_not_the_same() -> None:
    def ids(svg: str) -> set[str]:
        return {
            str(element.get("id")) for element in etree.fromstring(svg).iter() if element.get("id")
        }

    one, two = bars_plot(ROWS, "hit@1"), bars_plot(ROWS, "hit@5")
    assert ids(one)
    assert not ids(one) & ids(two)
    # What refers to an id goes along with it.
    used = {part.split(")")[0] for part in one.split("url(#")[1:]}
    used |= {part.split('"')[0] for part in one.split('href="#')[1:]}
    assert used
    assert used <= ids(one)


def test_text_stays_text() -> None:
    assert {"list", "fact", "hit@5"} <= set(words(bars_plot(ROWS, "hit@5")))
    assert {"one", "two"} <= set(words(risk_plot({"one": np.zeros(3), "two": np.ones(3)})))
    assert "confidence" in words(reliability_plot(RELIABLE, "Confidence"))


def test_what_has_no_interval_has_no_line() -> None:
    both = bars_plot(ROWS, "hit@5").count('id="')
    one = bars_plot({"a": ROWS["fact"], "b": ROWS["fact"]}, "hit@5").count('id="')
    assert one < both
