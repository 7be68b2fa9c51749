import { describe, expect, it } from 'vitest';
import { allTags, cleanTag, matching, tagTerm, treeOf, visibleRows, type TagLike } from './tree.ts';

const tag = (path: string): TagLike => ({ tag: path, name: path.slice(path.lastIndexOf('/') + 1), photos: 1, suggested: 0 });
const tags = ['Places/Italy/Abruzzo', 'beach', 'Places', 'Places/Italy', 'Animals/Birds/Falcon', 'Places/France'].map(tag);
const compare = (a: string, b: string): number => a.localeCompare(b);

describe('the tree of tags', () => {
  const roots = treeOf(tags, compare);

  it('has every tag once, parents before children', () => {
    expect(allTags(roots).map((one) => one.tag)).toEqual([
      'beach', 'Animals/Birds/Falcon', 'Places', 'Places/France', 'Places/Italy', 'Places/Italy/Abruzzo',
    ]);
  });

  it('hangs a tag on its nearest ancestor when its parent is not there', () => {
    const [places] = treeOf(['Places', 'Places/Italy/Abruzzo'].map(tag), compare);
    expect(places?.children.map((child) => child.tag.tag)).toEqual(['Places/Italy/Abruzzo']);
  });

  it('shows what is open only', () => {
    expect(visibleRows(roots, new Set()).map((row) => row.node.tag.name)).toEqual(['beach', 'Falcon', 'Places']);
    const rows = visibleRows(roots, new Set(['Places']));
    expect(rows.map((row) => row.level)).toEqual([1, 1, 1, 2, 2]);
    expect(rows.at(-1)).toMatchObject({ position: 2, siblings: 2 });
    expect(visibleRows(roots, new Set(['Places/Italy']))).toHaveLength(3); // its parent is shut
  });

  it('finds by name and keeps the way down to it', () => {
    const found = matching(roots, ' abru ');
    expect(allTags(found).map((one) => one.tag)).toEqual(['Places', 'Places/Italy', 'Places/Italy/Abruzzo']);
    expect(allTags(matching(roots, 'ITALY'))).toHaveLength(3); // and all below, for whoever looks for Italy
    expect(matching(roots, 'nothing')).toEqual([]);
    expect(matching(roots, '')).toHaveLength(3);
  });
});

describe('a tag as typed', () => {
  it('loses empty parts and spaces', () => {
    expect(cleanTag(' Places //  Italy /Abruzzo/ ')).toBe('Places/Italy/Abruzzo');
    expect(cleanTag(' / ')).toBeNull();
  });

  it('becomes a query that its own quotes cannot break', () => {
    expect(tagTerm('a "b" c')).toBe('tag:"a b c"');
  });
});
