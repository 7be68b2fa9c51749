import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SOURCES = join(import.meta.dirname, '..');

function sources(ending: RegExp): [string, string][] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => [name, readFileSync(join(SOURCES, name), 'utf8')]);
}

it('no style attribute and no raw HTML: the content security policy has no unsafe-inline', () => {
  const bad = sources(/\.svelte$/).filter(([, text]) => /\sstyle="|\sstyle=\{|\{@html/.test(text));
  expect(bad.map(([name]) => name)).toEqual([]);
});

it('no file of ours is longer than 400 lines', () => {
  const long = sources(/\.(svelte|ts|css)$/).filter(([name, text]) => !name.endsWith('schema.d.ts') && text.split('\n').length > 401);
  expect(long.map(([name]) => name)).toEqual([]);
});

it('the page loads nothing from elsewhere', () => {
  const foreign = sources(/\.(svelte|css|js)$/).filter(([, text]) => /(src|href|url|import)\s*[=(]\s*["']?(https?:)?\/\//.test(text));
  expect(foreign.map(([name]) => name)).toEqual([]);
});
