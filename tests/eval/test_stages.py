from collections.abc import Callable
from time import perf_counter

import pytest

from eval.stages import REST, STEPS, Watch
from qa.answerer import Answerer
from qa.schema import AskRequest
from qa.service import Service


def methods() -> dict[str, Callable[..., object]]:
    return {step: getattr(owner, name) for step, (owner, name) in STEPS.items()}


@pytest.fixture
def answerer(samples_service: Service) -> Answerer:
    return samples_service.answerer


def test_every_step_is_timed_and_together_they_are_the_whole(answerer: Answerer) -> None:
    request = AskRequest(question="Are checks on private foster carers done in time?")
    plain = answerer.ask(request)
    began = perf_counter()
    with Watch().watching() as stages:
        timed = answerer.ask(request)
    whole = (perf_counter() - began) * 1000
    assert set(stages) == {*STEPS, REST}
    # A step that is nowhere taken has moved to another class: STEPS has to say where.
    assert all(took > 0 for took in stages.values()), stages
    assert sum(stages.values()) <= whole
    assert timed.answers == plain.answers


def test_what_was_wrapped_is_put_back_whatever_happens(answerer: Answerer) -> None:
    before = methods()
    during: list[object] = []

    def fail() -> None:
        with Watch().watching():
            during.append(methods())
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert during != [before]
    assert methods() == before


def test_a_step_within_a_step_is_counted_once(
    answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name = STEPS["understand"]
    original = getattr(owner, name)
    asked = answerer._encoder

    def understand(self: object, *arguments: object) -> object:
        for _ in range(20):
            asked.encode(["Are checks on private foster carers done in time?"])
        return original(self, *arguments)

    monkeypatch.setattr(owner, name, understand)
    with Watch().watching() as stages:
        answerer.ask(AskRequest(question="Are checks late?"))
    assert stages["encode"] > stages["understand"] > 0
