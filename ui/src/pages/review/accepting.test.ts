import { describe, expect, test } from 'vitest';
import type { Stack } from '$lib/shapes.ts';
import { candidateReply, enterMeans, rejection, yes } from './accepting.ts';

const ANN = { id: 'a', name: 'Ann' };

function stack(more: Partial<Stack>): Stack {
  return { key: 'g1', kind: 'group', token: 't', faces: [], count: 0, person: null, candidates: [], ...more };
}

const likely = stack({ candidates: [{ person: ANN, probability: 0.8, cover: null }] });
const guess = stack({ candidates: [{ person: ANN, probability: 0.3, cover: null }] });
const asked = stack({ key: 'pa', kind: 'suggested', person: ANN });

describe('Enter', () => {
  test('says yes to the person asked about', () => {
    expect(enterMeans(asked)).toBe('yes');
    expect(yes(asked)).toEqual({ reply: { do: 'confirm' }, name: 'Ann' });
  });
  test('takes a likely candidate', () => {
    expect(enterMeans(likely)).toBe('candidate');
    expect(yes(likely)).toEqual({ reply: { do: 'confirm', person: 'a' }, name: 'Ann' });
  });
  test('asks for a name where the best candidate is a guess, or there is none', () => {
    expect(enterMeans(guess)).toBe('name');
    expect(enterMeans(stack({}))).toBe('name');
  });
});

test('x is about the person asked about, or the best candidate', () => {
  expect(rejection(asked)).toEqual({ reply: { do: 'reject' }, name: 'Ann' });
  expect(rejection(guess)).toEqual({ reply: { do: 'reject', person: 'a' }, name: 'Ann' });
  expect(rejection(stack({}))).toBeNull();
});

test('a number without a candidate answers nothing', () => {
  expect(candidateReply(likely, 0)?.name).toBe('Ann');
  expect(candidateReply(likely, 1)).toBeNull();
});
