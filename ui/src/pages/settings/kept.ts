import { api } from '$lib/api.ts';
import type { SettingsShape } from '$lib/shapes.ts';

let asked: Promise<SettingsShape> | undefined;

/** The library's settings, asked for once. */
export function settings(): Promise<SettingsShape> {
  if (!asked) {
    asked = api.get('/api/settings');
    asked.catch(() => (asked = undefined));
  }
  return asked;
}

export async function keepSettings(wanted: SettingsShape): Promise<SettingsShape> {
  const kept = await api.put('/api/settings', { body: wanted });
  asked = Promise.resolve(kept);
  return kept;
}
