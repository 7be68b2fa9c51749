"""What a photo's files should say of its tags and fields, from what the user said; and what we wrote to say so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from photoscribe.core.changes import Plain, StatedField
from photoscribe.core.edits import Edit
from photoscribe.core.facts import USER, Fact, Origin, Position, Rating, Region, Statement, TagPath, Taken, Text
from photoscribe.core.precedence import choose
from photoscribe.core.stated import FIELDS, agree, fact_of, plain_fields
from photoscribe.core.tags import TagSaid, TagWritten, spellings, tag_key


@dataclass(frozen=True, slots=True)
class FieldWritten:
    """A field that we wrote: what the files said before the first time, None for nothing, and what they say now."""

    field: StatedField
    before: Plain
    after: Plain


@dataclass(frozen=True, slots=True)
class Written:
    """What our writes left in a photo's files.

    regions: the named ones. tags and fields: what differs from what the files would say without us.
    """

    regions: tuple[Region, ...] = ()
    tags: tuple[TagWritten, ...] = ()
    fields: tuple[FieldWritten, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == Written()


@dataclass(frozen=True, slots=True)
class Words:
    """What is known of a photo's tags and fields.

    in_files: every keyword as it stands in the files, and fields: chosen from the files alone; both as they were last
    read, which may be before our last write or after it.
    """

    said: tuple[TagSaid, ...]
    stated: Mapping[StatedField, Plain]
    in_files: tuple[TagPath, ...]
    fields: Mapping[StatedField, Plain]


def weighed(
    statements: Sequence[Statement], stated: Mapping[StatedField, Plain], written: Sequence[FieldWritten]
) -> tuple[Statement, ...]:
    """The statements to choose from: the files' of their own accord, and the user's, which outrank them."""
    counting = list(statements)
    fields = plain_fields(choose(statements)) if written else {}
    for ours in written:
        if ours.field not in stated and agree(ours.field, fields.get(ours.field), ours.after):
            counting = [one for one in counting if _field_of(one.fact) != ours.field]
            if ours.before is not None:
                counting.append(Statement(fact_of(ours.field, ours.before), Origin("file")))
    counting += [Statement(fact_of(field, value), USER) for field, value in stated.items()]
    return tuple(counting)


def _field_of(fact: Fact) -> StatedField | None:
    match fact:
        case Text():
            return fact.kind
        case Rating():
            return "rating"
        case Taken():
            return "taken"
        case Position():
            return "position"
        case _:
            return None


def worded(edit: Edit, words: Words, written: Written) -> tuple[Edit, Written]:
    """The edit with what the files should say of tags and fields, and what we will have written then."""
    add, drop, tags = _tags(words, written.tags)
    edit = replace(edit, add_tags=add, drop_tags=drop)
    fields: list[FieldWritten] = []
    for field in FIELDS:
        ours = next((one for one in written.fields if one.field == field), None)
        if words.stated.get(field) is not None:
            value = words.stated[field]
            before = ours.before if ours and not _is_foreign(ours, words) else words.fields.get(field)
            fields.append(FieldWritten(field, before, value))
            edit = _saying(edit, field, value)
        elif ours is not None and not _is_foreign(ours, words):
            edit = _saying(edit, field, ours.before)
    return edit, Written(edit.name_regions, tags, tuple(fields))


def _is_foreign(ours: FieldWritten, words: Words) -> bool:
    """Whether the files, read since our write, say what we never wrote: another program's word, which stays."""
    now = words.fields.get(ours.field)
    return not (agree(ours.field, now, ours.before) or agree(ours.field, now, ours.after))


def _saying(edit: Edit, field: StatedField, value: Plain) -> Edit:
    if value is None:
        return _silent(edit, field)
    match fact := fact_of(field, value):
        case Rating():
            return replace(edit, rating=fact.stars)
        case Taken():
            return replace(edit, taken=fact)
        case Position():
            return replace(edit, position=fact)
        case Text(kind="title"):
            return replace(edit, title=fact.text)
        case _:
            return replace(edit, caption=fact.text)


def _silent(edit: Edit, field: StatedField) -> Edit:
    match field:
        case "title":
            return replace(edit, title="")
        case "caption":
            return replace(edit, caption="")
        case _:
            return replace(edit, clear=(*edit.clear, field))


def _tags(
    words: Words, written: Sequence[TagWritten]
) -> tuple[tuple[TagPath, ...], tuple[TagPath, ...], tuple[TagWritten, ...]]:
    """Tags to add and to drop, and what we will have done to the tags of the files."""
    there = spellings(words.in_files)
    before = {tag_key(one.tag): one for one in written}
    said = {tag_key(one.tag): one for one in words.said}
    add: list[TagPath] = []
    drop: list[TagPath] = []
    after: list[TagWritten] = []
    for key, one in said.items():
        ours = before.get(key)
        if one.kind == "confirmed":
            add.append(one.tag)
            after += _added(one.tag, ours, there)
        elif ours is not None or key in there:
            drop += dict.fromkeys((*there.get(key, ()), one.tag, *([ours.tag] if ours else [])))
            if ours is None or not ours.added:
                after.append(ours or TagWritten(there[key][0], added=False))
            else:
                add += _word_back(ours)
    for key, ours in before.items():
        if key in said:
            continue
        if not ours.added:
            add.append(ours.tag)
            continue
        drop += dict.fromkeys((ours.tag, *there.get(key, ())))
        add += _word_back(ours)
    wanted = {tag_key(tag) for tag in add}
    return tuple(add), tuple(tag for tag in drop if tag_key(tag) not in wanted), tuple(after)


def _added(tag: TagPath, ours: TagWritten | None, there: Mapping[str, Sequence[TagPath]]) -> Iterator[TagWritten]:
    """Our part in a tag that the files are to have: none where they had it."""
    if ours is not None:
        yield from [ours] if ours.added else []
    elif tag_key(tag) not in there:
        yield TagWritten(tag, added=True, word=tag_key(tag[-1:]) not in there)


def _word_back(ours: TagWritten) -> list[TagPath]:
    """The flat keyword that was there before us, and which goes with the path that ends in it."""
    return [] if ours.word or len(ours.tag) == 1 else [ours.tag[-1:]]
