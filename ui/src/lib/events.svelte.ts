import { loadStatus, session } from './session.svelte.ts';
import type { Event as ServerEvent, Job } from './shapes.ts';

type Listener = (event: ServerEvent) => void;

const STATUS_AT_MOST_EVERY_MS = 1_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

let connected = $state(false);
let revision = $state(0);
let jobs = $state.raw<readonly Job[]>([]);
let source: EventSource | undefined;
let wait = FIRST_WAIT_MS;
let due: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<Listener>();

/** Counts up when the library changes: read it in an $effect to load again. */
export function libraryRevision(): number {
  return revision;
}

export function isConnected(): boolean {
  return connected;
}

/** Jobs that wait or run, newest last. */
export function runningJobs(): readonly Job[] {
  return jobs.filter((job) => job.state === 'queued' || job.state === 'running');
}

/** Tells of every event until the returned function is called. */
export function onEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function startEvents(): void {
  if (source) return;
  const status = session();
  if (status) {
    revision = status.revision;
    jobs = status.jobs;
  }
  connect();
}

export function stopEvents(): void {
  source?.close();
  source = undefined;
  connected = false;
}

function connect(): void {
  const stream = new EventSource('/api/events');
  source = stream;
  stream.onopen = () => {
    connected = true;
    wait = FIRST_WAIT_MS;
    refreshStatusSoon(); // what happened while we were away is in no event
  };
  for (const name of ['job', 'library', 'learned'] as const) {
    stream.addEventListener(name, (message: MessageEvent<string>) => receive(JSON.parse(message.data) as ServerEvent));
  }
  stream.onerror = () => {
    connected = false;
    if (stream.readyState !== EventSource.CLOSED || source !== stream) return;
    // The browser gives up for good on an HTTP error, such as a proxy's 502 while the server starts again.
    setTimeout(() => {
      if (source === stream) connect();
    }, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  };
}

function receive(event: ServerEvent): void {
  if (event.revision > revision) revision = event.revision;
  const { job } = event;
  if (job) jobs = [...jobs.filter((one) => one.id !== job.id), job].slice(-20);
  for (const listener of listeners) listener(event);
  refreshStatusSoon();
}

function refreshStatusSoon(): void {
  due ??= setTimeout(() => {
    due = undefined;
    loadStatus()
      .then((status) => {
        revision = Math.max(revision, status.revision);
        const known = new Set(status.jobs.map((job) => job.id));
        jobs = [...jobs.filter((job) => !known.has(job.id) && job.state !== 'running'), ...status.jobs];
      })
      .catch(() => undefined); // the next event, or the next connection, asks again
  }, STATUS_AT_MOST_EVERY_MS);
}
