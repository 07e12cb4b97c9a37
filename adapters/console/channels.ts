import { Hono } from 'hono';
import { type ConsoleEnv, type Refuse, readBody, viewerOf } from './refusal.ts';
import { type ChannelRefusal, type ConsoleSources, channelBody } from './wire.ts';

/** What is told in which channel, and how the chat platforms are reached. */
export function channelRoutes({ channels, connections }: ConsoleSources, refuse: Refuse): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/connections', (c) => c.json(connections?.() ?? []));
  if (!channels) return app;
  app.get('/channels', async (c) => c.json(await channels.list(viewerOf(c))));
  app.put('/channels/:key', async (c) => {
    const form = await readBody(c, channelBody, refuse);
    if (form instanceof Response) return form;
    const done = await channels.set(viewerOf(c), c.req.param('key'), form);
    return 'refused' in done ? refuse(c, STATUS[done.refused], `channel-${done.refused}`) : c.json(done);
  });
  app.delete('/channels/:key', async (c) => {
    const done = await channels.remove(viewerOf(c), c.req.param('key'));
    return 'refused' in done ? refuse(c, STATUS[done.refused], `channel-${done.refused}`) : c.json(done);
  });
  return app;
}

const STATUS = { operator: 403, stale: 409, unknown: 404, invalid: 400 } as const satisfies Record<
  ChannelRefusal['refused'],
  number
>;
