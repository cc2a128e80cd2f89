import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { resolve } from 'node:path';

/** A model that folds in seconds; its structures mean nothing. */
export const TINY_MODEL = resolve('test/fixtures/esmfold-tiny/checkpoint');
const MAIN = resolve('src/cli/main.ts');

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What Node is told to run `codonfold` from sources. */
export const cliArguments = (words: readonly string[]): string[] => [
  '--conditions=source',
  '--import',
  'tsx',
  MAIN,
  ...words,
];

/** The `codonfold` command as a process of its own, from sources. */
export function startCli(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, cliArguments(words), {
    env: { ...process.env, ...environment },
    detached: true, // a process group of its own, as a terminal gives it
  });
}

/** Sends a signal to a command and its children, as Ctrl-C on a terminal does. */
export function interrupt(child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): void {
  process.kill(-child.pid!, signal);
}

/** Runs `codonfold` to its end. */
export function runCli(
  words: readonly string[],
  {
    stdin = '',
    environment = {},
  }: { stdin?: string | Uint8Array; environment?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const child = startCli(words, environment);
  child.stdin.on('error', () => undefined); // a command that does not read it may end first
  child.stdin.end(stdin);
  return ending(child);
}

/** Waits for a process and gathers what it said. */
export function ending(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => {
      done({ code, out, err });
    });
  });
}
