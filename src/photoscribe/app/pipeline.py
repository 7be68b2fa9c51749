"""The one path every photo takes: claim -> open -> infer -> commit."""

import logging
from collections.abc import Iterator, Sequence

from photoscribe.app.ports import Analysed, Emit, Executor, Failed, Found, Ledger, Outcome, Progress, Step, Work
from photoscribe.core.errors import PhotoError, Unavailable
from photoscribe.core.facts import Origin
from photoscribe.core.photo import PhotoId, Picture

log = logging.getLogger(__name__)

# The ledger counts 50,000 photos in 100 to 250 ms (2026-11-20), as long as the models take for one or two of them.
_COUNTED_EVERY = 50


def drain(ledger: Ledger, executor: Executor, emit: Emit, batch: int) -> None:
    """Run every step over every photo it has not seen; safe to stop and start again.

    Claims at most `batch` photos at a time and commits as many together. Stops early when a whole
    batch is Unavailable: the surroundings are down, and asking on would only spin. Interrupted, it
    gives back what it had claimed; killed, what it had claimed is tried alone next time.
    """
    drain = _Drain(ledger, executor, emit, ledger.begin_run())
    try:
        for analysed in _batches(executor.run(drain.claims(batch)), batch):
            drain.commit(analysed)
            drain.halted = drain.halted or all(_is_unavailable(one) for one in analysed)
        while not drain.halted and (left := drain.claim_left_over()):
            drain.commit(list(executor.run([left])))
    finally:
        ledger.release(sorted(drain.claimed))


class _Drain:
    """Claims work as the executor draws it. halted: draw no more. claimed: taken and not yet committed."""

    def __init__(self, ledger: Ledger, executor: Executor, emit: Emit, run: int) -> None:
        self._ledger, self._origins, self._emit, self._run = ledger, executor.origins, emit, run
        self.halted = False
        self.claimed: set[PhotoId] = set()
        self._progress = Progress(0, 0, 0)
        self._commits = 0

    def claims(self, batch: int) -> Iterator[Work]:
        while works := self._ledger.claim(self._origins, batch, self._run):
            self.claimed |= {work.photo.id for work in works}
            for work in works:
                if self.halted:
                    return
                yield work

    def claim_left_over(self) -> Work | None:
        return self._ledger.claim_left_over(self._origins, self._run)

    def commit(self, analysed: Sequence[Analysed]) -> None:
        self._ledger.commit(analysed)
        self.claimed -= {one.photo for one in analysed}
        self._emit(self._counted(analysed))

    def _counted(self, analysed: Sequence[Analysed]) -> Progress:
        """As the ledger counts, which is asked at the first commit, now and then, and at the end."""
        before = self._progress
        failed = sum(any(isinstance(outcome, Failed) for outcome in one.outcomes) for one in analysed)
        now = Progress(before.done + len(analysed) - failed, before.failed + failed, before.pending - len(analysed))
        if self._commits % _COUNTED_EVERY == 0 or now.pending <= 0:
            now = self._ledger.progress(self._origins, self._run)
        self._commits += 1
        self._progress = now
        return now


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
    except Exception as error:  # noqa: BLE001 a fault nobody foresaw must cost one photo, not the run
        if len(pictures) == 1:
            return [_explained(step, pictures[0].photo, error)]
        return [outcome for picture in pictures for outcome in infer(step, [picture])]
    return [Found(step.origin, found) for _, found in zip(pictures, facts, strict=True)]


def _explained(step: Step, photo: PhotoId, error: Exception) -> Failed:
    if isinstance(error, PhotoError | Unavailable):
        return failure(step.origin, error)
    log.warning("photo %d: %s failed unexpectedly", photo, step.origin.name, exc_info=error)
    return Failed(step.origin, f"{step.origin.name} failed unexpectedly: {error}", retry=False)


def failure(origin: Origin, error: PhotoError | Unavailable) -> Failed:
    return Failed(origin, str(error), retry=isinstance(error, Unavailable))
