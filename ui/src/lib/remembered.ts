/** Choices of this browser (theme, language, zoom). Storage can be switched off or full: then they last for the page. */

const PREFIX = 'photoscribe.';
const kept = new Map<string, string>();

export function rememberedText(name: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + name) ?? kept.get(name);
  } catch {
    return kept.get(name);
  }
}

export function rememberedNumber(name: string, fallback: number): number {
  const value = Number(rememberedText(name) ?? Number.NaN);
  return Number.isFinite(value) ? value : fallback;
}

export function remember(name: string, value: string | number): void {
  kept.set(name, String(value));
  try {
    localStorage.setItem(PREFIX + name, String(value));
  } catch {
    // Kept above for as long as the page lives.
  }
}

export function forget(name: string): void {
  kept.delete(name);
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // Nothing was stored then.
  }
}
