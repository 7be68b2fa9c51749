/** Crops of the next questions are fetched and decoded before they are asked for, so that they are painted at once. */

const KEPT = 160;
const kept = new Map<string, HTMLImageElement>();

export function preload(addresses: readonly string[]): void {
  for (const address of addresses) {
    if (kept.has(address)) continue;
    const image = new Image();
    image.decoding = 'sync';
    image.src = address;
    image.decode().catch(() => kept.delete(address)); // The grid shows why when its turn comes.
    kept.set(address, image);
  }
  for (const address of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(address);
  }
}
