import { api, isAbort } from '$lib/api.ts';
import type { Folder } from '$lib/shapes.ts';
import { toastProblem } from '$lib/toasts.svelte.ts';

export interface Branch {
  readonly folder: Folder;
  readonly level: number;
  readonly isOpen: boolean;
  readonly parent: string | undefined;
}

/** The folders that are open, and what is in them; fetched when they are opened. */
export class FolderTree {
  private children = $state.raw<ReadonlyMap<string, readonly Folder[]>>(new Map());
  private open = $state.raw<ReadonlySet<string>>(new Set());
  private roots = $state.raw<readonly Folder[]>([]);

  /** What is visible, from top to bottom. */
  readonly branches = $derived(this.visible());

  get paths(): string[] {
    return this.roots.map((root) => root.folder);
  }

  get known(): readonly Folder[] {
    return this.roots;
  }

  childrenOf(folder: string): readonly Folder[] | undefined {
    return folder === '' ? this.roots : this.children.get(folder);
  }

  /** Fetches a folder's folders again, and the roots the first time. */
  async load(folder: string, signal?: AbortSignal): Promise<void> {
    const given = signal ? { signal } : {};
    if (folder === '' || this.roots.length === 0) this.roots = await api.get('/api/folders', given);
    if (folder === '') return;
    const found = await api.get('/api/folders', { query: { parent: folder }, ...given });
    this.children = new Map([...this.children, [folder, found]]);
  }

  /** Opens these folders, as the way down to the one that is shown. */
  async reveal(folders: readonly string[], signal: AbortSignal): Promise<void> {
    for (const folder of folders) if (!this.children.has(folder)) await this.load(folder, signal);
    this.open = new Set([...this.open, ...folders]);
  }

  toggle(folder: string, open = !this.open.has(folder)): void {
    const next = new Set(this.open);
    if (open) next.add(folder);
    else next.delete(folder);
    this.open = next;
    if (open && !this.children.has(folder)) {
      this.load(folder).catch((error: unknown) => {
        if (!isAbort(error)) toastProblem(error);
      });
    }
  }

  private visible(): Branch[] {
    const branches: Branch[] = [];
    const add = (folders: readonly Folder[], level: number, parent: string | undefined): void => {
      for (const folder of folders) {
        const isOpen = this.open.has(folder.folder) && folder.folders > 0;
        branches.push({ folder, level, isOpen, parent });
        if (isOpen) add(this.children.get(folder.folder) ?? [], level + 1, folder.folder);
      }
    };
    add(this.roots, 1, undefined);
    return branches;
  }
}
