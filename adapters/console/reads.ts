import { type Context, Hono } from 'hono';
import type { Transcript } from '../../src/chat/transcript.ts';
import { type ConsoleEnv, type Refuse, viewerOf } from './refusal.ts';
import type { ApprovalView, ConsoleSources } from './wire.ts';

/** The lists behind the page's boards. Who may see what is the sources' to decide. */

const AUDIT_PAGE = 100;

/** The reading routes. */
export function readRoutes(sources: ConsoleSources, transcript: Transcript, refuse: Refuse): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/tasks', async (c) => c.json(await sources.tasks(viewerOf(c))));
  app.get('/tasks/:id', async (c) => {
    const task = await sources.task(viewerOf(c), c.req.param('id'));
    return task ? c.json(task) : refuse(c, 404, 'not-found');
  });
  app.get('/approvals', async (c) => {
    const waiting = await sources.approvals(viewerOf(c));
    return c.json(await Promise.all(waiting.map((approval) => withCard(approval, transcript))));
  });
  app.get('/audit', async (c) => {
    const before = Number(c.req.query('before'));
    const page = { limit: AUDIT_PAGE, ...(before > 0 ? { before } : {}) };
    return c.json(await sources.audit(viewerOf(c), page));
  });
  app.get('/clusters', async (c) => c.json(await sources.clusters(viewerOf(c))));
  app.get('/incidents', async (c) => {
    const before = Number(c.req.query('before'));
    const page = { state: stateOf(c), ...(before > 0 ? { before } : {}) };
    return c.json(await sources.incidents(viewerOf(c), page));
  });
  app.get('/incidents/:id', async (c) => {
    const incident = await sources.incident(viewerOf(c), c.req.param('id'));
    return incident ? c.json(incident) : refuse(c, 404, 'not-found');
  });
  return app;
}

/** Without a word: all of them. */
const stateOf = (c: Context): 'open' | 'all' => (c.req.query('state') === 'open' ? 'open' : 'all');

/** An approver decides on what the asker saw: the card itself, where it was shown in this console. */
async function withCard(approval: ApprovalView, transcript: Transcript): Promise<ApprovalView> {
  const card = approval.card ?? (await transcript.card(approval.cardId));
  return card ? { ...approval, card } : approval;
}
