import type { folders as original } from '../en/folders.ts';
import type { Translation } from '../messages.ts';

export const folders: Translation<typeof original> = {
  title: 'Ordner',
  tagFolder: 'Diesen Ordner verschlagworten',
  nameFolder: 'Gesichter hier benennen',
  writeFolder: 'In die Dateien schreiben',
  way: 'Wo wir sind',
  subfolders: 'Ordner hierin',
  photosBelow: 'Fotos in diesem Ordner und darunter',
  allFolders: 'Alle Ordner',
  folderCount: { one: '{count} Ordner', other: '{count} Ordner' },
  emptyTitle: 'Noch keine Ordner',
  emptyText: 'Ordner, die photoscribe ansieht, erscheinen hier als Baum.',
  noPhotos: 'Hier sind keine Fotos',
  noSuch: 'Dieser Ordner ist nicht in der Bibliothek',
};
