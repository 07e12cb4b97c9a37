import { Hono } from 'hono';
import { messageOf, pastedBody } from './preview-body.ts';
import { type ConsoleEnv, type Refuse, readBody, viewerOf } from './refusal.ts';
import type { PreviewSource } from './wire.ts';

/** Cards in all their renderings, for the page `/preview`. Without a source there is nothing here. */
export function previewRoutes(preview: PreviewSource | undefined, refuse: Refuse): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  if (!preview) return app;
  app.use('/preview/*', async (c, next) =>
    preview.allows(viewerOf(c)) ? next() : refuse(c, 403, 'preview-forbidden'),
  );
  app.get('/preview/cards', async (c) => c.json(await preview.list(viewerOf(c))));
  app.get('/preview/cards/:id', async (c) => {
    const view = await preview.render(viewerOf(c), { id: c.req.param('id') });
    return view ? c.json(view) : refuse(c, 404, 'not-found');
  });
  app.post('/preview/pasted', async (c) => {
    const body = await readBody(c, pastedBody, refuse);
    if (body instanceof Response) return body;
    const viewer = viewerOf(c);
    return c.json(await preview.render(viewer, { message: messageOf(body, viewer.language) }));
  });
  return app;
}
