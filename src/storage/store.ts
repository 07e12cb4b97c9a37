import type { z } from 'zod';

/** A stored document. `rev` starts at 1 and grows by one with every change. All times are epoch milliseconds. */
export interface Doc {
  readonly id: string;
  readonly rev: number;
}

type Scalar = string | number | boolean;

/** Equality (or any of a list) on top-level fields, one optional range, one order. Filter and order by indexed fields only. */
export interface Query<T extends Doc> {
  where?: { [K in keyof T]?: Scalar | readonly Scalar[] };
  range?: { field: keyof T & string; gt?: Scalar; gte?: Scalar; lt?: Scalar; lte?: Scalar };
  orderBy?: keyof T & string;
  descending?: boolean;
  /** Default 1000. */
  limit?: number;
}

/** A collection of documents, each changed by compare-and-set on `rev`. */
export interface Collection<T extends Doc> {
  get(id: string): Promise<T | undefined>;
  find(query?: Query<T>): Promise<T[]>;
  count(query?: Query<T>): Promise<number>;
  /** Atomic; false, and nothing changed, when the id exists. */
  insert(doc: T): Promise<boolean>;
  /** Stores `next` where the stored rev is `next.rev - 1`; false, and nothing changed, otherwise. */
  replace(next: T): Promise<boolean>;
  /** How many documents went. Without a query that names something it refuses. */
  remove(query: Query<T>): Promise<number>;
}

/** What a collection is called, how its documents are parsed when read, and the fields it is searched by. */
export interface CollectionSpec<T extends Doc> {
  name: string;
  schema: z.ZodType<T>;
  /** Each entry is one index over top-level fields. */
  indexes?: readonly (readonly (keyof T & string)[])[];
}

/** A store of collections. Two exist, embedded and MongoDB; `tests/storage/contract.ts` holds both to the same promises. */
export interface Store {
  collection<T extends Doc>(spec: CollectionSpec<T>): Collection<T>;
  /** True when no other process can be working on the same data, so leases of the dead may be taken over at once. */
  readonly exclusive: boolean;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** A collection that is only looked at. */
export type Reading<T extends Doc> = Pick<Collection<T>, 'get' | 'find' | 'count'>;

/** A store that is only looked at, beside whoever works with it. */
export interface StoreReader {
  reading<T extends Doc>(spec: CollectionSpec<T>): Reading<T>;
  close(): Promise<void>;
}
