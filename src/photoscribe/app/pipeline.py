"""The one path every photo takes: claim -> open -> infer -> commit."""

from collections.abc import Iterator, Sequence

from photoscribe.app.ports import Analysed, Emit, Executor, Failed, Found, Ledger, Outcome, Step, Work
from photoscribe.core.errors import PhotoError, Unavailable
from photoscribe.core.facts import Origin
from photoscribe.core.photo import Picture


def drain(ledger: Ledger, executor: Executor, emit: Emit, batch: int) -> None:
    """Run every step over every photo it has not seen; safe to stop and start again.

    Claims at most `batch` photos at a time and commits as many together. Stops early when a whole
    batch is Unavailable: the surroundings are down, and asking on would only spin.
    """
    run = ledger.begin_run()
    feed = _Feed(ledger, executor.origins, batch, run)
    results = executor.run(feed.works())
    for analysed in _batches(results, batch):
        _commit(ledger, executor, emit, analysed)
        feed.halted = feed.halted or all(_is_unavailable(one) for one in analysed)
    while not feed.halted and (left := ledger.claim_left_over(executor.origins, run)):
        _commit(ledger, executor, emit, list(executor.run([left])))


def _commit(ledger: Ledger, executor: Executor, emit: Emit, analysed: Sequence[Analysed]) -> None:
    ledger.commit(analysed)
    emit(ledger.progress(executor.origins))


class _Feed:
    """Claims work as the executor draws it. halted: draw no more."""

    def __init__(self, ledger: Ledger, origins: Sequence[Origin], batch: int, run: int) -> None:
        self._ledger, self._origins, self._batch, self._run = ledger, origins, batch, run
        self.halted = False

    def works(self) -> Iterator[Work]:
        while works := self._ledger.claim(self._origins, self._batch, self._run):
            for i, work in enumerate(works):
                if self.halted:
                    self._ledger.release([w.photo.id for w in works[i:]])
                    return
                yield work


def _batches(results: Iterator[Analysed], size: int) -> Iterator[list[Analysed]]:
    batch: list[Analysed] = []
    for one in results:
        batch.append(one)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def _is_unavailable(analysed: Analysed) -> bool:
    return any(isinstance(o, Failed) and o.retry for o in analysed.outcomes)


def infer(step: Step, pictures: Sequence[Picture]) -> list[Outcome]:
    """One outcome per picture; when the batch fails, each picture is tried alone."""
    if not pictures:
        return []
    try:
        facts = step.infer(pictures)
    except (PhotoError, Unavailable) as error:
        if len(pictures) == 1:
            return [failure(step.origin, error)]
        return [outcome for picture in pictures for outcome in infer(step, [picture])]
    return [Found(step.origin, found) for _, found in zip(pictures, facts, strict=True)]


def failure(origin: Origin, error: PhotoError | Unavailable) -> Failed:
    return Failed(origin, str(error), retry=isinstance(error, Unavailable))
