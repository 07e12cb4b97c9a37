import { z } from 'zod';
import { mintApprovalToken } from '../approvals/token.ts';
import type { Audit, AuditEntry } from '../audit/audit.ts';
import { userKey } from '../chat/types.ts';
import { createCatalogue, type ExtraServer, type KnownTool } from './catalogue.ts';
import { aborted, type CallLimits, type Connection, ConnectionError, type RemoteTool } from './connection.ts';
import { createLimiter } from './limiter.ts';
import { fromFailure, fromReply, refused } from './outcome.ts';
import type { Pins } from './pins.ts';
import { holdsPlaceholder, type Redactor } from './redaction.ts';
import type { Grant, JsonObject, ToolCall, ToolDescription, ToolError, ToolGateway, ToolResult } from './types.ts';

export interface GatewayOptions {
  /** Our own server and which of its tools read and which write; a tool that is not named does not exist. */
  own: { connection: Connection; access: Readonly<Record<string, 'read' | 'write'>> };
  extras: readonly ExtraServer[];
  pins: Pins;
  audit: Audit;
  approvalSecret: string;
  /** Why every change is stopped, or undefined. Throwing counts as stopped. */
  isStopped: () => Promise<string | undefined>;
  redactor: Redactor;
  clock: () => number;
  log: { warn(data: object, message: string): void };
}

export interface Gateway extends ToolGateway {
  describe(tool: string, signal?: AbortSignal): Promise<ToolDescription | undefined>;
  /** Accepts a changed tool of an extra server as it is now. Never throws. */
  repin(tool: string): Promise<ToolResult>;
  close(): Promise<void>;
}

/** A token outlives its minting by this much, so what a sleeping process sends late is refused. */
const approvalLifetimeMs = 30_000;
const defaultTimeoutMs = 30_000;
const callsAtOnce = 8;
/** How long a server that gave no answer is left alone before `tools` has it asked again. */
const askAgainMs = 15_000;

const grantSchema = z.object({
  planId: z.string().min(1),
  approvalId: z.string().min(1),
  taskId: z.string().min(1),
  stepId: z.string().min(1),
  idempotencyKey: z.string().min(1),
  fence: z.number().int().nonnegative(),
});

/** The gate to every hand. Extra servers are reached in the background, so a dead one delays nothing. */
export function createGateway(options: GatewayOptions): Gateway {
  const { own, extras, clock, redactor } = options;
  const catalogue = createCatalogue(own, extras, options.pins);
  const connections = [own.connection, ...extras.map(({ connection }) => connection)];
  const limiters = new Map(connections.map((connection) => [connection, createLimiter(callsAtOnce)]));
  const askedAt = new Map<Connection, number>();

  async function introduce(connection: Connection): Promise<void> {
    askedAt.set(connection, clock());
    const limits = limitsOf({ timeoutMs: defaultTimeoutMs });
    try {
      for (const { name, server } of catalogue.all()) {
        const tool = server === connection.name && catalogue.find(name);
        if (tool) await catalogue.check(tool, limits);
      }
      catalogue.note(connection, undefined);
    } catch (thrown) {
      unavailable(connection, thrown);
    }
  }

  function unavailable(connection: Connection, thrown: unknown): void {
    const reason = redactor.text(thrown instanceof Error ? thrown.message : String(thrown));
    catalogue.note(connection, reason);
    options.log.warn({ server: connection.name, reason }, 'MCP server unavailable');
  }

  /** Waits for a place, checks that the tool is still what it was, and works; failures become results. */
  async function guarded(
    tool: KnownTool,
    limits: CallLimits,
    work: (remote: RemoteTool) => Promise<ToolResult>,
  ): Promise<ToolResult> {
    const limited = limiters.get(tool.connection);
    if (!limited) return refused('UNKNOWN_TOOL', `There is no tool ${tool.info.name}.`, 'Ask for the list of tools.');
    try {
      return await limited(limits.signal, async () => {
        const usable = await catalogue.check(tool, limits);
        catalogue.note(tool.connection, undefined);
        return usable.usable ? work(usable.description) : unusable(tool, usable.code);
      });
    } catch (thrown) {
      if (thrown instanceof ConnectionError && thrown.code === 'SERVER_UNREACHABLE')
        unavailable(tool.connection, thrown);
      return notSent(fromFailure(limits.signal.aborted ? aborted(tool.connection.name, limits, false) : thrown));
    }
  }

  async function redacted(result: ToolResult): Promise<ToolResult> {
    return result.ok
      ? { ok: true, data: await redactor.object(result.data) }
      : { ok: false, error: await redactError(redactor, result.error) };
  }

  for (const { connection } of extras) introduce(connection);

  return {
    tools() {
      const listed = catalogue.all();
      for (const connection of connections) {
        const silent = listed.some(
          ({ server, unavailable: reason }) => server === connection.name && reason !== undefined,
        );
        if (silent && clock() - (askedAt.get(connection) ?? 0) >= askAgainMs) introduce(connection);
      }
      return listed;
    },

    async describe(name, signal) {
      const tool = catalogue.find(name);
      try {
        const checked = tool && (await catalogue.check(tool, limitsOf(signal ? { signal } : {})));
        if (!checked?.usable) return undefined;
        const { description, inputSchema } = checked.description;
        return { description: redactor.text(description), inputSchema };
      } catch {
        return undefined;
      }
    },

    async read(call) {
      const tool = catalogue.find(call.tool);
      if (tool?.info.access !== 'read') return notListed(call.tool, 'reading');
      const limits = limitsOf(call);
      const once = () =>
        guarded(tool, limits, async (remote) => {
          const unknown = unknownArgument(remote, call.args);
          return unknown === undefined ? send(tool, call.args, limits) : unknownArgs(call.tool, unknown);
        });
      let result = await once();
      if (!result.ok && result.error.code === 'CONNECTION_LOST') result = await once();
      return redacted(notSent(result)).catch(() => redactionFailed);
    },

    async write(call, grant) {
      const tool = catalogue.find(call.tool);
      if (tool?.info.access !== 'write') return notListed(call.tool, 'writing');
      const limits = limitsOf(call);
      const result = await guarded(tool, limits, () => carryOut(options, tool, call, grant, limits));
      return redacted(result).catch(() => ({ ok: false, error: { ...redactionFailed.error, ambiguous: true } }));
    },

    async repin(name) {
      try {
        const found = await catalogue.repin(name, limitsOf({}));
        return found ? { ok: true, data: { tool: name } } : notListed(name, 'foreign');
      } catch (thrown) {
        return redacted(notSent(fromFailure(thrown)));
      }
    },

    async close() {
      await Promise.allSettled(connections.map((connection) => connection.close()));
    },
  };
}

/** The order is the promise: stopped? granted? written down? only then the call, and then what became of it. */
async function carryOut(
  options: GatewayOptions,
  tool: KnownTool,
  call: ToolCall,
  grant: Grant,
  limits: CallLimits,
): Promise<ToolResult> {
  const stopped = await options.isStopped().catch(() => 'the kill switch cannot be read');
  if (stopped !== undefined)
    return refused('STOPPED', `All changes are stopped: ${stopped}`, 'Lift the stop, then retry the task.');
  if (!grantSchema.safeParse(grant).success) {
    return refused(
      'GRANT_REQUIRED',
      `${call.tool} was not carried out: no grant of an approved plan.`,
      'Propose a plan and have it approved.',
    );
  }
  const { approval: given, idempotencyKey = grant.idempotencyKey, ...rest } = call.args;
  if (given !== undefined || idempotencyKey !== grant.idempotencyKey) {
    return refused('INVALID_ARGUMENT', '`approval` and `idempotencyKey` are set by the gateway.', 'Leave them out.');
  }
  if (holdsPlaceholder(rest)) {
    return refused(
      'SECRET_PLACEHOLDER',
      `${call.tool} was not carried out: an argument holds a placeholder instead of a secret.`,
      'Make this change by hand, where the secret is known.',
    );
  }
  const args = { ...rest, idempotencyKey };
  const told = {
    action: call.tool,
    actor: call.actor === 'system' ? 'system' : userKey(call.actor),
    subject: `${grant.taskId}/${grant.stepId}`,
  };
  const intent = await intend(options, told, grant, args);
  if (intent) return intent;
  limits.signal.throwIfAborted();
  const { planId, stepId, fence } = grant;
  const expiresAt = options.clock() + approvalLifetimeMs;
  const token = mintApprovalToken(options.approvalSecret, {
    planId,
    stepId,
    tool: tool.remoteName,
    args,
    fence,
    expiresAt,
  });
  const result = await send(tool, { ...args, approval: { planId, stepId, token } }, limits);
  await tellOutcome(options, told, grant, result);
  return result;
}

type Told = Pick<AuditEntry, 'action' | 'actor' | 'subject'>;

/** Writes the intent to the audit log; a refusal when that fails. */
async function intend(
  { audit, redactor }: GatewayOptions,
  told: Told,
  grant: Grant,
  args: JsonObject,
): Promise<ToolResult | undefined> {
  try {
    const { planId, approvalId, fence } = grant;
    const details = { planId, approvalId, fence, args: await redactor.object(args) };
    await audit.append({ ...told, outcome: 'intended', details });
    return undefined;
  } catch {
    const message = 'The audit log cannot be written, so nothing was changed.';
    const error = {
      code: 'AUDIT_UNAVAILABLE',
      message,
      retryable: true,
      ambiguous: false,
      hint: 'Check the store, then retry the task.',
    };
    return { ok: false, error };
  }
}

/** What happened has happened: a failure here is logged, never turned into the failure of the call. */
async function tellOutcome(
  { audit, redactor, log }: GatewayOptions,
  told: Told,
  grant: Grant,
  result: ToolResult,
): Promise<void> {
  try {
    const outcome = result.ok ? 'done' : result.error.ambiguous ? 'unknown' : 'failed';
    const about = result.ok ? { result: result.data } : { code: result.error.code, message: result.error.message };
    await audit.append({ ...told, outcome, details: { planId: grant.planId, ...(await redactor.object(about)) } });
  } catch (thrown) {
    const reason = redactor.text(thrown instanceof Error ? thrown.message : String(thrown));
    log.warn({ ...told, reason }, 'Outcome missing in the audit log');
  }
}

async function send(tool: KnownTool, args: JsonObject, limits: CallLimits): Promise<ToolResult> {
  try {
    return fromReply(await tool.connection.call(tool.remoteName, args, limits));
  } catch (thrown) {
    return fromFailure(thrown);
  }
}

/** Redacted whole, then shortened. */
async function redactError(redactor: Redactor, error: ToolError): Promise<ToolError> {
  const { message, hint, details, ...rest } = error;
  const safe = await redactor.object({
    message,
    ...(hint !== undefined && { hint }),
    ...(details !== undefined && { details }),
  });
  return {
    ...rest,
    message: clipped(String(safe.message)),
    ...(safe.hint !== undefined && { hint: clipped(String(safe.hint)) }),
    ...(safe.details !== undefined && { details: safe.details }),
  };
}

const clipped = (text: string): string => (text.length > 2000 ? `${text.slice(0, 2000)}…` : text);

function limitsOf({ signal, timeoutMs = defaultTimeoutMs }: Pick<ToolCall, 'signal' | 'timeoutMs'>): CallLimits {
  const deadline = AbortSignal.timeout(timeoutMs);
  return { timeoutMs, signal: signal ? AbortSignal.any([signal, deadline]) : deadline };
}

/** The first argument that the tool does not take, where its schema is closed or says nothing about others. */
function unknownArgument({ inputSchema }: RemoteTool, args: JsonObject): string | undefined {
  const { properties = {}, additionalProperties = false } = inputSchema;
  if (additionalProperties !== false || typeof properties !== 'object' || properties === null) return undefined;
  return Object.keys(args).find((key) => !Object.hasOwn(properties, key));
}

const unknownArgs = (tool: string, key: string) =>
  refused('INVALID_ARGUMENT', `${tool} takes no argument ${key}.`, 'Leave it out.');

const notListed = (tool: string, kind: 'reading' | 'writing' | 'foreign') =>
  refused('TOOL_REFUSED', `${tool} is not on the list of ${kind} tools.`, 'Use a listed tool by its exact name.');

const unusable = ({ info }: KnownTool, code: 'TOOL_CHANGED' | 'TOOL_MISSING') =>
  code === 'TOOL_CHANGED'
    ? refused(
        code,
        `${info.name} no longer describes itself as when it was approved.`,
        'Look at the server, then approve the tool again.',
      )
    : refused(
        code,
        `${info.server} no longer offers ${info.name}.`,
        'Compare readingTools in mcp.json with what the server lists.',
      );

/** For a call that changes nothing or was never made: there is no effect to look for. */
const notSent = (result: ToolResult): ToolResult =>
  result.ok ? result : { ok: false, error: { ...result.error, ambiguous: false } };

const redactionFailed = {
  ok: false as const,
  error: {
    code: 'REDACTION_FAILED',
    message: 'The answer could not be made safe to show.',
    retryable: false,
    ambiguous: false,
  },
};
