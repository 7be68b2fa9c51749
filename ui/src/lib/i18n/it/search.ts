import type { search as original } from '../en/search.ts';
import type { Translation } from '../messages.ts';

export const search: Translation<typeof original> = {
  title: 'Cerca',
  results: 'Foto trovate',
  clear: 'Svuota la ricerca',
  offers: 'Modi di continuare',
  terms: 'Che cosa si cerca',
  removeTerm: 'Cerca senza {term}',
  not: 'non',
  nothingHint: 'Prova con meno parole, o togli una delle condizioni.',
  mistake: 'Ciò che hai scritto, con sottolineata la parte che non si può leggere',
  intro: 'Scrivi parole, o condizioni come queste. Le condizioni si possono combinare; un meno davanti la esclude.',
  examplePerson: 'Foto con Ann',
  exampleNot: 'Con Ann, ma senza Bob',
  exampleOnly: 'Con Ann e Carl, e nessun altro',
  exampleTag: 'Con l’etichetta beach, o una al di sotto',
  exampleTaken: 'Scattate dal 2019 al 2021',
  examplePlace: 'Scattate in Abruzzo',
  exampleCamera: 'Scattate con una X100',
  exampleRating: 'Con quattro stelle o più',
  exampleUnknown: 'Con un volto ancora senza nome',
  examplePlaceless: 'Senza un luogo sulla mappa',
  exampleUntagged: 'Senza alcuna etichetta',
};
