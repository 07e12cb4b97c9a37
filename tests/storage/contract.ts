import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Collection, Store } from '../../src/storage/store.ts';

const orderSchema = z.object({
  id: z.string(),
  rev: z.number().int(),
  state: z.enum(['open', 'paid', 'sent']),
  due: z.number(),
  urgent: z.boolean().optional(),
  buyer: z.string().optional(),
  body: z.json().optional(),
});
type Order = z.infer<typeof orderSchema>;

const ODD_IDS = [
  'a b',
  '中文/订单',
  '🚀',
  "'; DROP TABLE orders; --",
  '$where',
  'a.b',
  '__proto__',
  '{"$gt":""}',
  '%',
  '\\',
  ' ',
];

/** What every store promises; `open` opens the same data again each time. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`a ${name} store`, () => {
    let store: Store;
    const names: string[] = [];
    const ordersIn = (from: Store, collection: string): Collection<Order> =>
      from.collection({ name: collection, schema: orderSchema, indexes: [['state', 'due'], ['urgent'], ['buyer']] });
    /** A name that no other test uses. */
    const freshName = (): string => {
      const collection = `orders-${randomUUID()}`;
      names.push(collection);
      return collection;
    };
    const fresh = () => ordersIn(store, freshName());
    const order = (id: string, more: Partial<Order> = {}): Order => ({ id, rev: 1, state: 'open', due: 0, ...more });
    const ids = (found: Order[]) => found.map(({ id }) => id);

    beforeAll(async () => {
      store = await open();
    });
    afterAll(async () => {
      for (const collection of names) await ordersIn(store, collection).remove({ range: { field: 'rev', gte: 0 } });
      await store.close();
    });

    test('gives back what was inserted, and nothing for an id it does not hold', async () => {
      const orders = fresh();
      const doc = order('one', { buyer: 'Ms 王', body: { lines: [1, 2.5, null, { deep: [true] }] } });
      expect(await orders.insert(doc)).toBe(true);
      expect(await orders.get('one')).toEqual(doc);
      expect(await orders.get('two')).toBeUndefined();
    });

    test('an id is inserted once, and the first document stays', async () => {
      const orders = fresh();
      const results = await Promise.all(Array.from({ length: 50 }, (_, due) => orders.insert(order('one', { due }))));
      expect(results.filter(Boolean)).toHaveLength(1);
      expect((await orders.get('one'))?.due).toBe(results.indexOf(true));
      expect(await orders.count()).toBe(1);
    });

    test('of fifty replacements of one revision exactly one wins', async () => {
      const orders = fresh();
      await orders.insert(order('one'));
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, due) => orders.replace(order('one', { rev: 2, due }))),
      );
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(await orders.get('one')).toEqual(order('one', { rev: 2, due: results.indexOf(true) }));
    });

    test('fifty writers who try again until they win lose no update', async () => {
      const orders = fresh();
      await orders.insert(order('one'));
      const addOne = async () => {
        for (;;) {
          const now = await orders.get('one');
          if (now && (await orders.replace({ ...now, rev: now.rev + 1, due: now.due + 1 }))) return;
        }
      };
      await Promise.all(Array.from({ length: 50 }, addOne));
      expect(await orders.get('one')).toEqual(order('one', { rev: 51, due: 50 }));
    });

    test('a replacement of an older, newer or absent document changes nothing', async () => {
      const orders = fresh();
      await orders.insert(order('one'));
      expect(await orders.replace(order('one', { rev: 1, due: 9 }))).toBe(false);
      expect(await orders.replace(order('one', { rev: 3, due: 9 }))).toBe(false);
      expect(await orders.replace(order('two', { rev: 2, due: 9 }))).toBe(false);
      expect(await orders.find()).toEqual([order('one')]);
    });

    test('a field left out of a replacement is gone', async () => {
      const orders = fresh();
      await orders.insert(order('one', { buyer: 'Ann' }));
      await orders.replace(order('one', { rev: 2 }));
      expect(await orders.get('one')).toEqual(order('one', { rev: 2 }));
      expect(await orders.find({ where: { buyer: 'Ann' } })).toEqual([]);
    });

    test('finds by equality, by any of a list, by range, in order, up to a limit', async () => {
      const orders = fresh();
      const states = ['open', 'paid', 'sent'] as const;
      for (const n of [5, 3, 1, 4, 0, 2])
        await orders.insert(order(`o${n}`, { due: n * 10, state: states[n % 3] ?? 'open', urgent: n > 3 }));
      expect(ids(await orders.find({ where: { state: 'open' }, orderBy: 'due' }))).toEqual(['o0', 'o3']);
      expect(ids(await orders.find({ where: { state: ['open', 'paid'] }, orderBy: 'due' }))).toEqual([
        'o0',
        'o1',
        'o3',
        'o4',
      ]);
      expect(await orders.find({ where: { state: [] } })).toEqual([]);
      expect(ids(await orders.find({ where: { urgent: true } }))).toEqual(['o4', 'o5']);
      expect(ids(await orders.find({ where: { urgent: [true, false] }, limit: 2 }))).toEqual(['o0', 'o1']);
      expect(ids(await orders.find({ range: { field: 'due', gte: 10, lt: 30 } }))).toEqual(['o1', 'o2']);
      expect(ids(await orders.find({ range: { field: 'due', gt: 10, lte: 30 } }))).toEqual(['o2', 'o3']);
      expect(ids(await orders.find({ range: { field: 'id', gt: 'o3' } }))).toEqual(['o4', 'o5']);
      expect(ids(await orders.find({ where: { id: ['o5', 'o1', 'none'] } }))).toEqual(['o1', 'o5']);
      expect(ids(await orders.find({ orderBy: 'due', descending: true, limit: 2 }))).toEqual(['o5', 'o4']);
      expect(await orders.find({ limit: 0 })).toEqual([]);
      expect(await orders.count({ where: { state: 'sent' }, range: { field: 'due', gt: 20 } })).toBe(1);
    });

    test('gives a thousand documents when no limit is named, in the order of their ids', async () => {
      const orders = fresh();
      await Promise.all(Array.from({ length: 1001 }, (_, n) => orders.insert(order(`o${String(n).padStart(4, '0')}`))));
      const found = await orders.find();
      expect(found).toHaveLength(1000);
      expect(found.at(-1)?.id).toBe('o0999');
      expect(await orders.count()).toBe(1001);
    });

    test('equal values keep the order of their ids, both ways', async () => {
      const orders = fresh();
      for (const id of ['b', 'c', 'a']) await orders.insert(order(id));
      expect(ids(await orders.find({ orderBy: 'due' }))).toEqual(['a', 'b', 'c']);
      expect(ids(await orders.find({ orderBy: 'due', descending: true }))).toEqual(['c', 'b', 'a']);
    });

    test('an absent field equals nothing, lies in no range and comes first in order', async () => {
      const orders = fresh();
      await orders.insert(order('named', { buyer: 'Ann' }));
      await orders.insert({ ...order('nameless'), buyer: undefined });
      expect(await orders.get('nameless')).toEqual(order('nameless'));
      expect(ids(await orders.find({ where: { buyer: 'Ann' } }))).toEqual(['named']);
      expect(await orders.find({ where: { urgent: false } })).toEqual([]);
      expect(ids(await orders.find({ range: { field: 'buyer', gte: '' } }))).toEqual(['named']);
      expect(ids(await orders.find({ orderBy: 'buyer' }))).toEqual(['nameless', 'named']);
    });

    test('removes what a query names, and says how many', async () => {
      const orders = fresh();
      for (const due of [1, 2, 3, 4]) await orders.insert(order(`o${due}`, { due, state: due > 2 ? 'sent' : 'open' }));
      expect(await orders.remove({ where: { state: 'sent' }, range: { field: 'due', lt: 4 } })).toBe(1);
      expect(await orders.remove({ where: { id: 'o9' } })).toBe(0);
      expect(ids(await orders.find())).toEqual(['o1', 'o2', 'o4']);
    });

    test('refuses to remove everything, or anything by a value that is missing', async () => {
      const orders = fresh();
      await orders.insert(order('one'));
      await expect(orders.remove({})).rejects.toMatchObject({ code: 'REMOVE_REFUSED' });
      await expect(orders.remove({ range: { field: 'due' } })).rejects.toMatchObject({ code: 'REMOVE_REFUSED' });
      const missing = { where: JSON.parse('{"state":null}') };
      await expect(orders.remove(missing)).rejects.toMatchObject({ code: 'BAD_QUERY' });
      expect(await orders.count()).toBe(1);
    });

    test('odd ids and injections are data', async () => {
      const orders = fresh();
      for (const id of ODD_IDS) expect(await orders.insert(order(id, { buyer: id }))).toBe(true);
      for (const id of ODD_IDS) {
        expect(await orders.get(id)).toEqual(order(id, { buyer: id }));
        expect(ids(await orders.find({ where: { buyer: id } }))).toEqual([id]);
      }
      expect(await orders.count()).toBe(ODD_IDS.length);
      const operator = JSON.parse('{"where":{"buyer":{"$ne":1}}}');
      await expect(orders.find(operator)).rejects.toMatchObject({ code: 'BAD_QUERY' });
      const field = JSON.parse('{"where":{"id) OR (1=1":"x"}}');
      await expect(orders.remove(field)).rejects.toMatchObject({ code: 'BAD_QUERY' });
    });

    test('keeps names like operators, large documents, every script and exact numbers', async () => {
      const orders = fresh();
      const body = {
        args: { $from: 'create-cluster.clusterId', 'ack.aliyun.com': 'x', '': 1, '$set.a': [{ $key: true }] },
        text: `${'Node.js 电商 😀 ﷽ \u0000 \u2028 '.repeat(20_000)}`,
        numbers: [0, -1, 2 ** 31, Number.MAX_SAFE_INTEGER, 1.5e300, 0.1],
      };
      await orders.insert(order('large', { body, due: 1_790_000_000_000 }));
      expect(await orders.get('large')).toEqual(order('large', { body, due: 1_790_000_000_000 }));
    });

    test('a document the schema refuses is an error that names it, in get and in find', async () => {
      const orders = fresh();
      await orders.insert(JSON.parse('{"id":"old","rev":1,"state":"open","due":"tomorrow"}'));
      await orders.insert(order('good'));
      const named = { code: 'DOCUMENT_UNREADABLE', message: expect.stringMatching(/orders-.* old .*due/s) };
      await expect(orders.get('old')).rejects.toMatchObject(named);
      await expect(orders.find()).rejects.toMatchObject(named);
      expect(await orders.get('good')).toEqual(order('good'));
    });

    test('one name is one collection, two names are two', async () => {
      const collection = freshName();
      const [one, same, other] = [ordersIn(store, collection), ordersIn(store, collection), fresh()];
      await one.insert(order('one'));
      expect(await same.get('one')).toEqual(order('one'));
      expect(await other.get('one')).toBeUndefined();
    });

    test('answers a ping while it is open', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });

    test('what was answered is there after it is closed and opened again', async () => {
      const collection = freshName();
      const before = ordersIn(store, collection);
      await Promise.all(['a', 'b', 'c'].map((id) => before.insert(order(id))));
      await store.close();
      store = await open();
      const after = ordersIn(store, collection);
      expect(await after.replace(order('a', { rev: 2, due: 7 }))).toBe(true);
      expect(await after.find({ orderBy: 'due', descending: true })).toEqual([
        order('a', { rev: 2, due: 7 }),
        order('c'),
        order('b'),
      ]);
    });
  });
}
