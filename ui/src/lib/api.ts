import type { paths, Problem, ProblemAt } from './schema.d.ts';

type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';

/** The addresses that answer to a method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];

type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;

type Json<R> = R extends { content: { 'application/json': infer Body } } ? Body : undefined;

type Success<R> = R extends { 200: infer A } ? A : R extends { 201: infer A } ? A : R extends { 202: infer A } ? A : never;

/** What a successful call answers with. */
export type Answer<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: infer R } ? ([Success<R>] extends [never] ? undefined : Json<Success<R>>) : never;

type ParametersOf<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { parameters: infer A } ? A : never;

type Given<Name extends string, Values> = [Values] extends [undefined]
  ? Partial<Record<Name, never>>
  : undefined extends Values
    ? Partial<Record<Name, Exclude<Values, undefined>>>
    : Record<Name, Values>;

type PathValues<P extends keyof paths, M extends Method> =
  ParametersOf<P, M> extends { path: infer V } ? Given<'path', V> : { path?: never };

type QueryValues<P extends keyof paths, M extends Method> =
  ParametersOf<P, M> extends { query?: infer V } ? { query?: Exclude<V, undefined> } : { query?: never };

type BodyValue<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { requestBody: { content: { 'application/json': infer B } } } ? { body: B } : { body?: never };

export type Call<P extends keyof paths, M extends Method> = PathValues<P, M> &
  QueryValues<P, M> &
  BodyValue<P, M> & { signal?: AbortSignal };

type CallArguments<P extends keyof paths, M extends Method> =
  Partial<Call<P, M>> extends Call<P, M> ? [call?: Call<P, M>] : [call: Call<P, M>];

/** The server's refusal. `detail` is a sentence for the user; `current` of a conflict is how things are now. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly title: string;
  readonly errors: readonly ProblemAt[];
  readonly current: unknown;

  constructor(problem: Pick<Problem, 'title' | 'status' | 'detail'> & Partial<Problem>) {
    super(problem.detail);
    this.status = problem.status;
    this.title = problem.title;
    this.errors = problem.errors ?? [];
    this.current = problem.current ?? null;
  }

  get detail(): string {
    return this.message;
  }
}

/** The server could not be reached at all. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

export function isMissing(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 404;
}

let csrf: string | null = null;
let whenLoggedOut: () => void = () => undefined;

/** Set from every Status answer; goes with each request that changes something. */
export function useCsrf(token: string | null): void {
  csrf = token;
}

export function onLoggedOut(react: () => void): void {
  whenLoggedOut = react;
}

export function addressOf(
  template: string,
  path: Readonly<Record<string, unknown>> = {},
  query: Readonly<Record<string, unknown>> = {},
): string {
  const address = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) search.append(name, String(one));
  }
  const text = search.toString();
  return text ? `${address}?${text}` : address;
}

/** fetch with our errors: ApiProblem, Unreachable, or the AbortError of the caller's own signal. */
export async function request(method: string, address: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('Accept', 'application/json');
  if (csrf && method !== 'GET') headers.set('X-CSRF-Token', csrf);
  let answer: Response;
  try {
    answer = await fetch(address, { ...init, method, headers, credentials: 'same-origin' });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Unreachable('The server does not answer.', { cause: error });
  }
  if (answer.ok) return answer;
  if (answer.status === 401 && !address.startsWith('/api/login')) whenLoggedOut();
  throw await problemOf(answer);
}

async function problemOf(answer: Response): Promise<ApiProblem> {
  const plain = { title: answer.statusText, status: answer.status, detail: answer.statusText || String(answer.status) };
  if (!(answer.headers.get('Content-Type') ?? '').includes('json')) return new ApiProblem(plain);
  try {
    return new ApiProblem({ ...plain, ...((await answer.json()) as Partial<Problem>) });
  } catch {
    return new ApiProblem(plain);
  }
}

interface AnyCall {
  path?: Readonly<Record<string, unknown>>;
  query?: Readonly<Record<string, unknown>>;
  body?: unknown;
  signal?: AbortSignal;
}

async function call(method: Method, template: string, given: AnyCall = {}): Promise<unknown> {
  const init: RequestInit = {};
  if (given.signal) init.signal = given.signal;
  // An empty body too is JSON: the server takes changes from nothing that a plain form could send.
  if (method !== 'get') init.headers = { 'Content-Type': 'application/json' };
  if (given.body !== undefined) init.body = JSON.stringify(given.body);
  const answer = await request(method.toUpperCase(), addressOf(template, given.path, given.query), init);
  return answer.status === 204 ? undefined : answer.json();
}

type Caller<M extends Method> = <P extends PathOf<M>>(path: P, ...given: CallArguments<P, M>) => Promise<Answer<P, M>>;

function caller<M extends Method>(method: M): Caller<M> {
  return ((path: string, given?: AnyCall) => call(method, path, given)) as Caller<M>;
}

/** One call of the API: `await api.get('/api/photos/{photo}', { path: { photo: id } })`. Addresses and shapes are checked. */
export const api = {
  get: caller('get'),
  put: caller('put'),
  post: caller('post'),
  patch: caller('patch'),
  delete: caller('delete'),
};
