import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('server-main.ts', import.meta.url));

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
 * @param settings environment variables; `FAKE_DURATION_MS` is how long a prediction takes
 * @param role what it is
 * @throws Error with what it wrote, where it does not start
 */
export async function spawnServer(
  settings: Record<string, string>,
  role: 'server' | 'worker' = 'server',
): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', MAIN, role], {
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
      const ready = /ready (.*)/.exec(chunk.toString());
      if (ready) resolve(ready[1]!);
    });
    void exited.then((code) => {
      reject(new Error(`the ${role} did not start (exit ${code}): ${log}`));
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
