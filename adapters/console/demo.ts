import { type Context, Hono } from 'hono';
import { type ConsoleEnv, type Refuse, viewerOf } from './refusal.ts';
import type { DemoSource } from './wire.ts';

/** The demo menu: faults of the simulated world, switched on and off. Without such a world there is nothing here. */
export function demoRoutes(demo: DemoSource | undefined, refuse: Refuse): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  if (!demo) return app;
  const act = async (c: Context<ConsoleEnv>, id: string, what: 'break' | 'mend') => {
    const done = await demo.act(viewerOf(c), id, what);
    if ('ok' in done) return c.json(done);
    return done.refused === 'operator'
      ? refuse(c, 403, 'demo-forbidden')
      : refuse(c, 409, 'demo-refused', done.refused);
  };
  app.get('/demo', async (c) => c.json(await demo.list(viewerOf(c))));
  app.post('/demo/:id/break', (c) => act(c, c.req.param('id'), 'break'));
  app.post('/demo/:id/mend', (c) => act(c, c.req.param('id'), 'mend'));
  return app;
}
