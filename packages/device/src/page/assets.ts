/** The files that make up the page. Its TypeScript is served without its types. */
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';

export interface Asset {
  readonly type: string;
  readonly body: string;
}

const TYPES = { html: 'text/html', css: 'text/css', ts: 'text/javascript', svg: 'image/svg+xml' } as const;

/** By their paths below the page. */
const FILES = {
  '/': 'index.html',
  '/phone.css': 'phone.css',
  '/notifications.css': 'notifications.css',
  '/overview.css': 'overview.css',
  '/settings.css': 'settings.css',
  '/icon.svg': 'icon.svg',
  '/main.ts': 'main.ts',
  '/handset.ts': 'handset.ts',
  '/notifications.ts': 'notifications.ts',
  '/overview.ts': 'overview.ts',
  '/api.ts': 'api.ts',
  '/dialog.ts': 'dialog.ts',
  '/dom.ts': 'dom.ts',
  '/home.ts': 'home.ts',
  '/instance.ts': 'instance.ts',
  '/sessions.ts': 'sessions.ts',
  '/settings.ts': 'settings.ts',
  '/sheet.ts': 'sheet.ts',
} as const;

/** Reads all files once. */
export async function loadAssets(): Promise<ReadonlyMap<string, Asset>> {
  const folder = new URL('./client/', import.meta.url);
  const texts = await Promise.all(
    Object.values(FILES).map((file) => readFile(new URL(file, folder), 'utf8')),
  );
  const paths = Object.keys(FILES);
  const scripts = paths.flatMap((path, index) => (path.endsWith('.ts') ? [texts[index] ?? ''] : []));
  const stripped = await stripTypes(scripts);
  return new Map(
    Object.entries(FILES).map(([path, file], index) => {
      const extension = file.slice(file.lastIndexOf('.') + 1) as keyof typeof TYPES;
      const text = texts[index] ?? '';
      const body = extension === 'ts' ? (stripped[scripts.indexOf(text)] ?? '') : text;
      return [path, { type: `${TYPES[extension]}; charset=utf-8`, body }];
    }),
  );
}

/** In a thread of its own, where Node's warning that this is new can be switched off without touching the process. */
function stripTypes(sources: readonly string[]): Promise<string[]> {
  const worker = new Worker(new URL('./strip.ts', import.meta.url), {
    workerData: sources,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  return new Promise((resolve, reject) => {
    worker.on('message', resolve);
    worker.on('error', reject);
  });
}
