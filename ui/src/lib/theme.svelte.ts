import { forget, remember, rememberedText } from './remembered.ts';

export type Theme = 'system' | 'light' | 'dark';

let chosen = $state<Theme>('system');

export function startTheme(): void {
  const kept = rememberedText('theme');
  chosen = kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function theme(): Theme {
  return chosen;
}

/** public/theme.js does the same before the first paint of the next visit. */
export function chooseTheme(wanted: Theme): void {
  chosen = wanted;
  if (wanted === 'system') {
    forget('theme');
    delete document.documentElement.dataset.theme;
  } else {
    remember('theme', wanted);
    document.documentElement.dataset.theme = wanted;
  }
}
