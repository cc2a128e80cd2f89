import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { leaveStdout, tell } from '#cli/report';
import { FoldError } from '#errors';
import type { ServerSettings } from '#server/settings';
import { isForThisMachine } from '#server/http/this-machine';
import { startGuarded, type GuardedRequest } from '#server/http/guarded-app';
import { mcpServer } from './server.js';
import type { ToolParts } from './tool.js';

/** Where clients find the server. */
const PATH = '/mcp';
/** Sessions at a time; beyond them that one is closed of the client with most which has been silent for longest. */
const MOST_SESSIONS = 32;
const SESSION_HEADER = 'mcp-session-id';

/**
 * Serves programs over streamable HTTP until the signal aborts.
 *
 * @param parts what all connections share
 * @param config `HOST`, `PORT`, `API_KEYS`, `ALLOWED_HOSTS`, `ALLOWED_ORIGINS` and the limits of requests mean the same as for `codonfold serve`
 * @throws FoldError `CONFIG_INVALID` where the port is taken, or others could use it without a key
 */
export async function serveHttp(
  parts: ToolParts,
  config: ServerSettings,
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

interface Session {
  readonly client: string;
  readonly transport: StreamableHTTPServerTransport;
}

/** Sessions by their ids, the one that has been silent for longest first. */
class Sessions {
  readonly #parts: ToolParts;
  readonly #open = new Map<string, Session>();

  constructor(parts: ToolParts) {
    this.#parts = parts;
  }

  async handle({ request, response, client, body }: GuardedRequest): Promise<void> {
    const id = request.headers[SESSION_HEADER];
    const transport = typeof id === 'string' ? this.#resume(id, client) : await this.#begin(client);
    await transport.handleRequest(request, response, body);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ transport }) => transport.close()));
  }

  /** @throws FoldError `NOT_FOUND`, after which clients begin again */
  #resume(id: string, client: string): StreamableHTTPServerTransport {
    const session = this.#open.get(id);
    if (session?.client !== client) throw new FoldError('NOT_FOUND', 'this MCP session has ended');
    this.#open.delete(id);
    this.#open.set(id, session);
    return session.transport;
  }

  /** It has an id, and is kept, once it has been asked to initialise; the transport refuses anything else. */
  async #begin(client: string): Promise<StreamableHTTPServerTransport> {
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: async (id) => {
        this.#open.set(id, { client, transport });
        if (this.#open.size > MOST_SESSIONS) await this.#oldestOfMost().close();
      },
    });
    transport.onclose = () => {
      if (transport.sessionId !== undefined) this.#open.delete(transport.sessionId);
    };
    await mcpServer({ ...this.#parts, client }).connect(transport);
    return transport;
  }
  /** Of the client that has most, the session that has been silent for longest. */
  #oldestOfMost(): StreamableHTTPServerTransport {
    const byClient = new Map<string, StreamableHTTPServerTransport[]>();
    for (const { client, transport } of this.#open.values())
      byClient.set(client, [...(byClient.get(client) ?? []), transport]);
    const [most] = [...byClient.values()].sort((a, b) => b.length - a.length);
    return most![0]!;
  }
}
