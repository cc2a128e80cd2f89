import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { FoldError } from '#errors';
import { systemCode } from '#machine/system-code';

/** So much of what a program wrote is kept for its error. */
const MAX_LOG = 4_000;
const HOW_TO_INSTALL =
  'Install MMseqs2, version 14 or newer: "apt-get install mmseqs2", "brew install mmseqs2" or "conda install -c bioconda mmseqs2" (https://mmseqs.com). MMSEQS names a program that is not in the PATH.';

/**
 * Runs one program of MMseqs2.
 *
 * @param program path or name of `mmseqs`
 * @param words the program of MMseqs2 and its arguments
 * @param signal ends it with all processes that it has started
 * @throws FoldError `ALIGNMENT_SEARCH` with the last lines it wrote; the signal's reason when it aborts
 */
export async function runMmseqs(
  program: string,
  words: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  // A group of its own: its scripts start further processes, which must end with it.
  const child = spawn(program, words, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, MMSEQS_CALL_DEPTH: '1' },
  });
  let log = '';
  const keep = (chunk: Buffer): void => {
    log = (log + chunk.toString()).slice(-MAX_LOG);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const kill = (): void => {
    endGroup(child);
  };
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    signal?.throwIfAborted();
    if (code !== 0) throw failed(words, log, code);
  } catch (error) {
    signal?.throwIfAborted();
    throw isMissing(error) ? notInstalled(program, error) : error;
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}

/** Ends a program and what it has started; Windows knows no groups. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}

const isMissing = (error: unknown): boolean => {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'EACCES';
};

const notInstalled = (program: string, cause: unknown): FoldError =>
  new FoldError('ALIGNMENT_SEARCH', `${program}: MMseqs2 is not installed`, {
    cause,
    hint: HOW_TO_INSTALL,
  });

function failed(words: readonly string[], log: string, code: number | null): FoldError {
  const lines = log.trim().split('\n').slice(-5).join('\n');
  const end = code === null ? 'was killed' : `ended with code ${code}`;
  return new FoldError('ALIGNMENT_SEARCH', `mmseqs ${words[0]!} ${end}:\n${lines}`, {
    hint: `The whole command was: mmseqs ${words.join(' ')}`,
  });
}
