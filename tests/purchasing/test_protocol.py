"""The purchase protocol under any interleaving of buyers, crashes, lost and late answers, and evidence.

The real ledger and the real purchasing code run in simulated processes; hypothesis chooses every next step.
Two things hold after each: no photo is sold twice unless a person has said in between that the first order
was not bought, and each sold model can be reached by what the ledger or a receipt on disk says.
`VITRINE_PROTOCOL_EXAMPLES` sets how many sequences are tried.
"""

from __future__ import annotations

import os
import shutil
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.fixtures.purchase_world import OUTCOMES, PHOTOS, PurchaseWorld, is_of
from tests.fixtures.simulated_provider import LISTING_DELAY_S, identity_of
from vitrine.errors import (
    LedgerError,
    OutcomeUnknown,
    ProviderBusy,
    ProviderRefused,
    ProviderUnreachable,
    StatusUnavailable,
    VitrineError,
)
from vitrine.models import PhotoIdentity
from vitrine.purchasing.resolve import resolve

EXAMPLES = int(os.environ.get("VITRINE_PROTOCOL_EXAMPLES", "60"))
STEPS = 60
MOST_RUNNING = 3
REFUSALS = (
    ProviderRefused("402: the wallet is empty", status=402),
    ProviderRefused("400: no such option", status=400),
    ProviderBusy("429: too many requests", retry_after_s=30, status=429),
    ProviderUnreachable("no connection"),
)
number = st.integers(0, 999)


def pick(options: list[Any], choice: int) -> Any:
    return options[choice % len(options)]


class PurchaseProtocol(PurchaseWorld, RuleBasedStateMachine):
    """Two photos, one or three machines, two accounts: one lists its jobs and charges, the other nothing."""

    @initialize(machines=st.sampled_from(["a", "abc"]))
    def begin(self, machines: str) -> None:
        self.open(machines)

    # Processes

    @precondition(lambda self: len(self._running()) < MOST_RUNNING)
    @rule(photo=st.sampled_from([*PHOTOS, None]), machine=number, first=st.integers(0, 1), calls=number)
    def start(self, photo: PhotoIdentity | None, machine: int, first: int, calls: int) -> None:
        """A new process buys and fetches a model, from either account first; or runs `collect`."""
        try:
            process = self.simulation.start_process(pick(list(self.simulation.machines), machine))
        except LedgerError:
            return
        work = self._convert(process, photo, first) if photo else self._collect(process)
        self.simulation.start(process, work)
        self._run_calls(process, calls % 24)
        self._count("buy" if photo else "collect")

    @precondition(lambda self: self._running())
    @rule(choice=number, how=st.sampled_from(["kill", "kill in its transaction", "interrupt"]))
    def stop(self, choice: int, how: str) -> None:
        """SIGKILL, at once or at the next transaction after what comes before it on disk; or Ctrl-C."""
        task = pick(self._running(), choice)
        process = self.simulation.tasks[task]
        if how == "interrupt":
            task.cancel()
            self.simulation.settle()
        process.alive = how != "kill"
        process.dies_in_transaction = how == "kill in its transaction"
        self._count(how)

    @precondition(lambda self: self.simulation.open_calls())
    @rule(choice=number)
    def run_call(self, choice: int) -> None:
        """A process's call of the ledger or the store is done."""
        self.simulation.run_call(pick(self.simulation.open_calls(), choice))
        self._count("call of the ledger or the store")

    @precondition(lambda self: self.simulation.open_calls())
    @rule(choice=number)
    def run_calls(self, choice: int) -> None:
        """One process goes on until it waits for something else."""
        self._run_calls(pick(self.simulation.open_calls(), choice).process, 20)
        self._count("calls of one process")

    # The world

    @rule(seconds=st.sampled_from([1.0, 30.0, 100.0, 240.0, 300.0, 1000.0, 1800.0]))
    def wait(self, seconds: float) -> None:
        self.simulation.advance(seconds)
        for shop in self.shops:
            shop.drop_late_posts()
        self._count("time passes")

    @rule(
        trouble=st.sampled_from(["database", "disk", "clock"]),
        well=st.sampled_from([True, False]),
        offset_s=st.sampled_from([-7200.0, 7200.0]),
    )
    def trouble(self, trouble: str, well: bool, offset_s: float) -> None:
        """The database goes away, the disk is full, the only machine's clock is set; or all is well again."""
        self.simulation.database_is_away = trouble == "database" and not well
        self.simulation.store.is_full = trouble == "disk" and not well
        if trouble == "clock" and len(self.simulation.machines) == 1:  # a database server's is not set
            self.simulation.clock_offset_s = 0.0 if well else offset_s
        self._count(f"{trouble}: {'well again' if well else 'trouble'}")

    @rule(choice=number)
    def rotate_key(self, choice: int) -> None:
        """An account gets another key of the same wallet; processes that have the old one are refused."""
        if choice % 8 == 0:
            pick(self.shops, choice // 8).key += 1
            self._count("key rotated")

    # Providers

    @precondition(lambda self: self._posts())
    @rule(choice=number, answer=st.booleans(), late_s=st.sampled_from([0.0, 60.0, 500.0]), fails=number)
    def accept(self, choice: int, answer: bool, late_s: float, fails: int) -> None:
        """An order is accepted; the answer arrives, or is lost."""
        shop, post = pick(self._posts(), choice)
        if self.simulation.now_s >= post.sent_at_s + LISTING_DELAY_S:
            return
        before = self._sold(post)
        job = shop.accept(post, listed_after_s=late_s, fails=fails % 10 == 0)
        self._allow(before, job)
        if post.is_heard:
            if answer:
                post.future.set_result(shop.receipt(job))
            else:
                post.future.set_exception(OutcomeUnknown("no answer"))
            self.simulation.settle()
        OUTCOMES["models sold"] += 1
        self._count("order accepted" if answer else "order accepted, answer lost")

    @precondition(lambda self: self._posts())
    @rule(choice=number, refusal=st.sampled_from(REFUSALS), how=st.sampled_from(["refuse", "lose", "hang"]))
    def not_accept(self, choice: int, refusal: VitrineError, how: str) -> None:
        """An order is refused; or its answer stays away, and it is lost, or may still be accepted."""
        shop, post = pick(self._posts(), choice)
        if how == "refuse" and not post.is_heard:
            return
        if how != "hang":
            shop.posts.remove(post)
        if post.is_heard:
            unknown = OutcomeUnknown("no answer within 180 s")
            post.future.set_exception(refusal if how == "refuse" else unknown)
            self.simulation.settle()
        self._count("order refused" if how == "refuse" else "order without an answer")

    @precondition(lambda self: self._questions())
    @rule(choice=number, stale=st.booleans())
    def tell(self, choice: int, stale: bool) -> None:
        """A question is answered as things are, or as they were when it was asked."""
        shop, question = pick(self._questions(), choice)
        shop.questions.remove(question)
        self._answer(question, question.answer(stale))
        self._count("question answered")

    @precondition(lambda self: self._questions())
    @rule(choice=number, lies=st.integers(0, 4))
    def mislead(self, choice: int, lies: int) -> None:
        """A question is answered with an error, or some are with 404 although the job is there."""
        shop, question = pick(self._questions(), choice)
        shop.questions.remove(question)
        shop.lies = max(lies - 1, 0)
        self._answer(question, question.lie if lies and question.lie else StatusUnavailable("502"))
        self._count("question answered with an error")

    # A person

    @precondition(lambda self: self._unsettled())
    @rule(choice=number, careless=st.sampled_from([None, None, "not bought", "bought"]))
    def say(self, choice: int, careless: str | None) -> None:
        """A person settles an order: as the provider's own list shows it, or without a look."""
        purchase = pick(self._unsettled(), choice)
        shop = next(shop for shop in self.shops if shop.name == purchase.provider)
        jobs = [job for job in shop.sold if is_of(purchase, job)]
        word: dict[str, Any] = {"bought": False}
        if careless is None and jobs:
            word = {"bought": True, "request_id": jobs[-1].id}
        elif careless is None and any(
            identity_of(post.order) == purchase.pixels_sha256 for post in shop.posts
        ):
            return  # it may still be accepted
        elif careless == "bought":
            word = {"bought": True}
        try:
            self.simulation.inside(None, lambda: resolve(self.simulation.ledger, purchase.key, **word))
        except LedgerError:
            return
        if careless == "not bought":
            self.words[str(purchase.pixels_sha256)] = self.simulation.now_s
        elif careless == "bought":
            self.given_up.add(str(purchase.pixels_sha256))
        self._count("a person's word")

    # What always holds

    @invariant()
    def every_sold_model_can_be_reached(self) -> None:
        if not hasattr(self, "simulation") or not any(shop.sold for shop in self.shops):
            return
        purchases = self._purchases()
        for shop in self.shops:
            for job in shop.sold:
                if self.simulation.now_s >= job.forgotten_at_s or job.identity in self.words:
                    continue
                lines = [line for line in purchases if is_of(line, job)]
                assert any(self._leads_to(line, job) for line in lines), (
                    f"{job.id} was sold, and the ledger says "
                    f"{[(line.state, line.request_id, line.error) for line in lines]}"
                )

    def teardown(self) -> None:
        """Every process dies; a last one then gets the models home, with nobody in its way."""
        if not hasattr(self, "simulation"):
            return
        try:
            self._bring_home()
        finally:
            self.simulation.close()
            shutil.rmtree(self.folder)


TestPurchaseProtocol = PurchaseProtocol.TestCase
TestPurchaseProtocol.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="VITRINE_PROTOCOL_EXAMPLES" not in os.environ,
)
