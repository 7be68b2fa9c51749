/** Parts of folder paths, for both kinds of slashes. Pure. */

export interface Step {
  readonly folder: string;
  readonly name: string;
}

/** From a root of the library down to a folder; the folder alone where no root holds it. */
export function wayTo(folder: string, roots: readonly string[]): Step[] {
  const root = roots
    .filter((one) => folder === one || folder.startsWith(one.endsWith('/') || one.endsWith('\\') ? one : one + slashOf(one)))
    .sort((a, b) => b.length - a.length)[0];
  if (root === undefined) return [{ folder, name: nameOf(folder) }];
  const slash = slashOf(root);
  const steps = [{ folder: root, name: nameOf(root) }];
  let at = root;
  for (const part of folder.slice(root.length).split(slash).filter(Boolean)) {
    at = at.endsWith(slash) ? at + part : at + slash + part;
    steps.push({ folder: at, name: part });
  }
  return steps;
}

export function nameOf(folder: string): string {
  return folder.split(/[\\/]/).filter(Boolean).at(-1) ?? folder;
}

function slashOf(folder: string): string {
  return /^[A-Za-z]:\\|^\\\\/.test(folder) ? '\\' : '/';
}
