import type { UserRef } from '../chat/types.ts';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Why a tool call failed. Codes are the vendor's own where there is one. */
export interface ToolError {
  code: string;
  message: string;
  requestId?: string;
  retryable: boolean;
  /** The effect may have happened (time-out, lost connection, 5xx after sending): look before trying again. */
  ambiguous: boolean;
  /** The next move, in plain words. */
  hint?: string;
  details?: Json;
}

export type ToolResult = { ok: true; data: JsonObject } | { ok: false; error: ToolError };

export interface ToolCall {
  tool: string;
  args: JsonObject;
  /** On whose behalf: for the audit log and rights. */
  actor: UserRef | 'system';
  signal?: AbortSignal;
  /** Default 30,000. */
  timeoutMs?: number;
}

/** What lets a write pass: only the task runner makes one, for one step of one approved plan. */
export interface Grant {
  planId: string;
  approvalId: string;
  taskId: string;
  stepId: string;
  idempotencyKey: string;
  fence: number;
}

export interface ToolInfo {
  name: string;
  server: string;
  access: 'read' | 'write';
  /** The server's own words; empty until it was first reached. */
  description: string;
  /** Why it cannot be called just now. */
  unavailable?: string;
}

/** How a tool describes itself: the server's own words, which are a hint and never the gate. */
export interface ToolDescription {
  description: string;
  /** JSON Schema of its arguments. */
  inputSchema: JsonObject;
}

/** The one gate to every hand. It audits writes first, applies the kill switch, injects the approval token and redacts what comes back. */
export interface ToolGateway {
  tools(): ToolInfo[];
  /** Undefined where there is no such tool, or it cannot be called just now. Never throws. */
  describe?(tool: string, signal?: AbortSignal): Promise<ToolDescription | undefined>;
  /** Refuses every tool that is not on the list of reading tools. Never throws. */
  read(call: ToolCall): Promise<ToolResult>;
  /** Refuses without a grant that names exactly this step. Never throws. */
  write(call: ToolCall, grant: Grant): Promise<ToolResult>;
}
