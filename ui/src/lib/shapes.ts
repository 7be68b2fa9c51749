/** The shapes that the server sends and takes, by their names in OpenAPI. */
export type * from './schema.d.ts';
