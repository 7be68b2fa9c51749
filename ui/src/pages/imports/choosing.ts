/** What is uploaded: files chosen or dropped, with the folders that they lay in. */

export interface Chosen {
  readonly file: File;
  /** With the folders that were dropped or chosen, joined by "/". */
  readonly path: string;
}

/** Files that every folder of photos holds and nobody wants. */
const LITTER = /(^|\/)(\.|Thumbs\.db$|desktop\.ini$|@eaDir\/|__MACOSX\/)/i;

export function wanted(chosen: readonly Chosen[]): Chosen[] {
  return chosen.filter((one) => !LITTER.test(one.path) && one.file.size > 0);
}

export function fromInput(files: Iterable<File>): Chosen[] {
  return [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

/** Everything that was dropped, folders opened. The entries must be taken out of the event before the first await. */
export async function fromDrop(entries: readonly (FileSystemEntry | null)[]): Promise<Chosen[]> {
  const found: Chosen[] = [];
  for (const entry of entries) if (entry) await collect(entry, found);
  return found;
}

async function collect(entry: FileSystemEntry, into: Chosen[]): Promise<void> {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry.isFile) {
    const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed));
    into.push({ file, path });
  } else if (entry.isDirectory) {
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    // A reader gives at most 100 entries a time, and an empty list at the end.
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
      if (!some.length) break;
      for (const one of some) await collect(one, into);
    }
  }
}

export interface Batch {
  readonly files: readonly Chosen[];
  readonly bytes: number;
}

/** Uploads of a bounded size, so that a lost connection costs one of them. Files over the limit stay out. */
export function batches(
  chosen: readonly Chosen[],
  limitBytes: number,
  most: { readonly files: number; readonly bytes: number } = { files: 20, bytes: 64_000_000 },
): { batches: Batch[]; tooLarge: Chosen[] } {
  const room = Math.min(most.bytes, limitBytes);
  const made: { files: Chosen[]; bytes: number }[] = [];
  const tooLarge: Chosen[] = [];
  for (const one of chosen) {
    if (one.file.size > limitBytes) {
      tooLarge.push(one);
      continue;
    }
    const last = made.at(-1);
    if (last && last.files.length < most.files && last.bytes + one.file.size <= room) {
      last.files.push(one);
      last.bytes += one.file.size;
    } else {
      made.push({ files: [one], bytes: one.file.size });
    }
  }
  return { batches: made, tooLarge };
}
