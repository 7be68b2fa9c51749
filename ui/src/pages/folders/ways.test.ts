import { expect, it } from 'vitest';
import { nameOf, wayTo } from './ways.ts';

it('leads from the root of the library down to the folder', () => {
  expect(wayTo('/nas/photos/2019/Abruzzo', ['/home/ann', '/nas/photos']).map((step) => [step.folder, step.name])).toEqual([
    ['/nas/photos', 'photos'],
    ['/nas/photos/2019', '2019'],
    ['/nas/photos/2019/Abruzzo', 'Abruzzo'],
  ]);
});

it('starts at the innermost root, and takes no sibling for one', () => {
  expect(wayTo('/a/b/c', ['/a', '/a/b']).map((step) => step.folder)).toEqual(['/a/b', '/a/b/c']);
  expect(wayTo('/nas/photos2/x', ['/nas/photos']).map((step) => step.folder)).toEqual(['/nas/photos2/x']);
});

it('knows the slashes of Windows', () => {
  expect(wayTo('D:\\Photos\\2019', ['D:\\Photos']).map((step) => step.name)).toEqual(['Photos', '2019']);
  expect(nameOf('D:\\')).toBe('D:');
});
