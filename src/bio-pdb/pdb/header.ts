import { dateFromPdb } from './date.js';
import { nameInCapitals } from '#bio-pdb/molecules/components';

/** Gathers what the records before the coordinates say about identity, molecules and sequences. */
export class PdbHeader {
  /** Four characters, or empty. */
  id = '';
  title = '';
  classification = '';
  /** `YYYY-MM-DD`, or empty. */
  date = '';
  /** SEQRES by chain name. */
  readonly sequences = new Map<string, string[]>();
  private compound = '';
  private readonly hasWideChainNames: boolean;

  /** @param hasWideChainNames whether chain names of two characters begin a column further left */
  constructor(hasWideChainNames: boolean) {
    this.hasWideChainNames = hasWideChainNames;
  }

  /** Takes in one record; those of other kinds are passed over. */
  readRecord(record: string, line: string): void {
    switch (record) {
      case 'HEADER':
        this.classification = line.slice(10, 50).trim();
        this.date = dateFromPdb(line.slice(50, 59));
        this.id = line.slice(62, 66).trim();
        break;
      case 'TITLE':
        this.title = joinContinuation(this.title, line);
        break;
      case 'COMPND':
        this.compound = joinContinuation(this.compound, line);
        break;
      case 'SEQRES':
        this.readSequence(line);
        break;
    }
  }

  /** Names of molecules by chain name, from COMPND's `MOLECULE: …; CHAIN: A, B;`. */
  descriptions(): Map<string, string> {
    const byChain = new Map<string, string>();
    let molecule = '';
    for (const part of specifications(this.compound)) {
      const colon = part.indexOf(':');
      const value = part.slice(colon + 1).trim();
      switch (part.slice(0, Math.max(colon, 0)).trim()) {
        case 'MOL_ID':
          molecule = '';
          break;
        case 'MOLECULE':
          molecule = value;
          break;
        case 'CHAIN':
          for (const chainId of value.split(',')) byChain.set(chainId.trim(), molecule);
          break;
      }
    }
    return byChain;
  }

  private readSequence(line: string): void {
    const chainId = line.slice(this.hasWideChainNames ? 10 : 11, 12).trim();
    const names = line.slice(19, 70).trim().split(/\s+/);
    const sequence = this.sequences.get(chainId) ?? [];
    sequence.push(...names.filter((name) => name !== '').map(nameInCapitals));
    this.sequences.set(chainId, sequence);
  }
}

/** Parts between semicolons; one behind a backslash belongs to its part. */
function specifications(text: string): string[] {
  return text.split(/(?<!\\);/).map((part) => part.replaceAll('\\;', ';'));
}

/** Text runs on in columns 11-80 of further lines, where a blank in column 11 stands for the blank between words. */
function joinContinuation(text: string, line: string): string {
  const more = line.slice(10, 80).trimEnd();
  return text === '' ? more.trimStart() : text + more;
}
