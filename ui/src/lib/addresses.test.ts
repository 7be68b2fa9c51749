import { expect, it } from 'vitest';
import { addressFor, matchPath, paramsOf, safeReturn } from './addresses.ts';

it('a pattern matches its addresses and no others', () => {
  expect(paramsOf('/people/:id', '/people/p1')).toEqual({ id: 'p1' });
  expect(paramsOf('/people/:id', '/people')).toBeUndefined();
  expect(paramsOf('/people/:id', '/people/p1/x')).toBeUndefined();
  expect(paramsOf('/', '/')).toEqual({});
  expect(paramsOf('/', '/x')).toBeUndefined();
});

it('a tag with its levels goes into an address and comes back', () => {
  for (const tag of ['Places/Italy/Abruzzo', 'C#/100 %', 'Öl?&=+', '日本']) {
    expect(paramsOf('/tags/*tag', addressFor('/tags/*tag', { tag }))).toEqual({ tag });
  }
});

it('a broken escape in an address is taken as it stands', () => {
  expect(paramsOf('/tags/*tag', '/tags/%zz')).toEqual({ tag: '%zz' });
});

it('the first pattern that fits is the page', () => {
  expect(matchPath({ people: '/people', person: '/people/:id' }, '/people/a')?.name).toBe('person');
  expect(matchPath({ people: '/people' }, '/nowhere')).toBeUndefined();
});

it('empty values stay out of a query', () => {
  expect(addressFor('/search', {}, { q: '', at: undefined })).toBe('/search');
  expect(addressFor('/search', {}, { q: 'tag:a b' })).toBe('/search?q=tag%3Aa+b');
});

it('logging in leads back to a page of ours only', () => {
  expect(safeReturn('/people?order=name')).toBe('/people?order=name');
  for (const bad of [null, '', '//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)']) {
    expect(safeReturn(bad)).toBe('/');
  }
});
