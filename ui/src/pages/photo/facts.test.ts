import { describe, expect, it } from 'vitest';
import type { FactShape } from '$lib/shapes.ts';
import { cameraText, factText, grouped, originsOf, rawText } from './facts.ts';

const formats = {
  taken: (text: string) => `on ${text}`,
  position: (latitude: number, longitude: number) => `${String(latitude)} N ${String(longitude)} E`,
  metres: (height: number) => `${String(height)} m`,
  number: (value: number) => String(Math.round(value * 10) / 10),
  percent: (share: number) => `${String(Math.round(share * 100))} %`,
  rejected: 'rejected',
};
const fact = (kind: string, value: unknown, origin = 'exif', state = 'stated'): FactShape => ({ kind, value, origin, state, probability: null });

describe('what is known of a photo', () => {
  it('is grouped in the order of reading, the shown value first', () => {
    const groups = grouped([
      fact('zoo', 1), fact('camera', {}), fact('taken', 'a'), fact('taken', 'b', 'xmp', 'chosen'), fact('face', {}),
    ], ['face']);
    expect(groups.map((group) => group.kind)).toEqual(['taken', 'camera', 'zoo']);
    expect(groups[0]?.facts.map((one) => one.value)).toEqual(['b', 'a']);
    const tags = grouped([fact('tag', ['a'], 'xmp', 'rejected'), fact('tag', ['b'], 'user', 'confirmed')]);
    expect(tags[0]?.facts.map((one) => one.origin)).toEqual(['user', 'xmp']);
  });

  it('is written for people', () => {
    expect(factText('position', [43.4, 11.8, null], formats)).toBe('43.4 N 11.8 E');
    expect(factText('position', [43.4, 11.8, 300], formats)).toBe('43.4 N 11.8 E, 300 m');
    expect(factText('place', { location: '', city: 'Pescara', state: 'Abruzzo', country: 'Italy' }, formats)).toBe('Pescara, Abruzzo, Italy');
    expect(factText('camera', { make: 'NIKON CORPORATION', model: 'NIKON D70', lens: '18-70mm' }, formats)).toBe('NIKON D70 · 18-70mm');
    expect(factText('exposure', { f: 2.8, seconds: 0.004, iso: 400, mm: 50 }, formats)).toBe('1/250 s · f/2.8 · 50 mm · ISO 400');
    expect(factText('exposure', { seconds: 1.3 }, formats)).toBe('1.3 s');
    expect(factText('rating', 3, formats)).toBe('★★★☆☆');
    expect(factText('rating', -1, formats)).toBe('rejected');
    expect(factText('tag', ['Places', 'Italy'], formats)).toBe('Places › Italy');
    expect(factText('region', { x: 0.1, y: 0.2, w: 0.3, h: 0.4, name: 'Ann', type: 'Face' }, formats)).toBe('Ann · Face');
    expect(factText('face', { x: 0.1, y: 0.2, w: 0.3, h: 0.4, score: 1 }, formats)).toBe('10 % · 20 % · 30 % · 40 %');
    expect(factText('taken', '2019-08-14T18:03:11', formats)).toBe('on 2019-08-14T18:03:11');
  });

  it('that has another shape than expected is shown as it is', () => {
    expect(factText('position', 'nowhere', formats)).toBe('nowhere');
    expect(factText('face', null, formats)).toBe('null');
    expect(factText('unheard-of', { a: [1] }, formats)).toBe('{"a":[1]}');
    expect(rawText(0)).toBe('0');
  });

  it('names the maker of a camera once', () => {
    expect(cameraText('Canon', 'Canon EOS 40D')).toBe('Canon EOS 40D');
    expect(cameraText('FUJIFILM', 'X100V')).toBe('FUJIFILM X100V');
    expect(cameraText('', 'X100V')).toBe('X100V');
    expect(cameraText('Apple', '')).toBe('Apple');
  });

  it('says whose the shown value is', () => {
    const facts = [fact('taken', 1, 'exif', 'chosen'), fact('taken', 1, 'xmp', 'chosen'), fact('taken', 2, 'iptc'), fact('rating', 1, 'user', 'chosen')];
    expect(originsOf(facts, 'taken')).toEqual(['exif', 'xmp']);
    expect(originsOf(facts, 'caption')).toEqual([]);
  });
});
