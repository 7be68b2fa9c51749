import { ApiProblem, Unreachable } from '$lib/api.ts';
import { session } from '$lib/session.svelte.ts';
import type { Problem, Uploaded } from '$lib/shapes.ts';
import type { Batch } from './choosing.ts';

/** Sends files in one request. fetch cannot tell how much was sent, so that this is the older way. */
export function send(batch: Batch, signal: AbortSignal, progressed: (bytes: number) => void): Promise<Uploaded[]> {
  const form = new FormData();
  for (const one of batch.files) form.append('files', one.file, one.file.name);
  for (const one of batch.files) form.append('paths', one.path);
  return new Promise((done, failed) => {
    const call = new XMLHttpRequest();
    const stop = (): void => call.abort();
    signal.addEventListener('abort', stop);
    call.open('POST', '/api/uploads');
    call.setRequestHeader('Accept', 'application/json');
    const csrf = session()?.csrf;
    if (csrf) call.setRequestHeader('X-CSRF-Token', csrf);
    call.upload.onprogress = (event) => progressed(Math.min(batch.bytes, event.loaded));
    call.onloadend = () => signal.removeEventListener('abort', stop);
    call.onabort = () => failed(new DOMException('stopped', 'AbortError'));
    call.onerror = () => failed(new Unreachable('The server does not answer.'));
    call.onload = () => {
      if (call.status < 300) done(JSON.parse(call.responseText) as Uploaded[]);
      else failed(problemOf(call));
    };
    call.send(form);
  });
}

function problemOf(call: XMLHttpRequest): ApiProblem {
  const plain = { title: call.statusText, status: call.status, detail: call.statusText || String(call.status) };
  try {
    return new ApiProblem({ ...plain, ...(JSON.parse(call.responseText) as Partial<Problem>) });
  } catch {
    return new ApiProblem(plain);
  }
}
