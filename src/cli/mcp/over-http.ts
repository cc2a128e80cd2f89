import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { leaveStdout, tell } from '#cli/report';
import { FoldError } from '#errors';
import type { ServerConfig } from '#server/config';
import { isForThisMachine } from '#server/http/this-machine';
import { startGuarded, type GuardedRequest } from '#server/http/guarded-app';
import { mcpServer } from './server.js';
import type { ToolParts } from './tool.js';

/** Where clients find the server. */
const PATH = '/mcp';
/** Connections at a time; beyond them the one that has been silent for longest is closed. */
const MOST_SESSIONS = 32;
const SESSION_HEADER = 'mcp-session-id';

/**
 * Serves programs over streamable HTTP until the signal aborts.
 *
 * @param parts what all connections share
 * @param config `HOST`, `PORT`, `API_KEYS`, `ALLOWED_HOSTS` and `ALLOWED_ORIGINS` mean the same as for `codonfold serve`
 * @throws FoldError `CONFIG_INVALID` where the port is taken, or others could use it without a key
 */
export async function serveHttp(
  parts: ToolParts,
  config: ServerConfig,
  signal: AbortSignal,
): Promise<void> {
  if (config.API_KEYS === undefined && !isForThisMachine(config))
    throw new FoldError(
      'CONFIG_INVALID',
      `anybody who reaches this address could use the models of this machine: ${config.HOST}`,
      {
        hint: 'set API_KEYS in the environment, or leave --host out',
      },
    );
  leaveStdout();
  const sessions = new Sessions(parts);
  const running = await startGuarded(config, PATH, (request) => sessions.handle(request));
  tell(`codonfold's MCP server is at ${running.url}${PATH}`);
  if (!signal.aborted) await once(signal, 'abort');
  await sessions.close();
  await running.close();
}

/** Connections by their ids, the one that has been silent for longest first. */
class Sessions {
  readonly #parts: ToolParts;
  readonly #open = new Map<string, StreamableHTTPServerTransport>();

  constructor(parts: ToolParts) {
    this.#parts = parts;
  }

  async handle({ request, response }: GuardedRequest): Promise<void> {
    const id = request.headers[SESSION_HEADER];
    const transport = typeof id === 'string' ? this.#resume(id) : await this.#begin();
    await transport.handleRequest(request, response);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((transport) => transport.close()));
  }

  /** @throws FoldError `NOT_FOUND`, after which clients begin again */
  #resume(id: string): StreamableHTTPServerTransport {
    const transport = this.#open.get(id);
    if (!transport) throw new FoldError('NOT_FOUND', 'this MCP session has ended');
    this.#open.delete(id);
    this.#open.set(id, transport);
    return transport;
  }

  /** It has an id, and is kept, once it has been asked to initialise; the transport refuses anything else. */
  async #begin(): Promise<StreamableHTTPServerTransport> {
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: async (id) => {
        this.#open.set(id, transport);
        const [oldest] = this.#open.values();
        if (this.#open.size > MOST_SESSIONS) await oldest?.close();
      },
    });
    transport.onclose = () => {
      if (transport.sessionId !== undefined) this.#open.delete(transport.sessionId);
    };
    await mcpServer(this.#parts).connect(transport);
    return transport;
  }
}
