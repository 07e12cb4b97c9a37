import { readFileSync } from 'node:fs';
import type { ExtraServer } from '../tools/catalogue.ts';
import { extraServers, parseMcpConfig } from '../tools/mcp-config.ts';

/** The MCP servers of `mcp.json`, not yet connected; none where there is no such file. Its values may name variables that begin with `MCP_`. */
export function readExtraServers(file: string, environment: Record<string, string | undefined>): ExtraServer[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  const variables = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      name.startsWith('MCP_') && value !== undefined ? [[name, value] as const] : [],
    ),
  );
  return extraServers(parseMcpConfig(text, { file, variables }));
}
