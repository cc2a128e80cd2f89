import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('server-main.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** A server or worker in a process of its own. */
export interface ServerProcess {
  readonly pid: number;
  /** Empty for workers. */
  readonly url: string;
  /** Everything on standard error so far. */
  log(): string;
  /** SIGTERM, and waits for a clean exit. */
  close(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/**
 * Starts a server process with a fake model.
 *
 * @param settings environment variables; `FAKE_DURATION_MS` is how long a prediction takes, `FAKE_SLOW_MS` one
 *   that begins with ten W; one that begins with ten C ends the model process; `FAKE_WEIGHTS` are the digits with which
 *   the hash of the weights begins; with `FAKE_READS_ALIGNMENTS` 1 it reads alignments, with
 *   `FAKE_READS_TEMPLATES` 1 templates
 * @param role what it is
 * @param main the script, here or in the sources of another version
 * @throws Error with what it wrote, where it does not start
 */
export function spawnServer(
  settings: Record<string, string>,
  role: 'server' | 'worker' = 'server',
  main = MAIN,
): Promise<ServerProcess> {
  return spawnScript([main, role], settings, /ready (.*)/);
}

/**
 * Starts `codonfold serve` or `codonfold worker` as users do.
 *
 * @param words the command and its options
 * @param settings environment variables
 * @throws Error with what it wrote, where it does not start
 */
export function spawnCodonfold(
  words: readonly ['serve' | 'worker', ...string[]],
  settings: Record<string, string>,
): Promise<ServerProcess> {
  return spawnScript([CLI, ...words], settings, /codonfold (?:is at|takes jobs) ?(.*)/);
}

async function spawnScript(
  words: readonly string[],
  settings: Record<string, string>,
  ready: RegExp,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', ...words], {
    env: { PATH: process.env['PATH'], ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const said = ready.exec(chunk.toString());
      if (said) resolve(said[1]!);
    });
    void exited.then((code) => {
      reject(new Error(`${words.join(' ')} did not start (exit ${code}): ${log}`));
    });
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    const code = await exited;
    if (signal === 'SIGTERM' && code !== 0) throw new Error(`unclean exit ${code}: ${log}`);
  };
  return {
    pid: child.pid!,
    url,
    log: () => log,
    close: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}
