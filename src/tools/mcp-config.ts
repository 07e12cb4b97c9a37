import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { ExtraServer } from './catalogue.ts';
import { connectHttp, connectStdio } from './mcp.ts';

const readingTools = z.array(z.string().min(1)).default([]);
const texts = z.record(z.string(), z.string()).default({});
const local = z.strictObject({
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: texts,
  readingTools,
});
const remote = z.strictObject({ url: z.url({ protocol: /^https?$/ }), headers: texts, readingTools });
/** Names become prefixes of tools (`NAME__TOOL`) and must fit what models accept. */
const serverName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'Use lower case letters, digits and -')
  .refine((name) => name !== 'ack', 'ack is the name of our own server');
const configSchema = z.strictObject({ mcpServers: z.record(serverName, z.union([local, remote])) });

export type McpConfig = z.infer<typeof configSchema>;

/** A `mcp.json` that cannot be used: code `MCP_CONFIG_INVALID`, with the line (from 1) where that is known. */
export class McpConfigError extends Error {
  override readonly name = 'McpConfigError';
  readonly code = 'MCP_CONFIG_INVALID';
  readonly line: number | undefined;

  constructor(file: string, line: number | undefined, why: string) {
    super(`${file}${line === undefined ? '' : `:${line}`}: ${why}. Mend the file, or unset MCP_FILE`);
    this.line = line;
  }
}

/** Reads the text of a `mcp.json`. `${VAR}` in values of `env` and `headers` is replaced by that variable, and only by those in `variables`. */
export function parseMcpConfig(
  text: string,
  { file, variables }: { file: string; variables: Readonly<Record<string, string>> },
): McpConfig {
  // Read as YAML, of which JSON is a part, because that parser knows the line of every value.
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'json' });
  const [wrong] = document.errors;
  if (wrong)
    throw new McpConfigError(file, lines.linePos(wrong.pos[0]).line, wrong.message.split('\n')[0] ?? 'not JSON');

  const lineOf = (path: readonly PropertyKey[]): number | undefined => {
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      const range = rangeOf.safeParse(node);
      if (range.success) return lines.linePos(range.data.range[0]).line;
    }
    return undefined;
  };
  const parsed = configSchema.safeParse(document.toJS());
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path ?? [];
    throw new McpConfigError(
      file,
      lineOf(path),
      `${path.join('.') || 'the file'}: ${issue?.message ?? 'is not as it should be'}`,
    );
  }
  for (const [name, server] of Object.entries(parsed.data.mcpServers)) {
    const part = 'url' in server ? 'headers' : 'env';
    const values = 'url' in server ? server.headers : server.env;
    for (const [key, value] of Object.entries(values)) {
      values[key] = value.replace(/\$\{(\w+)\}/g, (_, variable: string) => {
        if (Object.hasOwn(variables, variable)) return variables[variable] ?? '';
        throw new McpConfigError(
          file,
          lineOf(['mcpServers', name, part, key]),
          `${variable} is not set, or not a variable that may be used here`,
        );
      });
    }
  }
  return parsed.data;
}

const rangeOf = z.object({ range: z.tuple([z.number()]).rest(z.number()) });

/** The servers of a config, not yet connected. */
export function extraServers({ mcpServers }: McpConfig): ExtraServer[] {
  return Object.entries(mcpServers).map(([name, server]) => ({
    connection: 'url' in server ? connectHttp(name, server) : connectStdio(name, server),
    readingTools: server.readingTools,
  }));
}
