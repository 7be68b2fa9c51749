import type { search as original } from '../en/search.ts';
import type { Translation } from '../messages.ts';

export const search: Translation<typeof original> = {
  title: 'Suchen',
  results: 'Gefundene Fotos',
  clear: 'Suche leeren',
  offers: 'Möglichkeiten weiterzuschreiben',
  terms: 'Wonach gesucht wird',
  removeTerm: 'Ohne {term} suchen',
  not: 'nicht',
  nothingHint: 'Versuche es mit weniger Wörtern, oder nimm eine der Bedingungen weg.',
  mistake: 'Was du geschrieben hast; unterstrichen ist, was nicht zu lesen ist',
  intro: 'Schreibe Wörter oder Bedingungen wie diese. Sie lassen sich verbinden; ein Minus davor schließt aus.',
  examplePerson: 'Fotos mit Ann',
  exampleNot: 'Mit Ann, aber ohne Bob',
  exampleOnly: 'Mit Ann und Carl und sonst niemandem',
  exampleTag: 'Mit dem Schlagwort beach oder einem darunter',
  exampleTaken: 'Aufgenommen von 2019 bis 2021',
  examplePlace: 'Aufgenommen in Abruzzo',
  exampleCamera: 'Aufgenommen mit einer X100',
  exampleRating: 'Mit vier Sternen oder mehr',
  exampleUnknown: 'Mit einem Gesicht ohne Namen',
  examplePlaceless: 'Ohne Ort auf der Karte',
  exampleUntagged: 'Ohne jedes Schlagwort',
};
