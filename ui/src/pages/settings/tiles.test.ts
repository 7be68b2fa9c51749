import { describe, expect, it } from 'vitest';
import { tileFault, tileHost } from './tiles.ts';

describe('a tile server', () => {
  it('has an address with a place for zoom, column and row', () => {
    expect(tileFault('https://tiles.example/{z}/{x}/{y}.png')).toBeNull();
    expect(tileFault('https://tiles.example/{z}/{x}.png')).toBe('placeholders');
    expect(tileFault('tiles.example')).toBe('address');
    expect(tileFault('ftp://tiles.example/{z}/{x}/{y}')).toBe('address');
    expect(tileFault('  ')).toBeNull();
  });

  it('is spoken to in the open only on this machine', () => {
    expect(tileFault('http://tiles.example/{z}/{x}/{y}')).toBe('insecure');
    expect(tileFault('http://localhost:8080/{z}/{x}/{y}')).toBeNull();
  });

  it('is named to the user by its host', () => {
    expect(tileHost('https://a.tiles.example:8443/{z}/{x}/{y}?key=1')).toBe('a.tiles.example:8443');
    expect(tileHost('nonsense')).toBeNull();
  });
});
