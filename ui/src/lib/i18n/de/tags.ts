import type { tags as original } from '../en/tags.ts';
import type { Translation } from '../messages.ts';

export const tags: Translation<typeof original> = {
  title: 'Schlagwörter',
  count: { one: '{count} Schlagwort', other: '{count} Schlagwörter' },
  find: 'Schlagwort suchen',
  tree: 'Alle Schlagwörter',
  none: 'Noch keine Schlagwörter',
  noneText: 'Hier erscheinen die Schlagwörter aus deinen Dateien und die, die du vergibst: Wähle Fotos aus und drücke T, oder öffne ein Foto.',
  noMatch: 'Kein Schlagwort heißt so.',
  suggested: { one: '{count} Vorschlag', other: '{count} Vorschläge' },
  suggestedText: { one: '{count} Foto gehört vielleicht hierher.', other: '{count} Fotos gehören vielleicht hierher.' },
  confirmAll: 'Alle bestätigen',
  rejectAll: 'Alle ablehnen',
  confirmed: { one: '{count} Vorschlag bestätigt', other: '{count} Vorschläge bestätigt' },
  rejected: { one: '{count} Vorschlag abgelehnt', other: '{count} Vorschläge abgelehnt' },
  open: '{tag} öffnen',
  unfold: '{tag} aufklappen',
  fold: '{tag} zuklappen',
  below: 'Schlagwörter darunter',
  empty: 'Kein Foto hat dieses Schlagwort',
  emptyText: 'Vielleicht wurde es entfernt, oder es steht nur in Dateien, die es nicht mehr gibt.',
};
