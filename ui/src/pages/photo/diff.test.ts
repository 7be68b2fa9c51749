import { describe, expect, it } from 'vitest';
import { lostAndGained } from './diff.ts';

const said = (parts: { text: string; changed: boolean }[]): string[] => parts.map((part) => (part.changed ? `!${part.text}` : part.text));

describe('what a field loses and gains', () => {
  it('is marked item by item', () => {
    const { before, after } = lostAndGained(['beach', 'Ann', 'old'], ['Ann', 'beach', 'People/Ann']);
    expect(said(before)).toEqual(['beach', 'Ann', '!old']);
    expect(said(after)).toEqual(['Ann', 'beach', '!People/Ann']);
  });

  it('counts what stands twice', () => {
    expect(said(lostAndGained(['a', 'a'], ['a']).before)).toEqual(['a', '!a']);
    expect(lostAndGained([], [])).toEqual({ before: [], after: [] });
  });
});
