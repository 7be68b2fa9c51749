import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin, ResolvedConfig } from 'vite';

/** Emits /sw.js: the worker's source with the name of this build and the files of the first load written in. */
export function serviceWorker(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'photoscribe-service-worker',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    generateBundle(_options, bundle) {
      const entry = Object.values(bundle).find((file) => file.type === 'chunk' && file.isEntry);
      if (entry?.type !== 'chunk') throw new Error('the build has no entry chunk');
      // The timeline and the languages too: what the app needs to open without a network.
      const kept = new Set<string>();
      const keep = (name: string): void => {
        const chunk = bundle[name];
        if (kept.has(name) || chunk?.type !== 'chunk') return;
        kept.add(name);
        for (const style of chunk.viteMetadata?.importedCss ?? []) kept.add(style);
        chunk.imports.forEach(keep);
      };
      keep(entry.fileName);
      for (const file of Object.values(bundle)) {
        const source = file.type === 'chunk' ? (file.facadeModuleId ?? '') : '';
        if (/\/(TimelinePage\.svelte|i18n\/\w+\/index\.ts)$/.test(source)) keep(file.fileName);
      }
      const shell = [...kept].map((name) => `/${name}`);
      const build = createHash('sha256').update(Object.keys(bundle).sort().join('\n')).digest('hex').slice(0, 12);
      const source = readFileSync(join(config.root, 'src/service-worker.js'), 'utf8')
        .replace('__BUILD__', JSON.stringify(build))
        .replace('__SHELL__', JSON.stringify(['/', ...shell]));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}
