import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addressOf, api, ApiProblem, isAbort, onLoggedOut, Unreachable, useCsrf } from './api.ts';

type Fetch = (address: string, init: RequestInit) => Promise<Response>;

const fetched = vi.fn<Fetch>();

function answer(status: number, body: unknown, type = 'application/json'): Response {
  return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers: { 'Content-Type': type } });
}

beforeEach(() => {
  fetched.mockReset();
  vi.stubGlobal('fetch', fetched);
});
afterEach(() => {
  vi.unstubAllGlobals();
  useCsrf(null);
  onLoggedOut(() => undefined);
});

describe('a call', () => {
  it('fills its address, leaves out empty values, and repeats lists', () => {
    expect(addressOf('/api/timeline/{key}', { key: '2019-08' }, { q: 'tag:a b', start: 0, cursor: undefined, none: null })).toBe(
      '/api/timeline/2019-08?q=tag%3Aa+b&start=0',
    );
    expect(addressOf('/x/{id}', { id: 'a/b?c' }, { paths: ['1', '2'] })).toBe('/x/a%2Fb%3Fc?paths=1&paths=2');
  });

  it('sends JSON and the token that Status told with everything that changes something', async () => {
    useCsrf('token');
    fetched.mockImplementation(() => Promise.resolve(answer(200, { change: 1 })));
    await api.post('/api/undo');
    await api.get('/api/status');
    const [posted, got] = fetched.mock.calls.map(([, init]) => new Headers(init.headers));
    expect([posted?.get('X-CSRF-Token'), posted?.get('Content-Type')]).toEqual(['token', 'application/json']);
    expect(got?.get('X-CSRF-Token')).toBeNull();
  });
});

describe('what goes wrong', () => {
  it('is the problem that the server tells, with the place in the query', async () => {
    const problem = { title: 'x', status: 422, detail: 'no such field: foo', errors: [{ where: 'q', message: 'm', start: 2, end: 5 }] };
    fetched.mockResolvedValue(answer(422, problem, 'application/problem+json'));
    const error: unknown = await api.get('/api/timeline').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ status: 422, detail: 'no such field: foo', errors: [{ start: 2, end: 5 }] });
  });

  it('is the status alone where a proxy answers with a page of its own', async () => {
    fetched.mockResolvedValue(answer(502, '<h1>Bad gateway</h1>', 'text/html'));
    await expect(api.get('/api/status')).rejects.toMatchObject({ status: 502, errors: [] });
    fetched.mockResolvedValue(answer(500, '{broken', 'application/json'));
    await expect(api.get('/api/status')).rejects.toMatchObject({ status: 500 });
  });

  it('is told from a call that was given up', async () => {
    fetched.mockRejectedValue(new TypeError('Failed to fetch'));
    await expect(api.get('/api/status')).rejects.toBeInstanceOf(Unreachable);
    fetched.mockRejectedValue(new DOMException('given up', 'AbortError'));
    const error: unknown = await api.get('/api/status').catch((caught: unknown) => caught);
    expect(isAbort(error)).toBe(true);
  });

  it('leads to the login when the session ended, but not from the login itself', async () => {
    const loggedOut = vi.fn();
    onLoggedOut(loggedOut);
    fetched.mockImplementation(() => Promise.resolve(answer(401, { title: '', status: 401, detail: 'log in first' })));
    await api.post('/api/login', { body: { name: 'a', password: 'b' } }).catch(() => undefined);
    expect(loggedOut).not.toHaveBeenCalled();
    await api.get('/api/people').catch(() => undefined);
    expect(loggedOut).toHaveBeenCalledOnce();
  });
});
