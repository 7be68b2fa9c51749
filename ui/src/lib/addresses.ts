/** Addresses of pages, and back: pure. */

export interface Match {
  readonly name: string;
  readonly params: Readonly<Record<string, string>>;
}

/** The first of the patterns that fits the path. */
export function matchPath(patterns: Readonly<Record<string, string>>, pathname: string): Match | undefined {
  for (const [name, pattern] of Object.entries(patterns)) {
    const params = paramsOf(pattern, pathname);
    if (params) return { name, params };
  }
  return undefined;
}

export function paramsOf(pattern: string, pathname: string): Record<string, string> | undefined {
  const wanted = partsOf(pattern);
  const given = partsOf(pathname);
  const params: Record<string, string> = {};
  for (const [place, part] of wanted.entries()) {
    if (part.startsWith('*')) {
      if (place >= given.length) return undefined;
      params[part.slice(1)] = given.slice(place).map(decoded).join('/');
      return params;
    }
    const here = given[place];
    if (here === undefined) return undefined;
    if (part.startsWith(':')) params[part.slice(1)] = decoded(here);
    else if (part !== here) return undefined;
  }
  return wanted.length === given.length ? params : undefined;
}

/** The address of a pattern with its params, and a query of which empty values are left out. */
export function addressFor(
  pattern: string,
  params: Readonly<Record<string, string | number>> = {},
  query: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const parts = partsOf(pattern).map((part) => {
    if (part.startsWith(':')) return encodeURIComponent(String(params[part.slice(1)] ?? ''));
    if (part.startsWith('*')) return String(params[part.slice(1)] ?? '').split('/').map(encodeURIComponent).join('/');
    return part;
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(name, String(value));
  const text = search.toString();
  return `/${parts.join('/')}${text ? `?${text}` : ''}`;
}

/** Where to go after logging in: only ever a page of ours. */
export function safeReturn(wanted: string | null): string {
  return wanted?.startsWith('/') && !wanted.startsWith('//') && !wanted.includes('\\') ? wanted : '/';
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
