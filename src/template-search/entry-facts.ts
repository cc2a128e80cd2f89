import type { Structure } from '#bio-pdb/structure';
import type { EntryFacts } from './library-format.js';

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
/** Two digits of a year from here on belong to the last century: the first structures are from 1971. */
const FIRST_YEAR = 70;
const ENDINGS = /\.(pdb|ent|cif|mmcif)(\.gz)?$/i;

/**
 * What is known of a structure file beyond its atoms.
 *
 * @param text of the file
 * @param structure as it was read
 * @param fileName from which the id is taken where the file does not say
 */
export function entryFacts(
  text: string,
  structure: Pick<Structure, 'id' | 'title' | 'date'>,
  fileName: string,
): EntryFacts {
  const resolution = Number(
    /^REMARK   2 RESOLUTION\.\s+([\d.]+)/m.exec(text)?.[1] ??
      /^_(?:refine\.ls_d_res_high|em_3d_reconstruction\.resolution)\s+([\d.]+)/m.exec(text)?.[1],
  );
  const method =
    /^EXPDTA {4}(.*?)\s*$/m.exec(text)?.[1] ?? /^_exptl\.method\s+(.*?)\s*$/m.exec(text)?.[1];
  return {
    id: entryId(structure.id, fileName),
    title: structure.title,
    date: releaseDate(text) ?? structure.date,
    method: (method ?? '').replaceAll(/^['"]|['"]$/g, ''),
    ...(Number.isFinite(resolution) ? { resolution } : {}),
  };
}

/** `pdb1abc.ent.gz` is 1ABC, `AF-P12345-F1-model_v4.cif` AF-P12345-F1, any other file what it is called. */
function entryId(id: string, fileName: string): string {
  const stem = fileName.replace(ENDINGS, '');
  const model = /^(AF-.+-F\d+)-model_v\d+$/.exec(stem)?.[1];
  if (model !== undefined) return model;
  if (id !== '') return id.toUpperCase();
  return /^pdb(\w{4})$/i.exec(stem)?.[1]?.toUpperCase() ?? stem;
}

/** When the first version became public. @source wwPDB: PDB format 3.3, REVDAT; mmCIF, pdbx_audit_revision_history */
function releaseDate(text: string): string | undefined {
  const [, day, month, year] = /^REVDAT   1 +(\d\d)-([A-Z]{3})-(\d\d) /m.exec(text) ?? [];
  if (day !== undefined) {
    const number = MONTHS.indexOf(month!) + 1;
    if (number === 0) return undefined;
    const century = Number(year) < FIRST_YEAR ? 20 : 19;
    return `${century}${year!}-${String(number).padStart(2, '0')}-${day}`;
  }
  const begin = text.indexOf('_pdbx_audit_revision_history.');
  if (begin < 0) return undefined;
  const end = text.indexOf('\n#', begin);
  const history = text.slice(begin, end < 0 ? begin + 10_000 : end);
  return history.match(/\b\d{4}-\d\d-\d\d\b/g)?.sort()[0];
}
