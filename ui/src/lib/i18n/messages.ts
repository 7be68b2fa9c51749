/** A text with {placeholders}, or one text for each plural form of the language that differs. */
export type Message = string | PluralMessage;

export interface PluralMessage {
  readonly one?: string;
  readonly many?: string;
  readonly other: string;
}

type NamesIn<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

/** The placeholders of a message; a plural message always needs its count. */
export type Placeholders<M> = M extends string
  ? NamesIn<M>
  : M extends { readonly other: infer Other extends string }
    ? NamesIn<Other> | 'count'
    : never;

/** What a translation of an area must look like: the same keys, and a plural where the original has one. */
export type Translation<Area> = {
  readonly [K in keyof Area]: Area[K] extends string ? string : PluralMessage;
};

export function pluralForm(message: unknown, plurals: Intl.PluralRules, count: string | number | undefined): string {
  if (typeof message === 'string') return message;
  if (typeof message !== 'object' || message === null) return '';
  const forms = message as PluralMessage & Partial<Record<Intl.LDMLPluralRule, string>>;
  return (typeof count === 'number' ? forms[plurals.select(count)] : undefined) ?? forms.other;
}

export function fill(
  text: string,
  values: Readonly<Record<string, string | number>>,
  numbers: Intl.NumberFormat,
): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? numbers.format(value) : value;
  });
}

export function placeholdersOf(message: Message): Set<string> {
  const texts = typeof message === 'string' ? [message] : Object.values<string>({ ...message });
  return new Set(texts.flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')));
}
