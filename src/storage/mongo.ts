import { type Filter, type Collection as MongoCollection, MongoServerError, type Sort } from 'mongodb';
import { parseDocument } from './errors.ts';
import { connectMongo } from './mongo-connection.ts';
import { collectionName, conditionsOf, fieldName, limitOf, removalOf } from './query.ts';
import type { Collection, CollectionSpec, Doc, Query, Store } from './store.ts';

interface Stored {
  _id: string;
  rev: number;
}

const DUPLICATE_KEY = 11000;

/**
 * The store in a MongoDB: one collection each, the document's id as `_id`. Every change is atomic on one document, so it
 * needs neither transactions nor change streams and runs on a single server as on a replica set. Throws MONGODB_UNREACHABLE.
 */
export async function openMongoStore({ url }: { url: string }): Promise<Store> {
  const { database, close } = await connectMongo(url);
  return {
    exclusive: false,
    collection: (spec) => openCollection(database.collection<Stored>(collectionName(spec.name)), spec),
    async ping() {
      await database.command({ ping: 1 });
    },
    close,
  };
}

function openCollection<T extends Doc>(stored: MongoCollection<Stored>, spec: CollectionSpec<T>): Collection<T> {
  const indexed = onceItWorks(() => createIndexes(stored, spec));
  const read = ({ _id, ...fields }: Stored): T => parseDocument(spec, _id, { ...fields, id: _id });

  return {
    async get(id) {
      const found = await stored.findOne({ _id: { $eq: id } });
      return found ? read(found) : undefined;
    },
    async find(query = {}) {
      const filter = toFilter(conditionsOf(query));
      const limit = limitOf(query);
      if (limit === 0) return [];
      await indexed();
      return (await stored.find(filter).sort(orderOf(query)).limit(limit).toArray()).map(read);
    },
    async count(query = {}) {
      return stored.countDocuments(toFilter(conditionsOf(query)));
    },
    async insert(doc) {
      await indexed();
      try {
        await stored.insertOne(toStored(doc));
        return true;
      } catch (error) {
        if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return false;
        throw error;
      }
    },
    async replace(next) {
      const result = await stored.replaceOne({ _id: { $eq: next.id }, rev: next.rev - 1 }, toStored(next));
      return result.matchedCount === 1;
    },
    async remove(query) {
      return (await stored.deleteMany(toFilter(removalOf(spec.name, query)))).deletedCount;
    },
  };
}

/** Each index ends in the id, as each order does: an ordered find then reads no more than it gives. */
async function createIndexes<T extends Doc>(stored: MongoCollection<Stored>, spec: CollectionSpec<T>): Promise<void> {
  for (const fields of spec.indexes ?? [])
    await stored.createIndex(Object.fromEntries([...fields, 'id'].map((field) => [key(field), 1])));
}

/** The work is done once, and again by the next caller when it failed. */
function onceItWorks(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work().catch((error) => {
      done = undefined;
      throw error;
    });
    return done;
  };
}

function toStored<T extends Doc>({ id, ...fields }: T): Stored {
  return { ...fields, _id: id };
}

function key(field: string): string {
  return field === 'id' ? '_id' : fieldName(field);
}

/** Values stand behind operators of ours, so that no value can be an operator. */
function toFilter(conditions: ReturnType<typeof conditionsOf>): Filter<Stored> {
  const all = conditions.map((condition) => ({
    [key(condition.field)]:
      condition.is === 'in' ? { $in: condition.values } : { [`$${condition.is}`]: condition.value },
  }));
  return all.length > 0 ? { $and: all } : {};
}

function orderOf<T extends Doc>({ orderBy = 'id', descending }: Query<T>): Sort {
  const direction = descending ? -1 : 1;
  return orderBy === 'id' ? { _id: direction } : { [key(orderBy)]: direction, _id: direction };
}
