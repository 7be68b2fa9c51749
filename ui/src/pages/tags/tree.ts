/** The library's tags as a tree. The server sends paths joined by "/". */

export interface TagLike {
  readonly tag: string;
  readonly name: string;
  readonly photos: number;
  readonly suggested: number;
}

export interface TagNode<T extends TagLike> {
  readonly tag: T;
  readonly children: TagNode<T>[];
}

/** Parents before children, by name; a tag whose parent is not in the list stands where its nearest ancestor is. */
export function treeOf<T extends TagLike>(tags: readonly T[], compare: (a: string, b: string) => number): TagNode<T>[] {
  const nodes = new Map<string, TagNode<T>>();
  const roots: TagNode<T>[] = [];
  const byDepth = [...tags].sort((a, b) => a.tag.split('/').length - b.tag.split('/').length);
  for (const tag of byDepth) {
    const node: TagNode<T> = { tag, children: [] };
    nodes.set(tag.tag, node);
    (ancestor(tag.tag, nodes)?.children ?? roots).push(node);
  }
  const sort = (level: TagNode<T>[]): TagNode<T>[] => {
    level.sort((a, b) => compare(a.tag.name, b.tag.name));
    for (const node of level) sort(node.children);
    return level;
  };
  return sort(roots);
}

function ancestor<T extends TagLike>(tag: string, nodes: ReadonlyMap<string, TagNode<T>>): TagNode<T> | undefined {
  for (let end = tag.lastIndexOf('/'); end > 0; end = tag.lastIndexOf('/', end - 1)) {
    const found = nodes.get(tag.slice(0, end));
    if (found) return found;
  }
  return undefined;
}

export interface Row<T extends TagLike> {
  readonly node: TagNode<T>;
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
}

/** The rows that are seen: those whose ancestors are all open. Level, position and size count from 1, as ARIA does. */
export function visibleRows<T extends TagLike>(
  roots: readonly TagNode<T>[],
  open: ReadonlySet<string>,
  level = 1,
): Row<T>[] {
  return roots.flatMap((node, index) => [
    { node, level, position: index + 1, siblings: roots.length },
    ...(open.has(node.tag.tag) ? visibleRows(node.children, open, level + 1) : []),
  ]);
}

/** The branches that hold what is looked for, opened down to it; everything for an empty text. */
export function matching<T extends TagLike>(roots: readonly TagNode<T>[], text: string): TagNode<T>[] {
  const wanted = text.trim().toLocaleLowerCase();
  if (!wanted) return [...roots];
  return roots.flatMap((node) => {
    if (node.tag.name.toLocaleLowerCase().includes(wanted)) return [node];
    const children = matching(node.children, wanted);
    return children.length ? [{ tag: node.tag, children }] : [];
  });
}

export function allTags<T extends TagLike>(roots: readonly TagNode<T>[]): T[] {
  return roots.flatMap((node) => [node.tag, ...allTags(node.children)]);
}

/** A tag as typed: parts without spaces around them, none empty; null when nothing is left. */
export function cleanTag(text: string): string | null {
  const parts = text
    .split('/')
    .map((part) => part.trim().replace(/\s+/g, ' '))
    .filter(Boolean);
  return parts.length ? parts.join('/') : null;
}

export function tagTerm(tag: string): string {
  return `tag:"${tag.replaceAll('"', '')}"`;
}
