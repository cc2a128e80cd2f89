import { componentKind, standardName } from '#bio-pdb/molecules/components';

const BLANK = 32;

/**
 * Tells whether chain names take columns 21 and 22 instead of 22 alone, as in files of very large structures. The
 * fourth letter of a residue's name also stands in column 21, so what tells is that two standard residues have the
 * same character there: `ALAAB` and `GLYAB`, but not `POPCA` or `LYSHA`.
 *
 * @param lines of a whole file
 */
export function hasWideChainNames(lines: readonly string[]): boolean {
  const residues = new Map<string, string>();
  for (const line of lines) {
    if (line.length < 54 || line.charCodeAt(20) === BLANK || line.charCodeAt(21) === BLANK)
      continue;
    if (!/^(?:ATOM|HETATM)/i.test(line)) continue;
    const name = line.slice(17, 20).trim();
    const kind = componentKind(name);
    if (kind === 'other' || kind === 'water' || standardName(name) !== name) continue;
    const longer = line.slice(17, 21).trim();
    if (standardName(longer) !== longer) continue;
    const chain = line.slice(20, 22);
    const other = residues.get(chain);
    if (other !== undefined && other !== name) return true;
    residues.set(chain, name);
  }
  return false;
}
