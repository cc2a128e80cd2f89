import type { Command } from 'commander';
import { addEngineOptions, addPrecisionOption, type EngineFlags } from '#cli/engine-options';
import { interruptSignal } from '#cli/interrupt';
import { KeptModel } from '#cli/mcp/kept-model';
import { serveHttp } from '#cli/mcp/over-http';
import { serveStdio } from '#cli/mcp/over-stdio';
import { toolHelpers } from '#cli/mcp/tool-helpers';
import { ResultFolder } from '#cli/mcp/results';
import { makeResultFolder } from '#cli/result-folder';
import { wholeNumber } from '#cli/sequence-options';
import { FoldError } from '#errors';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import { isCertain } from '#tensor/engine/open-engine';
import { readSettings } from '#server/settings';
import { Places } from '#server/places';
import { Turns } from '#server/turns';

interface McpFlags extends EngineFlags {
  readonly out: string;
  readonly model: string;
  readonly http?: true;
  readonly host?: string;
  readonly port?: number;
}

/** Where `--http` listens. */
const PORT = 3333;

const HELP = `
Tools: predict, translate, compare, mutate and models. Structures and scores are written into the folder that -o names; answers
say where, and how far a prediction can be trusted. Nothing leaves this machine, unless a client asks for templates from the PDB.

Most clients start the server themselves; their configuration names it like this:
  { "mcpServers": { "codonfold": { "command": "npx", "args": ["codonfold", "mcp", "-o", "/home/me/structures"] } } }

With --http the server runs by itself, at http://127.0.0.1:${PORT}/mcp. It takes requests from this machine only; with
another --host, set API_KEYS in the environment, and clients send "Authorization: Bearer KEY". Over HTTP no files are read
but those in the folder. ALLOWED_HOSTS, ALLOWED_ORIGINS, MAX_BODY_KB, CLIENT_REQUESTS, RATE_LIMIT, READ_RATE_LIMIT and
SEND_SECONDS mean the same as for "codonfold serve".

Examples:
  $ codonfold mcp -o structures
  $ codonfold mcp -o structures --http --port 4000 --model esmfold_v1`;

/** Adds `codonfold mcp`. */
export function addMcp(program: Command): void {
  const command = program
    .command('mcp')
    .summary('offer these tools to AI agents, over the Model Context Protocol')
    .description(
      'Offer predict, translate, compare, mutate and models to AI agents and other programs that speak the Model Context Protocol, over standard input and output.',
    )
    .requiredOption('-o, --out <dir>', 'folder for the results, created if missing')
    .option('--model <name|dir>', 'model for requests that name none', DEFAULT_MODEL)
    .option('--http', 'serve over HTTP instead of standard input and output')
    .option('--host <address>', 'address to listen on with --http; 127.0.0.1 if left out')
    .option('--port <number>', `port to listen on with --http; ${PORT} if left out`, wholeNumber);
  addPrecisionOption(addEngineOptions(command))
    .addHelpText('after', HELP)
    .action(async (flags: McpFlags) => {
      const { out, model, http = false, host = '127.0.0.1', port = PORT } = flags;
      const { device, precision, threads } = flags;
      if (!http && (flags.host !== undefined || flags.port !== undefined))
        throw new FoldError('USAGE', '--host and --port are for --http');
      const signal = interruptSignal();
      const config = readSettings();
      const kept = new KeptModel();
      const helpers = toolHelpers();
      try {
        // A device that was named opens now, or the command ends.
        if (!isCertain(flags)) await kept.use(model, flags, () => Promise.resolve());
        makeResultFolder(out);
        const parts = {
          results: new ResultFolder(out, http),
          model: kept,
          helpers,
          calls: new Places(http ? config.CLIENT_REQUESTS : 0, 'calls'),
          stop: signal,
          turns: new Turns(1),
          client: '',
          engine: { device, precision, threads },
          defaultModel: model,
        };
        if (http) await serveHttp(parts, { ...config, HOST: host, PORT: port }, signal);
        else await serveStdio(parts, signal);
      } finally {
        await Promise.all([kept.close(), helpers.close()]);
      }
    });
}
