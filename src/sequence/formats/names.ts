/** @file Names that people type where a sequence is wanted: accessions of databases, and words. */
import { FoldError } from '#errors';
import { type TextLine, textLines } from './lines.js';

/** What a kind of accession is called, and where its sequence is. */
type Database = readonly [pattern: RegExp, what: string, where: (accession: string) => string];

const NCBI_PROTEIN = (id: string): string =>
  `https://www.ncbi.nlm.nih.gov/protein/${id}?report=fasta`;
const NCBI_NUCLEOTIDE = (id: string): string =>
  `https://www.ncbi.nlm.nih.gov/nuccore/${id}?report=fasta`;
const UNIPROT = (id: string): string =>
  `https://rest.uniprot.org/uniprotkb/${id.replace(/\.\d+$/, '')}.fasta`;
const PDB = (id: string): string =>
  `https://www.rcsb.org/fasta/entry/${id.slice(0, 4).toUpperCase()}`;

/** @source the databases' own descriptions of their accessions */
const DATABASES: readonly Database[] = [
  [
    /^(sp|tr)\|[A-Z0-9-]+(\|\w*)?$/i,
    'the beginning of a UniProt header',
    (id) => UNIPROT(id.split('|')[1]!),
  ],
  [/^https?:\/\/\S+$/i, 'an address', () => 'open it in a browser and copy the FASTA'],
  [/^[A-Z0-9]{1,10}_[A-Z0-9]{3,5}$/, 'the name of a UniProt entry', UNIPROT],
  [/^([XNYAW]P)_\d{6,9}(\.\d+)?$/i, 'an accession of a RefSeq protein', NCBI_PROTEIN],
  [
    /^([XN][MRCGTW]|AC)_\d{6,9}(\.\d+)?$/i,
    'an accession of a RefSeq transcript or gene',
    NCBI_NUCLEOTIDE,
  ],
  [
    /^ENS[A-Z]{0,6}(E|FM|G|GT|P|R|T)\d{11}(\.\d+)?$/i,
    'an identifier of Ensembl',
    (id) =>
      `https://rest.ensembl.org/sequence/id/${id.replace(/\.\d+$/, '')}?type=protein;content-type=text/x-fasta;multiple_sequences=1`,
  ],
  [
    /^AF-[A-Z0-9]+-F\d+(-model_v\d+)?$/i,
    'an entry of the AlphaFold database',
    (id) => UNIPROT(id.split('-')[1]!),
  ],
  [
    /^UniRef(100|90|50)_[A-Z0-9-]+$/i,
    'a cluster of UniRef',
    (id) => `https://rest.uniprot.org/uniref/${id}.fasta`,
  ],
  [
    /^UPI[0-9A-F]{10}$/i,
    'an entry of UniParc',
    (id) => `https://rest.uniprot.org/uniparc/${id}.fasta`,
  ],
  [
    /^MGYP\d{12}$/i,
    'a protein of MGnify',
    (id) => `https://www.ebi.ac.uk/metagenomics/proteins/${id}`,
  ],
  [
    /^PF\d{5}(\.\d+)?$/i,
    'a family of Pfam, which has many sequences',
    (id) => `https://www.ebi.ac.uk/interpro/entry/pfam/${id}`,
  ],
  [
    /^IPR\d{6}$/i,
    'a family of InterPro, which has many sequences',
    (id) => `https://www.ebi.ac.uk/interpro/entry/InterPro/${id}`,
  ],
  [
    /^([OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d([A-Z][A-Z0-9]{2}\d){1,2})(-\d+|\.\d+)?$/i,
    'an accession of UniProt',
    UNIPROT,
  ],
  [
    /^(pdb_0000)?\d[A-Z0-9]{3}([_:.][A-Z0-9]{1,2})?$/i,
    'an entry of the PDB',
    (id) => PDB(id.replace(/^pdb_0000/i, '')),
  ],
  [/^[A-Z]{3}\d{5}(\d\d)?(\.\d+)?$/i, 'an accession of a GenBank protein', NCBI_PROTEIN],
  [/^([A-Z]\d{5}|[A-Z]{2}\d{6}(\d\d)?)(\.\d+)?$/i, 'an accession of GenBank', NCBI_NUCLEOTIDE],
];
/** Four digits are position numbers sooner than an entry of the PDB. */
const NUMBER = /^\d+$/;
/** Endings of words for proteins. */
const ENDING =
  /(globin|ubiquitin|insulin|albumin|tubulin|cadherin|kinase|ase|zyme|toxin|keratin|collagen|ogen|receptor|factor|hormone|protein|domain|antibody|peptide|actin|myosin|ferrin|ferritin|casein|crystallin|histone|porin|opsin|cytochrome|elastin|titin|integrin|fibrin|thrombin|trypsin|pepsin|papain|cyclin|kinesin|dynein|modulin|lectin|prion|rhodopsin|interferon|leukin|glucagon|prolactin|leptin|villin|crambin|desmin|vimentin|catenin|mucin|avidin|streptavidin|luciferase|nanobody|leucine|zipper|channel|transporter|enzyme|virus|helicase)s?$/i;
/** Any other small word that ends as names of proteins do. */
const ENDING_OF_SMALL_WORD = /(in|ase|ose|one|or|gen|ome|ide|ine|yme|ein)s?$/;
const SYMBOLS = new Set(
  'GFP EGFP RFP YFP CFP MCHERRY EGFR KRAS HRAS NRAS BRAF MYC TNF CFTR PTEN INS ALB HBA HBB SPIKE CAS9 APP TAU SOD FOS JUN SRC ABL'.split(
    ' ',
  ),
);
/** Symbols of genes have a number: TP53, BRCA1, p53, IL-2. */
const SYMBOL = /^[A-Z]{1,5}-?\d{1,3}[A-Z]{0,2}\d?$/i;
const LONGEST_WORD = 30;
const MOST_WORDS = 8;
/** More text than this is neither a name nor a list of names. */
const LONGEST_TEXT = 10_000;

/**
 * Refuses names where a sequence is wanted: text without a header whose lines are accessions or words.
 *
 * @param text whole file
 * @param source name used in error messages
 * @throws FoldError `SEQUENCE_NAME` that says what it is and where the sequence can be found
 */
export function refuseNames(text: string, source: string): void {
  if (text.length > LONGEST_TEXT) return;
  const lines = Array.from(textLines(text)).filter((line) => line.text.trim() !== '');
  const [first] = lines;
  if (!first || lines.some((line) => !isName(line))) return;
  const name = first.text.trim();
  refuseAccession(name, source);
  const more = lines.length > 1 ? `, and ${lines.length - 1} more lines are names too` : '';
  const letters = `if these letters are residues, put a line ">name" above them`;
  throw new FoldError('SEQUENCE_NAME', `${source}: "${name}" is a name, not a sequence${more}`, {
    hint: `codonfold looks nothing up: search for it at https://www.uniprot.org and give the FASTA; ${letters}`,
  });
}

/**
 * Refuses the accession of a database.
 *
 * @param name without white space around it
 * @param source name used in error messages
 * @throws FoldError `SEQUENCE_NAME` that says what it is and where the sequence can be found
 */
export function refuseAccession(name: string, source: string): void {
  const database = databaseOf(name);
  if (!database) return;
  const [, what, where] = database;
  throw new FoldError('SEQUENCE_NAME', `${source}: ${name} is ${what}, not a sequence`, {
    hint: `codonfold looks nothing up: get the sequence from ${where(name)} and give it here`,
  });
}

function isName({ text }: TextLine): boolean {
  const name = text.trim();
  return databaseOf(name) !== undefined || isWords(name);
}

function databaseOf(name: string): Database | undefined {
  return NUMBER.test(name) ? undefined : DATABASES.find(([pattern]) => pattern.test(name));
}

function isWords(text: string): boolean {
  const words = text.split(/\s+/, MOST_WORDS + 1);
  if (words.length > MOST_WORDS || words.some((word) => word.length > LONGEST_WORD)) return false;
  if (words.length === 1) return isWord(text);
  // blocks of letters and numbers are a sequence; of words one at least is known
  return words.some(isKnown) && words.every((word) => /^[\p{L}\p{N}'(),/-]+$/u.test(word));
}

function isWord(word: string): boolean {
  return SYMBOL.test(word) || isKnown(word);
}

function isKnown(word: string): boolean {
  if (SYMBOLS.has(word.toUpperCase())) return true;
  if (ENDING.test(word)) return true;
  const isSmall = /^[A-Z]?[a-z]{3,}$/.test(word);
  return isSmall && ENDING_OF_SMALL_WORD.test(word);
}
