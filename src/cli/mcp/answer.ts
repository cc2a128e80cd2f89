import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

/** A content block of an answer. */
export type Content = CallToolResult['content'][number];

/** What a tool answers: lines for a reader, and the same as data for a program. */
export interface Answer {
  readonly lines: readonly string[];
  readonly data: Record<string, unknown>;
  /** Files that come with it. */
  readonly attached?: readonly Content[];
  /** Whether nothing of what was asked for came out. */
  readonly isFailure?: boolean;
}
