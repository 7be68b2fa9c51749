import type { tags as original } from '../en/tags.ts';
import type { Translation } from '../messages.ts';

export const tags: Translation<typeof original> = {
  title: 'Etichette',
  count: { one: '{count} etichetta', other: '{count} etichette' },
  find: 'Cerca un’etichetta',
  tree: 'Tutte le etichette',
  none: 'Ancora nessuna etichetta',
  noneText: 'Qui compaiono le etichette contenute nei tuoi file e quelle che dai tu: scegli delle foto e premi T, oppure apri una foto.',
  noMatch: 'Nessuna etichetta si chiama così.',
  suggested: { one: '{count} proposta', other: '{count} proposte' },
  suggestedText: { one: '{count} foto forse va qui.', other: '{count} foto forse vanno qui.' },
  confirmAll: 'Conferma tutte',
  rejectAll: 'Rifiuta tutte',
  confirmed: { one: '{count} proposta confermata', other: '{count} proposte confermate' },
  rejected: { one: '{count} proposta rifiutata', other: '{count} proposte rifiutate' },
  open: 'Apri {tag}',
  unfold: 'Espandi {tag}',
  fold: 'Comprimi {tag}',
  below: 'Etichette sottostanti',
  empty: 'Nessuna foto ha questa etichetta',
  emptyText: 'Forse è stata tolta, o sta solo in file che non ci sono più.',
};
