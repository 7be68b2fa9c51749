import { api } from '../api.ts';
import { t } from '../i18n/index.svelte.ts';
import { go } from '../router.svelte.ts';
import type { Bulk, Changed } from '../shapes.ts';
import { toast, toastChange, toastProblem } from '../toasts.svelte.ts';
import { quoted } from '../search/terms.ts';
import type { Selection } from './selection.svelte.ts';

export type Target = Pick<Bulk, 'query' | 'photos' | 'folder'>;
export type Action = Omit<Bulk, 'query' | 'photos' | 'folder' | 'dry_run'>;
export type Asked = 'tag' | 'untag' | 'name';

/** From how many photos on the user is told the exact number first: more than one sees at a glance. */
const ASK_FROM = 100;

export function targetOf(selection: Selection, query: string): Target {
  return selection.isAll ? { query } : { photos: [...selection.photos] };
}

function post(target: Target, action: Action, dryRun: boolean): Promise<Changed> {
  return api.post('/api/bulk', { body: { ...action, ...target, dry_run: dryRun } });
}

/** One action on many photos: asked for, counted first where they are many, done, and undone from its toast. */
export class BulkRun {
  asking = $state<Asked>();
  busy = $state(false);
  pending = $state.raw<{ readonly title: string; readonly run: () => Promise<void> }>();
  private readonly target: () => Target;
  private readonly size: () => number;

  /** size: how many photos the target is thought to be. */
  constructor(target: () => Target, size: () => number) {
    this.target = target;
    this.size = size;
  }

  get count(): number {
    return this.size();
  }

  act = async (action: Action): Promise<void> => {
    const target = this.target();
    this.asking = undefined;
    if (target.photos && target.photos.length < ASK_FROM) {
      await this.during(() => this.perform(target, action));
      return;
    }
    await this.during(async () => {
      const { photos = 0 } = await post(target, action, true);
      this.pending = {
        title: t('timeline.willChange', { count: photos }),
        run: () => this.during(() => this.perform(target, action)),
      };
    });
  };

  askToWrite(): void {
    this.pending = {
      title: t('timeline.willWrite', { count: this.count }),
      run: () => this.during(() => this.write(this.target())),
    };
  }

  private async perform(target: Target, action: Action): Promise<void> {
    const changed = await post(target, action, false);
    this.pending = undefined;
    toastChange(said(action, changed), changed.change);
  }

  private async write({ photos, query, folder }: Target): Promise<void> {
    const settings = await api.get('/api/settings');
    const chosen = photos ? { photos } : { query: folder ? `folder:${quoted(folder)}` : (query ?? '') };
    await api.post('/api/write', { body: { ...chosen, target: settings.write_target ?? 'file' } });
    this.pending = undefined;
    toast(t('timeline.writing', { count: this.count }), { label: t('timeline.watch'), run: () => go('activity') });
  }

  private async during(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    try {
      await work();
    } catch (error) {
      toastProblem(error);
    } finally {
      this.busy = false;
    }
  }
}

function said(action: Action, { photos = 0, faces = 0 }: Changed): string {
  const tag = action.tag?.split('/').at(-1) ?? '';
  if (action.op === 'tag') return t('timeline.tagged', { count: photos, tag });
  if (action.op === 'untag') return t('timeline.untagged', { count: photos, tag });
  if (action.op === 'name') return t('timeline.named', { count: faces, name: action.person ?? '' });
  return t('timeline.rated', { count: photos });
}
