import { expect, it } from 'vitest';
import { cropAddress, originalAddress, pictureAddress } from './pictures.ts';

it('asks for one of few sizes, at least as large as shown on this screen', () => {
  expect(pictureAddress(7, 'abc', 200, 1)).toBe('/api/photos/7/picture?side=240&v=abc');
  expect(pictureAddress(7, 'abc', 200, 2)).toBe('/api/photos/7/picture?side=480&v=abc');
  expect(pictureAddress(7, 'abc', 9999, 1)).toBe('/api/photos/7/picture?side=3600&v=abc');
  expect(cropAddress(3, 'x', 96, 1)).toBe('/api/faces/3/crop?side=128&v=x');
});

it('the original can be shown or saved', () => {
  expect(originalAddress(7)).toBe('/api/photos/7/original');
  expect(originalAddress(7, { download: true })).toBe('/api/photos/7/original?download=1');
});
