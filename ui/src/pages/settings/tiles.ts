/** Addresses of map tiles. */

export type TileFault = 'address' | 'placeholders' | 'insecure';

/** What is wrong with a tile server's address; null when it can be used, or is empty. */
export function tileFault(address: string): TileFault | null {
  const text = address.trim();
  if (!text) return null;
  let url: URL;
  try {
    url = new URL(text.replace(/\{[a-z]+\}/gi, '0'));
  } catch {
    return 'address';
  }
  if (!['https:', 'http:'].includes(url.protocol)) return 'address';
  if (!['{z}', '{x}', '{y}'].every((placeholder) => text.includes(placeholder))) return 'placeholders';
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'http:' && !local ? 'insecure' : null;
}

/** The host that will learn which part of the map is looked at. */
export function tileHost(address: string): string | null {
  try {
    return new URL(address.trim().replace(/\{[a-z]+\}/gi, '0')).host || null;
  } catch {
    return null;
  }
}
