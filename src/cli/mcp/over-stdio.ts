import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { leaveStdout } from '#cli/report';
import { mcpServer } from './server.js';
import type { ToolParts } from './tool.js';

/** Serves the program that started this one, until that closes standard input or the signal aborts. */
export async function serveStdio(parts: ToolParts, signal: AbortSignal): Promise<void> {
  leaveStdout();
  const server = mcpServer(parts);
  const ended = new Promise<void>((end) => {
    process.stdin.once('end', end).once('close', end);
    signal.addEventListener('abort', () => {
      end();
    });
    server.server.onclose = end;
  });
  await server.connect(new StdioServerTransport());
  await ended;
  await server.close(); // cancels what runs
}
