import type english from './en/index.ts';
import type { Placeholders, Translation } from './messages.ts';

type English = typeof english;
type Area = keyof English;

/** All texts in one language. English is the original; what it has, the others must have. */
export type Catalogue = { readonly [A in Area]: Translation<English[A]> };

/** 'area.name' of every text. */
export type Key = {
  [A in Area]: `${A}.${keyof English[A] & string}`;
}[Area];

type MessageAt<K extends Key> = K extends `${infer A extends Area}.${infer Name}`
  ? Name extends keyof English[A]
    ? English[A][Name]
    : never
  : never;

/** The second argument of t(): none for a text without placeholders, else exactly these. */
export type Values<K extends Key> = [Placeholders<MessageAt<K>>] extends [never]
  ? []
  : [values: { readonly [Name in Placeholders<MessageAt<K>>]: Name extends 'count' ? number : string | number }];

/** Keys of texts without placeholders: what a table of labels may hold. */
export type PlainKey = { [K in Key]: Values<K> extends [] ? K : never }[Key];
