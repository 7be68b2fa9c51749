"""What the application knows, as the shapes that are sent."""

from photoscribe.app.accounts import Account, ApiKey
from photoscribe.app.jobs import JobRecord
from photoscribe.app.writing import Receipt
from photoscribe.web.dto.work import AccountShape, FieldDiff, Job, KeyShape, ReceiptShape


def job_shape(job: JobRecord) -> Job:
    return Job(
        id=job.id,
        kind=job.kind,
        state=job.state,
        done=job.done,
        total=job.total,
        failed=job.failed,
        message=plain(job.message),
        result=job.result,
        created=job.created.isoformat(),
        started=job.started.isoformat() if job.started else None,
        finished=job.finished.isoformat() if job.finished else None,
        seconds_left=job.seconds_left,
    )


def account_shape(account: Account) -> AccountShape:
    return AccountShape(id=account.id, name=account.name, role=account.role, scopes=sorted(account.scopes))


def key_shape(key: ApiKey, secret: str | None = None) -> KeyShape:
    return KeyShape(
        id=key.id,
        name=key.name,
        scopes=sorted(key.scopes),
        created=key.created.isoformat(),
        last_used=key.last_used.isoformat() if key.last_used else None,
        key=secret,
    )


def receipt_shape(receipt: Receipt) -> ReceiptShape:
    return ReceiptShape(
        photo=receipt.photo,
        path=plain(str(receipt.path)),
        file=plain(str(receipt.file)),
        outcome=receipt.outcome,
        changes=[
            FieldDiff(field=one.field, before=[plain(v) for v in one.before], after=[plain(v) for v in one.after])
            for one in receipt.changes
        ],
        reason=plain(receipt.reason),
    )


def plain(text: str) -> str:
    """Text that JSON can carry: bytes of a name that are no UTF-8 become replacement signs."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if not text.isascii() else text
