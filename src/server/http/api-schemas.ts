/** @file What requests and answers look like: they are checked by these schemas and documented from them. */
import { z } from 'zod';
import { MOST_CODING_UNASKED } from '#sequence/choose-records';
import { JOB_STATES } from '#store/job';
import { DEVICES } from '#tensor/engine/device';
import { PRECISIONS } from '#tensor/engine/engine';

/** A query holds nothing but text; in JSON only a number is one, since coercion would read null as 0. */
const IN_QUERY = z.coerce.number().int();
const IN_JSON = z.number().int();
type Integer = typeof IN_QUERY | typeof IN_JSON;
const FLAG_IN_QUERY = z.enum(['true', 'false']).transform((text) => text === 'true');
const FLAG_IN_JSON = z.boolean();
const FRAME = { error: 'must be auto, 1, 2, 3, -1, -2 or -3' };

const LIST_IN_QUERY = z.string().transform((text) => text.split(',').map((one) => one.trim()));
const LIST_IN_JSON = z.array(z.string()).min(1).max(1000);
/** What stands for numbers, flags and lists. */
const IN_TEXT = {
  integer: IN_QUERY,
  number: z.coerce.number(),
  flag: FLAG_IN_QUERY,
  list: LIST_IN_QUERY,
};
const AS_JSON = { integer: IN_JSON, number: z.number(), flag: FLAG_IN_JSON, list: LIST_IN_JSON };
type Kinds = typeof IN_TEXT | typeof AS_JSON;
const options = ({ integer, flag, list }: Omit<Kinds, 'number'>) => ({
  name: z.string().min(1).max(200).optional().describe('Name of the prediction and of its files'),
  type: z
    .enum(['auto', 'protein', 'dna', 'rna'])
    .optional()
    .describe('What the letters stand for; by default they are recognised'),
  geneticCode: integer
    .optional()
    .describe('NCBI number; by default what the text says, else 1, the standard code'),
  frame: z
    .union([z.literal('auto'), integer], FRAME)
    .refine((frame) => frame === 'auto' || [1, 2, 3, -1, -2, -3].includes(frame), FRAME)
    .optional()
    .describe(
      'Reading frame: auto (the coding sequences of a GenBank or EMBL file, else the longest open reading frame), 1, 2, 3, -1, -2 or -3',
    ),
  start: integer
    .min(1)
    .optional()
    .describe(
      'First letter of the first codon, counted from 1; on the reverse strand with a negative frame',
    ),
  alternativeStarts: flag
    .optional()
    .describe('Start at CTG, GTG, … too where the genetic code has them, and read them as M'),
  complex: flag
    .optional()
    .describe(
      'All records are the chains of one complex; by default each is a prediction of its own',
    ),
  chainNames: list
    .optional()
    .describe(
      'Names of the chains in their order, as H,L; by default those of the headers (with complex), else A, B, …',
    ),
  record: list
    .optional()
    .describe(
      `Names of the records to read: first words of headers, genes, locus tags or protein accessions, as thrA,thrB. Without it, a GenBank or EMBL file with more than ${MOST_CODING_UNASKED} coding sequences is refused`,
    ),
  allRecords: flag.optional().describe('Read all coding sequences of such a file'),
  circular: flag
    .optional()
    .describe('DNA is a circle: a frame may run over its origin; by default what the text says'),
});
const foldOptions = ({ integer, number, flag, list }: Kinds) => ({
  ...options({ integer, flag, list }),
  model: z.string().optional().describe('Name of a model, see /api/v1/models'),
  numRecycles: integer.min(0).max(20).optional().describe('Extra passes'),
  recycleTolerance: number
    .min(0)
    .max(1000)
    .optional()
    .describe(
      'Å; no further pass once distances between CA atoms change by less; AlphaFold 2 alone',
    ),
});
const MAX_MSA = { error: 'must be two numbers with a colon between them, such as 512:1024' };
const alignmentOptions = (integer: Integer) => ({
  alignment: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Relatives of one sequence, for models that read them: a3m (ColabFold’s of complexes too), aligned FASTA or Stockholm. The first row is the sequence itself. In a form it may be a file, packed by gzip or not',
    ),
  msa: z
    .enum(['none', 'server'])
    .optional()
    .describe(
      'server: the sequences are sent to the MMseqs2 server that /api/v1/models names as alignmentServer, which searches for relatives',
    ),
  maxMsa: z
    .string()
    .regex(/^[1-9]\d{0,5}:\d{1,6}$/, MAX_MSA)
    .optional()
    .describe('Rows of the alignment that the network reads: clusters and extra rows, as 512:1024'),
  msaSampling: z
    .enum(['random', 'first'])
    .optional()
    .describe('Draw rows at random and mask some of their letters, or take the first as they are'),
  seed: integer.min(0).optional().describe('Of the random rows and masks; 0 if left out'),
});
/** More than any model reads, and enough for the chains of most folders. */
const MOST_TEMPLATES = 20;
const Template = z.strictObject({
  name: z.string().min(1).max(200).optional().describe('What results call it, such as 1abc.cif'),
  structure: z.string().describe('PDB or mmCIF'),
  chain: z.string().min(1).max(20).optional().describe('The only chain to use; all if left out'),
});
export type GivenTemplate = z.infer<typeof Template>;
const TEMPLATES = {
  error: `must be 1 to ${MOST_TEMPLATES} structures, library or pdb`,
};
const templateOptions = ({ number, list }: Pick<Kinds, 'number' | 'list'>) => ({
  templates: z
    .union([z.array(Template).min(1).max(MOST_TEMPLATES), z.enum(['library', 'pdb'])], TEMPLATES)
    .optional()
    .describe(
      'Known structures of relatives of one sequence, for models that read them. Those that are related are folded after, the others left out. In a form each is a file of its own under this name, packed by gzip or not. library: they are searched for in the library of this server; pdb: the sequence is sent to RCSB, which searches the PDB; /api/v1/models tells which of the two there is',
    ),
  templateMaxDate: z.iso
    .date()
    .optional()
    .describe('Leaves out structures of library or PDB from after this day, such as 2021-09-30'),
  templateMaxIdentity: number
    .min(0)
    .max(1)
    .optional()
    .describe('Leaves out structures of library or PDB that are more alike than this, 0 to 1'),
  templateExclude: list
    .optional()
    .describe('Leaves these out of library or PDB: ids of entries, as 1ABC, or chains, as 1ABC:A'),
});
const input = {
  sequence: z.string().optional().describe('Letters of one record; `:` separates chains'),
  fasta: z
    .string()
    .optional()
    .describe(
      'One or more records: FASTA, GenBank, EMBL, PIR, a table with a sequence column, AlphaFold Server JSON, Boltz YAML',
    ),
};
const oneInput = (value: { sequence?: string | undefined; fasta?: string | undefined }): boolean =>
  (value.sequence === undefined) !== (value.fasta === undefined);
const ONE_INPUT = { error: 'give either sequence or fasta', path: ['sequence'] };
const needsNoAlignment = (value: Record<string, unknown>): boolean =>
  value['alignment'] !== undefined ||
  value['msa'] === 'server' ||
  ['maxMsa', 'msaSampling', 'seed'].every((option) => value[option] === undefined);
const NO_ALIGNMENT = {
  error: 'maxMsa, msaSampling and seed are options of an alignment',
  path: ['alignment'],
};

const oneAlignment = (value: { msa?: string | undefined; alignment?: string | undefined }) =>
  value.msa !== 'server' || value.alignment === undefined;
const ONE_ALIGNMENT = { error: 'an alignment is given, so none is searched for', path: ['msa'] };

const TEMPLATE_FILTERS = ['templateMaxDate', 'templateMaxIdentity', 'templateExclude'] as const;
const needsNoSearch = (value: Record<string, unknown>): boolean =>
  typeof value['templates'] === 'string' ||
  TEMPLATE_FILTERS.every((filter) => value[filter] === undefined);
const NO_SEARCH = {
  error: `${TEMPLATE_FILTERS.join(', ')} choose among what is searched: templates must be library or pdb`,
  path: ['templates'],
};

/** How a text is read, in JSON. */
export const READING_OPTIONS = options(AS_JSON);
export const TranslateOptions = z.strictObject(options(IN_TEXT));
export const FoldOptions = z.strictObject(foldOptions(IN_TEXT));
export const TranslateRequest = z
  .strictObject({ ...input, ...READING_OPTIONS })
  .refine(oneInput, ONE_INPUT);
export const FoldRequest = z
  .strictObject({
    ...input,
    ...foldOptions(AS_JSON),
    ...alignmentOptions(IN_JSON),
    ...templateOptions(AS_JSON),
  })
  .refine(oneInput, ONE_INPUT)
  .refine(needsNoAlignment, NO_ALIGNMENT)
  .refine(oneAlignment, ONE_ALIGNMENT)
  .refine(needsNoSearch, NO_SEARCH);
/** The same as a form, whose fields are text. */
export const FoldForm = z
  .strictObject({
    ...input,
    ...foldOptions(IN_TEXT),
    ...alignmentOptions(IN_QUERY),
    ...templateOptions(IN_TEXT),
  })
  .refine(oneInput, ONE_INPUT)
  .refine(needsNoAlignment, NO_ALIGNMENT)
  .refine(oneAlignment, ONE_ALIGNMENT)
  .refine(needsNoSearch, NO_SEARCH);
export type FoldRequestInput = z.infer<typeof FoldRequest>;
export type FoldOptionsInput = z.infer<typeof FoldOptions>;

export const ListQuerySchema = z.strictObject({
  status: z.enum(JOB_STATES).optional(),
  cursor: z.coerce.number().int().positive().optional().describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const AttentionNetwork = z.enum(['language-model', 'trunk']);
export const AttentionQuery = z.strictObject({
  network: AttentionNetwork.default('trunk'),
  block: z.coerce.number().int().min(0).describe('From 0'),
  head: z.coerce.number().int().min(0).describe('Head, from 0'),
});
export const TemplateQuery = z.strictObject({
  source: z.string().optional().describe('`source` of a template; the first if left out'),
  chain: z.string().optional().describe('`chainId` of a template; the first if left out'),
});
export const MutantQuery = z.strictObject({
  mutant: z
    .string()
    .max(200)
    .describe('`A12G`, `A12G:L30P` or `p.Ala12Gly`; residues of the chain are counted from 1'),
  chain: z.string().optional().describe('Name of the chain; the first if left out'),
});
export const NeighboursQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(10),
});
export const NoQuery = z.strictObject({});

const Estimate = z
  .object({ seconds: z.number(), megabytes: z.number() })
  .describe('What the prediction needs');
const Progress = z.object({
  pass: z.number().int().describe('Passes finished, out of numPasses = recycles + 1'),
  numPasses: z.number().int(),
  block: z.number().int().describe('Trunk blocks finished in this pass'),
  numBlocks: z.number().int(),
  fraction: z.number().describe('0 to 1'),
});
const Chain = z.object({ id: z.string(), sequence: z.string() });

export const PredictionSchema = z.object({
  id: z
    .string()
    .describe(
      'Hash of what was understood of the sequence, its name, its title, warnings, model and options, and of whose it is: asked again, the same input has the same id',
    ),
  name: z.string(),
  status: z.enum(JOB_STATES),
  isOwn: z.boolean().describe('Whether the caller may cancel and delete it'),
  model: z.string(),
  numRecycles: z.number().int(),
  numResidues: z.number().int(),
  chains: z.array(Chain),
  alignment: z
    .object({
      numRows: z
        .number()
        .int()
        .optional()
        .describe('Of one that was given, the sequence itself among them'),
      server: z.string().optional().describe('Where relatives are searched for'),
      isFound: z.boolean().describe('Whether it is there'),
    })
    .optional()
    .describe('Where one was given or is searched for'),
  templates: z
    .object({
      numChains: z.number().int().optional().describe('Of those that were given'),
      from: z.enum(['library', 'pdb']).optional().describe('Where they are searched for'),
      isFound: z.boolean().describe('Whether they are there'),
    })
    .optional()
    .describe(
      'Where some were given or are searched for; confidence.json tells which were found and used',
    ),
  input: z.object({
    kind: z.enum(['protein', 'dna', 'rna']),
    title: z.string(),
    assumed: z.string().optional().describe('What was assumed where the letters left a choice'),
    geneticCode: z.number().optional(),
    frame: z.number().optional(),
    chainNames: z.array(z.string()).readonly().optional().describe('Where they are not A, B, …'),
    warnings: z.array(z.string()).readonly(),
  }),
  estimate: Estimate,
  attempts: z.number().int().describe('How often it was started'),
  createdAt: z.string(),
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
  position: z.number().int().optional().describe('Waiting predictions before this one'),
  progress: Progress.optional(),
  search: z
    .object({ message: z.string() })
    .optional()
    .describe('How the search for relatives or their structures stands; while there is one'),
  meanPlddt: z.number().optional().describe('0 to 100'),
  ptm: z.number().optional().describe('0 to 1'),
  iptm: z.number().optional().describe('0 to 1, how the chains lie to each other; of several'),
  error: z.object({ code: z.string(), detail: z.string(), hint: z.string().optional() }).optional(),
  links: z.record(z.string(), z.string()),
});
export type PredictionView = z.infer<typeof PredictionSchema>;

export const BatchSchema = z.object({
  id: z.string(),
  status: z.enum(JOB_STATES).describe('waiting or active until all have finished'),
  createdAt: z.string(),
  counts: z.record(z.enum(JOB_STATES), z.number().int()),
  predictions: z.array(PredictionSchema),
  links: z.record(z.string(), z.string()),
});
export type BatchView = z.infer<typeof BatchSchema>;

export const PredictionList = z.object({
  predictions: z.array(PredictionSchema),
  next: z.number().int().optional().describe('`cursor` of the next page'),
});
export const Neighbour = z.object({
  similarity: z.number().describe('Share of short words of the sequences in common, 0 to 1'),
  prediction: PredictionSchema,
});
export const NeighbourList = z.object({ neighbours: z.array(Neighbour) });
const EstimatedRuns = z.array(
  z.object({
    numResidues: z.number().int(),
    megabytes: z.number(),
    seconds: z.number().optional(),
    secondsPerRecycle: z.number().optional().describe('What each recycle beyond the default adds'),
  }),
);
export const KnownModel = z.object({
  name: z.string(),
  aliases: z.array(z.string()).optional(),
  kind: z.enum(['folding', 'language-model']),
  licence: z.string(),
  description: z.string(),
  downloadGigabytes: z.number().optional(),
  set: z
    .string()
    .optional()
    .describe('Name of the models that it belongs to, alike but for their training'),
  numRecycles: z.number().int().optional().describe('Default'),
  runs: EstimatedRuns.describe(
    'What runs of some lengths take on two cores, by estimate; with as deep an alignment as is read, where one is',
  ),
  singleRuns: EstimatedRuns.optional().describe('The same without an alignment'),
  accuracy: z
    .object({
      casp14TmScore: z.number().optional(),
      cameoTmScore: z.number().optional(),
      heldOutTmScore: z.number().optional().describe('Of chains it was not trained on'),
      source: z.string(),
    })
    .optional()
    .describe('Mean TM-scores; of public models as published'),
  isServed: z.boolean().describe('Whether predictions can ask for it now'),
  isHere: z.boolean().describe('Whether its files are on the server'),
  installation: z
    .object({
      status: z.enum(['downloading', 'checking', 'opening', 'failed', 'cancelled']),
      file: z.string().optional(),
      fileNumber: z.number().int().optional(),
      numFiles: z.number().int().optional(),
      received: z.number().optional().describe('Bytes of this file that have arrived'),
      total: z.number().optional(),
      error: z
        .object({ code: z.string(), detail: z.string(), hint: z.string().optional() })
        .optional(),
    })
    .optional()
    .describe('The newest one that has not ended well'),
  files: z.array(
    z.object({
      path: z.string(),
      url: z.string(),
      gigabytes: z.number().optional(),
      sha256: z.string().optional(),
    }),
  ),
});
const Engine = z
  .object({
    name: z.string().describe('The library'),
    version: z.string(),
    device: z.string().describe("In the library's words"),
    threads: z.number().int(),
    precision: z
      .enum(['float32', 'float16', 'int8'])
      .optional()
      .describe('Of the factors of products; int8 of large ones alone'),
  })
  .optional()
  .describe('What computes; absent before the first prediction, unless a device was asked for');
export const ModelFileQuery = z.object({
  model: z.string().describe('Name of a model that is served'),
  name: z.string().describe('Of one of its files'),
});
const MeasuredEstimates = z.array(
  Estimate.extend({
    numResidues: z.number().int(),
    secondsPerRecycle: z.number().describe('What each recycle beyond the default adds'),
  }),
);
export const ServedModel = z.object({
  name: z.string(),
  sha256: z.string().describe('Of the weights'),
  isDefault: z.boolean(),
  device: z.enum(DEVICES).describe('What the operator asked to compute on'),
  precision: z.enum(PRECISIONS).describe('In what the operator asked to compute'),
  engine: Engine,
  numBlocks: z.number().int(),
  attention: z
    .array(
      z.object({
        network: AttentionNetwork,
        numBlocks: z.number().int(),
        numHeads: z.number().int(),
      }),
    )
    .describe('What its attention is shown of; empty where it is not'),
  numRecycles: z.number().int().describe('Default'),
  readsAlignments: z.boolean(),
  readsTemplates: z.boolean(),
  stopsEarly: z.boolean().describe('Whether it heeds recycleTolerance'),
  alignmentServer: z
    .string()
    .optional()
    .describe('Where `msa: "server"` sends sequences; absent where relatives are not searched for'),
  templateLibrary: z
    .object({ numChains: z.number().int() })
    .optional()
    .describe('What `templates: "library"` searches; absent where there is none'),
  templateServer: z
    .string()
    .optional()
    .describe('Where `templates: "pdb"` sends sequences; absent where they are not sent'),
  sharedFiles: z
    .array(z.object({ name: z.string(), bytes: z.number().int() }))
    .optional()
    .describe(
      'What the model is read from, for `/api/v1/models/file`; absent where the server keeps its models to itself (SHARE_MODELS)',
    ),
  maxResidues: z.number().int().describe('Longest input that this server takes'),
  maxMegabytes: z.number().describe('Most memory that one prediction may need'),
  estimates: MeasuredEstimates.describe('With as deep an alignment as is read, where one is'),
  singleEstimates: MeasuredEstimates.optional().describe('The same without an alignment'),
});
export const ModelList = z.object({
  models: z.array(ServedModel).describe('The default first'),
  mayInstall: z.boolean().describe('Whether the caller may install models by name'),
  known: z
    .array(KnownModel)
    .describe('Models that a server can be given by name, whether this one has them or not'),
});
const Candidate = z.object({
  frame: z.number().int(),
  start: z.number().int().describe('With `frame` it chooses this candidate'),
  end: z.number().int().describe('Last letter of the stop codon, or of the last codon'),
  numResidues: z.number().int(),
  share: z.number().describe('How much of the input it takes, 0 to 1'),
  hasStart: z.boolean(),
  hasStop: z.boolean(),
});
const Reading = z.looseObject({
  frame: z.number().int(),
  reason: z.string(),
  isWeakChoice: z
    .boolean()
    .describe('Whether the automatic choice may be wrong: a warning says why'),
  candidates: z.array(Candidate).describe('Ways to read the gene, the chosen one first'),
});
export const TranslationList = z.object({
  records: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      kind: z.enum(['protein', 'dna', 'rna']),
      assumed: z.string().optional(),
      geneticCode: z.number().optional(),
      frame: z.number().optional(),
      chains: z.array(Chain.extend({ codons: z.array(z.unknown()).optional() })),
      translations: z.array(Reading).optional(),
      warnings: z.array(z.unknown()),
    }),
  ),
});
const ScoredSubstitution = z.object({
  wildtype: z.string(),
  position: z.number().int().describe('From 1'),
  mutant: z.string(),
  logOdds: z.number(),
  expected: z
    .array(z.object({ residue: z.string(), probability: z.number() }))
    .describe('How likely the model finds each amino acid at this place, the likeliest first'),
});
export const MutantScoreSchema = z.object({
  mutant: z.string(),
  chain: z.string(),
  model: z
    .object({ name: z.string(), sha256: z.string() })
    .describe('The largest ESM-2 that is installed, else the language model of codonfold-small'),
  logOdds: z
    .number()
    .describe(
      'ln p(mutant) - ln p(wild type) with the place masked, summed over the substitutions: above 0 where the model finds the mutant likelier',
    ),
  substitutions: z.array(ScoredSubstitution),
});
export const AttentionSchema = z.object({
  network: AttentionNetwork,
  block: z.number().int(),
  head: z.number().int(),
  weights: z
    .array(z.array(z.number()))
    .describe('[N, N]; rows sum to 1, or to less where residues attend to linkers and ends too'),
});
export const AttentionOverviewSchema = z.object({
  size: z.number().int().describe('Rows and columns of each picture, S'),
  heads: z.array(
    z.object({
      network: AttentionNetwork,
      block: z.number().int(),
      head: z.number().int(),
      thumbnail: z
        .string()
        .describe('[S, S] bytes, base64: the square root of the share of the strongest weight'),
    }),
  ),
});
export const ProblemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  hint: z.string().optional(),
  position: z.number().int().optional(),
  letter: z.string().optional(),
  record: z.string().optional(),
  offset: z.number().int().optional(),
  line: z.number().int().optional(),
  column: z.number().int().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});
export const Health = z.object({
  status: z.enum(['ok', 'unavailable']),
  database: z.string().optional(),
  model: z.string().optional(),
  workers: z.number().int().optional(),
  engine: Engine,
});
