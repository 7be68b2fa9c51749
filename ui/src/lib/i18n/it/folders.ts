import type { folders as original } from '../en/folders.ts';
import type { Translation } from '../messages.ts';

export const folders: Translation<typeof original> = {
  title: 'Cartelle',
  tagFolder: 'Etichetta questa cartella',
  nameFolder: 'Dai un nome ai volti qui',
  writeFolder: 'Scrivi nei file',
  way: 'Dove siamo',
  subfolders: 'Cartelle qui dentro',
  photosBelow: 'Foto in questa cartella e in quelle al di sotto',
  allFolders: 'Tutte le cartelle',
  folderCount: { one: '{count} cartella', other: '{count} cartelle' },
  emptyTitle: 'Ancora nessuna cartella',
  emptyText: 'Le cartelle che photoscribe guarda appaiono qui come un albero.',
  noPhotos: 'Qui non ci sono foto',
  noSuch: 'Questa cartella non è nella libreria',
};
