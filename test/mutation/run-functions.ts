/** @file Which functions each test file runs, from what `record.ts` wrote. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutants.js';

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

const SOURCE = /\/((?:web\/)?src\/[^?]*\.ts)/;

/** Test files by the functions that they run, themselves or in processes that they start. */
export class RunFunctions {
  /** `file#function`, or `file` alone for all that load it, to test files. */
  readonly #tests = new Map<string, Set<string>>();
  /** `file#function` of all that some test loads, run or not. */
  readonly #loaded = new Set<string>();

  constructor(record: string) {
    for (const name of readdirSync(record)) {
      const test = /test\/.*/.exec(decodeURIComponent(name))![0];
      for (const file of readdirSync(join(record, name))) {
        this.#read(test, JSON.parse(readFileSync(join(record, name, file), 'utf8')) as Coverage);
      }
    }
  }

  #read(test: string, { result }: Coverage): void {
    for (const { url, functions } of result) {
      const file = SOURCE.exec(url)?.[1];
      if (file === undefined) continue;
      this.#add(file, test);
      for (const { functionName, ranges } of functions) {
        this.#loaded.add(`${file}#${functionName}`);
        if (ranges[0]!.count > 0) this.#add(`${file}#${functionName}`, test);
      }
    }
  }

  #add(key: string, test: string): void {
    const tests = this.#tests.get(key) ?? new Set<string>();
    this.#tests.set(key, tests.add(test));
  }

  /** Those that run the function with the fault; where V8 knows no such function, those that load its file. */
  testsOf({ file, within }: Pick<Mutant, 'file' | 'within'>): string[] {
    const key = `${file}#${within}`;
    const isKnown = within !== '' && this.#loaded.has(key);
    return [...(this.#tests.get(isKnown ? key : file) ?? [])];
  }
}
