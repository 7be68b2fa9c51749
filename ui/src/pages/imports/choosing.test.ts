import { describe, expect, it } from 'vitest';
import { batches, fromDrop, wanted, type Chosen } from './choosing.ts';

function chosen(path: string, size = 10): Chosen {
  return { path, file: { name: path, size } as File };
}

function file(path: string): FileSystemEntry {
  return {
    isFile: true,
    isDirectory: false,
    fullPath: `/${path}`,
    file: (done: (file: File) => void) => done({ name: path, size: 1 } as File),
  } as unknown as FileSystemEntry;
}

function folder(path: string, pages: FileSystemEntry[][]): FileSystemEntry {
  return {
    isFile: false,
    isDirectory: true,
    fullPath: `/${path}`,
    createReader: () => {
      const left = [...pages];
      return { readEntries: (done: (entries: FileSystemEntry[]) => void) => done(left.shift() ?? []) };
    },
  } as unknown as FileSystemEntry;
}

describe('what is uploaded', () => {
  it('leaves out the litter of systems and empty files', () => {
    const kept = wanted([
      chosen('a/IMG_1.jpg'), chosen('a/.DS_Store'), chosen('.hidden/b.jpg'), chosen('a/Thumbs.db'),
      chosen('@eaDir/x.jpg'), chosen('a/__MACOSX/y.jpg'), chosen('empty.jpg', 0), chosen('thumbs.db.jpg'),
    ]);
    expect(kept.map((one) => one.path)).toEqual(['a/IMG_1.jpg', 'thumbs.db.jpg']);
  });

  it('holds folders in folders, also those with more than a reader gives at once', async () => {
    const found = await fromDrop([
      folder('trip', [[file('trip/1.jpg')], [folder('trip/day', [[file('trip/day/2.jpg')]])]]), null, file('3.jpg'),
    ]);
    expect(found.map((one) => one.path)).toEqual(['trip/1.jpg', 'trip/day/2.jpg', '3.jpg']);
  });

  it('goes in bounded portions, in order, nothing lost', () => {
    const files = Array.from({ length: 45 }, (_, index) => chosen(`${String(index)}.jpg`, 3));
    const { batches: made } = batches(files, 1000, { files: 20, bytes: 50 });
    expect(made.flatMap((batch) => batch.files)).toEqual(files);
    expect(Math.max(...made.map((batch) => batch.bytes))).toBeLessThanOrEqual(50);
    expect(made).toHaveLength(3);
  });

  it('names files over the limit instead of sending them', () => {
    const { batches: made, tooLarge } = batches([chosen('a', 5), chosen('film', 5000), chosen('b', 999)], 1000);
    expect(tooLarge.map((one) => one.path)).toEqual(['film']);
    expect(made.map((batch) => batch.bytes)).toEqual([5, 999]);
  });
});
