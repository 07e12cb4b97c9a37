import type { CallLimits, Connection, RemoteTool } from './connection.ts';
import type { Pins } from './pins.ts';
import type { ToolInfo } from './types.ts';

/** A foreign server and the tools of it that the operator lists as reading. Its other tools do not exist for us. */
export interface ExtraServer {
  connection: Connection;
  readingTools: readonly string[];
}

/** A tool found by the name we know it by. */
export interface KnownTool {
  info: ToolInfo;
  connection: Connection;
  /** Its name on its server. */
  remoteName: string;
  foreign: boolean;
}

type Usable = { usable: true; description: RemoteTool } | { usable: false; code: 'TOOL_CHANGED' | 'TOOL_MISSING' };

/** Which tools there are. The lists of our own decide; what a server says adds a description or takes a tool away. */
export interface Catalogue {
  all(): ToolInfo[];
  find(name: string): KnownTool | undefined;
  /** Asks the server how the tool is now. Throws `ConnectionError`. */
  check(tool: KnownTool, limits: CallLimits): Promise<Usable>;
  /** Accepts a changed foreign tool as it is now; false when there is none of that name. Throws `ConnectionError`. */
  repin(name: string, limits: CallLimits): Promise<boolean>;
  /** Remembers why a server gives no answer, or undefined that it does, for `all`. */
  note(connection: Connection, unavailable: string | undefined): void;
}

/** Own tools keep their names; those of server S are called `S__NAME`, so none can stand in for another. */
export function createCatalogue(
  own: { connection: Connection; access: Readonly<Record<string, 'read' | 'write'>> },
  extras: readonly ExtraServer[],
  pins: Pins,
): Catalogue {
  const known = new Map<string, KnownTool>();
  const add = (name: string, access: 'read' | 'write', connection: Connection, remoteName: string, foreign: boolean) =>
    known.set(name, {
      info: { name, server: connection.name, access, description: '' },
      connection,
      remoteName,
      foreign,
    });
  for (const { connection, readingTools } of extras) {
    for (const tool of readingTools) add(`${connection.name}__${tool}`, 'read', connection, tool, true);
  }
  for (const [name, access] of Object.entries(own.access)) add(name, access, own.connection, name, false);
  const silent = new Map<Connection, string>();

  const describe = (tool: KnownTool, { description }: RemoteTool) => {
    tool.info = { name: tool.info.name, server: tool.info.server, access: tool.info.access, description };
  };

  async function look(tool: KnownTool, limits: CallLimits): Promise<RemoteTool | undefined> {
    return (await tool.connection.tools(limits)).find(({ name }) => name === tool.remoteName);
  }

  return {
    all: () =>
      [...known.values()].map(({ info, connection }) => {
        const reason = silent.get(connection);
        return reason === undefined ? info : { ...info, unavailable: reason };
      }),
    find: (name) => known.get(name),
    async check(tool, limits) {
      const remote = await look(tool, limits);
      const code = !remote
        ? 'TOOL_MISSING'
        : tool.foreign && !(await pins.holds(tool.connection.name, remote))
          ? 'TOOL_CHANGED'
          : undefined;
      if (!remote || code) {
        tool.info = { ...tool.info, unavailable: code ?? 'TOOL_MISSING' };
        return { usable: false, code: code ?? 'TOOL_MISSING' };
      }
      describe(tool, remote);
      return { usable: true, description: remote };
    },
    async repin(name, limits) {
      const tool = known.get(name);
      const remote = tool?.foreign ? await look(tool, limits) : undefined;
      if (!tool || !remote) return false;
      await pins.repin(tool.connection.name, remote);
      describe(tool, remote);
      return true;
    },
    note(connection, unavailable) {
      if (unavailable === undefined) silent.delete(connection);
      else silent.set(connection, unavailable);
    },
  };
}
