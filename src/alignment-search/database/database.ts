import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FoldError } from '#errors';

/** A database of MMseqs2 and the names of its parts. */
export interface Database {
  /** Path without ending; it is searched. */
  readonly path: string;
  /** All sequences: those of the hits and of what they stand for. */
  readonly sequences: string;
  /** Alignments of what the hits stand for; undefined where the database has each sequence itself. */
  readonly members: string | undefined;
  /** Whether it knows which organism each sequence is from. */
  readonly hasTaxonomy: boolean;
}

/** Databases of a folder, in the order in which they are searched. */
export interface DatabaseFolder {
  /** Its relatives come first, and make the profile that the others are searched with. */
  readonly main: Database;
  readonly environmental: Database | undefined;
}

/** Parts of databases, which are none by themselves. */
const PART = /_(h|seq|aln|seq_h|mapping|taxonomy)$|\.idx$/;
/** ColabFold's names; the first that a folder has. */
const MAIN = [/^uniref30.*_db$/, /^uniref/];
const ENVIRONMENTAL = [/^colabfold_envdb.*_db$/, /^bfd_mgy_colabfold/];
const HOW_TO_GET =
  "ColabFold's setup_databases.sh downloads UniRef30 and environmental sequences; mmseqs createdb makes a database of a FASTA file.";

/**
 * Finds the databases of a folder: ColabFold's two, or the only one there is.
 *
 * @param folder path
 * @throws FoldError `ALIGNMENT_SEARCH` where there is none, or several of which none is ColabFold's
 */
export async function findDatabases(folder: string): Promise<DatabaseFolder> {
  const files = await readdir(folder).catch((cause: unknown) => {
    throw new FoldError('ALIGNMENT_SEARCH', `${folder}: cannot be read`, {
      cause,
      hint: HOW_TO_GET,
    });
  });
  const present = new Set(files);
  const names = files
    .filter((file) => file.endsWith('.dbtype'))
    .map((file) => file.slice(0, -'.dbtype'.length))
    .filter((name) => !PART.test(name))
    .sort();
  const choose = (patterns: readonly RegExp[]): string | undefined =>
    patterns.map((pattern) => names.find((name) => pattern.test(name))).find(Boolean);
  const environmental = choose(ENVIRONMENTAL);
  const main =
    choose(MAIN) ??
    onlyOne(
      names.filter((name) => name !== environmental),
      folder,
    );
  const describe = (name: string): Database => databaseOf(folder, name, present);
  return {
    main: describe(main),
    environmental: environmental === undefined ? undefined : describe(environmental),
  };
}

function onlyOne(names: readonly string[], folder: string): string {
  const [name, other] = names;
  if (name === undefined)
    throw new FoldError('ALIGNMENT_SEARCH', `${folder}: there is no database of MMseqs2`, {
      hint: HOW_TO_GET,
    });
  if (other !== undefined)
    throw new FoldError(
      'ALIGNMENT_SEARCH',
      `${folder}: there are several databases (${names.join(', ')}), and none has a name that ColabFold uses`,
      { hint: 'Put the one to be searched into a folder of its own.' },
    );
  return name;
}

/** ColabFold's databases have cluster representatives, and next to them all sequences and how they are aligned. */
function databaseOf(folder: string, name: string, present: ReadonlySet<string>): Database {
  const has = (suffix: string): boolean => present.has(`${name}${suffix}`);
  const path = join(folder, name);
  const isClustered = has('_seq.dbtype') && has('_aln.dbtype');
  const isIndexed = isClustered && (has('.idx') || has('.idx.index')) && has('.idx.dbtype');
  return {
    path,
    sequences: isIndexed ? `${path}.idx` : isClustered ? `${path}_seq` : path,
    members: isIndexed ? `${path}.idx` : isClustered ? `${path}_aln` : undefined,
    hasTaxonomy: has('_mapping') && (has('_taxonomy') || has('_nodes.dmp')),
  };
}
