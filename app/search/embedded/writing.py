"""One commit: documents go, documents come, and small segments grow together."""

from __future__ import annotations

import shutil
from array import array
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from pathlib import Path

from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.writing import SegmentWriter

from app.search.document import SearchDocument
from app.search.embedded import files
from app.search.embedded.codec import GONE, MOST_DOCUMENTS, Codec, Pool
from app.search.embedded.reading import Reading, Shard

# So many segments of one size are joined. Those beyond the last size stay as they are: joining
# them would keep what is new waiting.
TIERS = (range(500), range(500, 4_000))
FEW = 8
SPOILED = 0.25  # a segment with more than this deleted is written anew


def commit(
    storage: FileStorage,
    adds: Iterable[SearchDocument],
    removes: Iterable[str],
    position: int | None,
) -> None:
    """Make all changes true at once: until the very end a reader, or a crash, finds the old."""
    fresh = {document.key: document for document in adds}
    with closing(Reading(storage)) as reading:
        sweep(storage)
        try:
            writer = Writer(storage, reading, position)
            try:
                writer.remove({*removes, *fresh})
                for document in fresh.values():
                    writer.add_document(**files.row(document))
                writer.commit(mergetype=Writer.join)
            except BaseException:
                writer.cancel()
                raise
        except BaseException:
            with suppress(Exception):
                sweep(storage)
            raise


def sweep(storage: FileStorage) -> None:
    """Remove whatever a writer had not finished when it was killed, or the disk was full."""
    generation, state = files.state(storage)
    used = {TOC._filename(files.NAME, generation)}.union(*(segment.sizes for segment in state))
    for path in Path(storage.folder).iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in used:
            path.unlink()


class Writer(SegmentWriter):
    """What Whoosh does in a commit, with our way of keeping words and our way of joining."""

    def __init__(self, storage: FileStorage, reading: Reading, position: int | None) -> None:
        opened = FileIndex(storage, files.SCHEMA, files.NAME)
        super().__init__(opened, _lk=False, codec=Codec(), compound=False)
        self.pool = Pool()
        self._reading = reading
        self._position = reading.position if position is None else position

    def remove(self, keys: Iterable[str]) -> None:
        """Take out the documents with these keys, where there are any."""
        for key in keys:
            for shard in self._reading.shards:
                for number in shard.numbered(key):
                    self.delete_document(shard.base + number)

    def join(self, segments: Sequence[W3Segment]) -> list[W3Segment]:
        """Take some segments into the one being written; returns the others."""
        ripe = _ripe(segments, MOST_DOCUMENTS - self.docnum)
        for shard, segment in zip(self._reading.shards, segments, strict=True):
            if segment.segment_id() in ripe:
                shard.place(segment, shard.base)
                self._take(shard)
        return [s for s in segments if s.segment_id() not in ripe and s.doc_count()]

    def cancel(self) -> None:
        """Let go of every file, even if the disk takes nothing more."""
        for step in (self.perdocwriter.close, self.fieldwriter.close, self._finish):
            with suppress(Exception):
                step()

    def _take(self, shard: Shard) -> None:
        kept, row = shard.columns, self.perdocwriter
        traits = [files.packed(one) for one in kept.traits]
        numbers = array("i", [GONE]) * shard.size
        for old in range(shard.size):
            if old in shard.deleted:
                continue
            row.start_doc(self.docnum)
            for name, value in (
                ("page", shard.packed_page(old)),
                ("traits", traits[kept.traits_of[old]]),
                ("at", kept.at[old]),
                ("turn", kept.turn[old]),
            ):
                row.add_column_value(name, files.COLUMNS[name], value)
            row.finish_doc()
            numbers[old] = self.docnum
            self.docnum += 1
        self.pool.take(shard.words, numbers)
        self._added = self.docnum > 0

    def _finalize_segment(self) -> W3Segment:
        segment = super()._finalize_segment()
        names = segment.list_files(self.storage)
        segment.sizes = {name: self.storage.file_length(name) for name in names}
        return segment

    def _commit_toc(self, segments: Sequence[W3Segment]) -> None:
        super()._commit_toc(files.State(segments, self._position))


def _ripe(segments: Sequence[W3Segment], room: int) -> set[str]:
    """Return which segments should be joined now: many of a size, or much of one deleted."""
    few = [[s for s in segments if s.doc_count() in tier] for tier in TIERS]
    chosen = [segment for tier in few if len(tier) >= FEW for segment in tier]
    chosen += [s for s in segments if s.deleted_count() > SPOILED * s.doc_count_all()]
    ripe = set()
    for segment in chosen:
        room -= segment.doc_count()
        if room >= 0:
            ripe.add(segment.segment_id())
    return ripe
