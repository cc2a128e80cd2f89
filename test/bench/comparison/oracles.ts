/** @file The programs of the field, where they are installed (Debian: tm-align, openstructure). */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What a program says of a pair of files; undefined where it is not installed. */
export interface OracleScores {
  readonly rmsd?: number;
  readonly tmScore?: number;
  readonly gdtTs?: number;
  readonly lddt?: number;
  readonly lddtCa?: number;
}

/** Where Debian keeps what `lddt` needs to know of residues. */
const COMPOUNDS = '/var/cache/openstructure/compounds.chemlib';

function run(program: string, words: readonly string[]): string | undefined {
  const { stdout, error } = spawnSync(program, words, { encoding: 'utf8' });
  return error ? undefined : stdout;
}

function numberAfter(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`no ${pattern.source} in:\n${text.slice(0, 2000)}`);
  return Number(found);
}

/** Scores of residues with the same numbers. */
export function tmScoreOf(structure: string, reference: string): OracleScores {
  const text = run('TMscore', [structure, reference]);
  if (text === undefined) return {};
  return {
    rmsd: numberAfter(text, /RMSD of {2}the common residues=\s+(\S+)/),
    tmScore: numberAfter(text, /TM-score {4}= (\S+)/),
    gdtTs: numberAfter(text, /GDT-TS-score= (\S+)/),
  };
}

/** Scores of an alignment by shape, divided by the reference. */
export function tmAlignOf(structure: string, reference: string): OracleScores {
  const text = run('TMalign', [structure, reference]);
  if (text === undefined) return {};
  return {
    rmsd: numberAfter(text, /RMSD=\s+([\d.]+)/),
    tmScore: numberAfter(text, /TM-score=\s*(\S+) \(if normalized by length of Chain_2/),
  };
}

/** lDDT of residues with the same numbers, over all atoms and over CA atoms. */
export function lddtOf(structure: string, reference: string): OracleScores {
  const words = [...(existsSync(COMPOUNDS) ? ['-l', COMPOUNDS] : []), '-x'];
  const [allAtom, caOnly] = [[], ['-c']].map((more) =>
    run('lddt', [...words, ...more, structure, reference]),
  );
  if (allAtom === undefined || caOnly === undefined) return {};
  return {
    lddt: numberAfter(allAtom, /Global LDDT score: (\S+)/),
    lddtCa: numberAfter(caOnly, /Global LDDT score: (\S+)/),
  };
}
