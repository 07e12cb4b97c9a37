import { type Context, Hono } from 'hono';
import type { WhoIs } from './login.ts';
import { type ConsoleEnv, languageOf, type Refuse, readBody, viewerOf } from './refusal.ts';
import { proposeBody, type ReportRefusal, type ReportSource, reportBody, snoozeBody } from './wire.ts';

/** Health reports: the list, one of them, its charts, and what can be done about its findings. */
export function reportRoutes(reports: ReportSource | undefined, refuse: Refuse): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  if (!reports) return app.get('/reports', (c) => c.json({ reports: [], clusters: [], mayAct: false }));

  app.get('/reports', async (c) => {
    const cluster = c.req.query('cluster');
    return c.json(await reports.list(viewerOf(c), cluster ? { cluster } : {}));
  });
  app.post('/reports', async (c) => {
    const wish = await readBody(c, reportBody, refuse);
    if (wish instanceof Response) return wish;
    return answer(c, await reports.create(viewerOf(c), wish), 202);
  });
  app.get('/reports/:id', async (c) => {
    const found = await reports.get(viewerOf(c), c.req.param('id'));
    return found ? c.json(found) : refuse(c, 404, 'not-found');
  });
  app.get('/reports/:id/charts/:file', async (c) => {
    const [, name] = /^(.+)\.png$/.exec(c.req.param('file')) ?? [];
    const theme = c.req.query('theme') === 'dark' ? 'dark' : 'light';
    const picture = name && (await reports.png(viewerOf(c), c.req.param('id'), { name, theme }));
    return picture
      ? c.body(Uint8Array.from(picture), 200, { 'content-type': 'image/png' })
      : refuse(c, 404, 'not-found');
  });
  app.post('/reports/:id/plans', async (c) => {
    const body = await readBody(c, proposeBody, refuse);
    if (body instanceof Response) return body;
    return answer(c, await reports.propose(viewerOf(c), c.req.param('id'), body.item), 201);
  });
  app.post('/findings/:id/snooze', async (c) => {
    const body = await readBody(c, snoozeBody, refuse);
    if (body instanceof Response) return body;
    return answer(c, await reports.snooze(viewerOf(c), c.req.param('id'), body), 200);
  });
  app.delete('/findings/:id/snooze', async (c) => {
    const cluster = c.req.query('cluster') ?? '';
    return answer(c, await reports.snooze(viewerOf(c), c.req.param('id'), { cluster, until: undefined }), 200);
  });
  return app;

  function answer(c: Context, done: object | ReportRefusal, status: 200 | 201 | 202): Response {
    if (!('refused' in done)) return c.json(done, status);
    const refusal = done as ReportRefusal;
    const why = 'why' in refusal ? refusal.why : '';
    return refuse(c, STATUS[refusal.refused], `report-${refusal.refused}`, why);
  }
}

const STATUS = { operator: 403, unknown: 404, invalid: 400, impossible: 409 } as const satisfies Record<
  ReportRefusal['refused'],
  number
>;

/** A report as one document, behind the same login as the page. `?download` offers it as a file. */
export function reportPages(reports: ReportSource | undefined, whoIs: WhoIs): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  if (!reports) return app;
  app.get('/reports/:id', async (c, next) => {
    const user = await whoIs(c);
    if (!user) return c.redirect('/login.html');
    const id = c.req.param('id');
    const html = await reports.page({ user, language: languageOf(c) }, id);
    if (html === undefined) return next();
    const file = `attachment; filename="health-${id.replaceAll(/[^\w-]/g, '_')}.html"`;
    return c.body(html, 200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      ...(c.req.query('download') !== undefined && { 'content-disposition': file }),
    });
  });
  return app;
}
