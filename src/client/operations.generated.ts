// Generated from the OpenAPI document by packaging/generate-client.ts; do not edit.

export type Prediction = {
  /**
   * Hash of what was understood of the sequence, its name, its title, warnings, model and options, and of whose it is: asked again, the same input has the same id
   */
  id: string;
  name: string;
  status: 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
  /**
   * Whether the caller may cancel and delete it
   */
  isOwn: boolean;
  model: string;
  numRecycles: number;
  numResidues: number;
  chains: ReadonlyArray<{
    id: string;
    sequence: string;
  }>;
  /**
   * Where one was given or is searched for
   */
  alignment?: {
    /**
     * Of one that was given, the sequence itself among them
     */
    numRows?: number;
    /**
     * Where relatives are searched for
     */
    server?: string;
    /**
     * Whether it is there
     */
    isFound: boolean;
  };
  /**
   * Where some were given or are searched for; confidence.json tells which were found and used
   */
  templates?: {
    /**
     * Of those that were given
     */
    numChains?: number;
    /**
     * Where they are searched for
     */
    from?: 'library' | 'pdb';
    /**
     * Whether they are there
     */
    isFound: boolean;
  };
  input: {
    kind: 'protein' | 'dna' | 'rna';
    title: string;
    /**
     * What was assumed where the letters left a choice
     */
    assumed?: string;
    geneticCode?: number;
    frame?: number;
    /**
     * Where they are not A, B, …
     */
    chainNames?: ReadonlyArray<string>;
    warnings: ReadonlyArray<string>;
  };
  /**
   * What the prediction needs
   */
  estimate: {
    seconds: number;
    megabytes: number;
  };
  /**
   * How often it was started
   */
  attempts: number;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  /**
   * Waiting predictions before this one
   */
  position?: number;
  progress?: {
    /**
     * Passes finished, out of numPasses = recycles + 1
     */
    pass: number;
    numPasses: number;
    /**
     * Trunk blocks finished in this pass
     */
    block: number;
    numBlocks: number;
    /**
     * 0 to 1
     */
    fraction: number;
  };
  /**
   * How the search for relatives or their structures stands; while there is one
   */
  search?: {
    message: string;
  };
  /**
   * 0 to 100
   */
  meanPlddt?: number;
  /**
   * 0 to 1
   */
  ptm?: number;
  /**
   * 0 to 1, how the chains lie to each other; of several
   */
  iptm?: number;
  error?: {
    code: string;
    detail: string;
    hint?: string;
  };
  links: {
    [key: string]: string;
  };
};

export type Batch = {
  id: string;
  /**
   * waiting or active until all have finished
   */
  status: 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
  createdAt: string;
  counts: {
    [key: string]: number;
  };
  predictions: ReadonlyArray<Prediction>;
  links: {
    [key: string]: string;
  };
};

export type Neighbour = {
  /**
   * Share of short words of the sequences in common, 0 to 1
   */
  similarity: number;
  prediction: Prediction;
};

export type ServedModel = {
  name: string;
  /**
   * Of the weights
   */
  sha256: string;
  isDefault: boolean;
  /**
   * What the operator asked to compute on
   */
  device: 'auto' | 'cpu' | 'cuda' | 'webgpu' | 'tensorflow';
  /**
   * In what the operator asked to compute
   */
  precision: 'float32' | 'int8';
  /**
   * What computes; absent before the first prediction, unless a device was asked for
   */
  engine?: {
    /**
     * The library
     */
    name: string;
    version: string;
    /**
     * In the library's words
     */
    device: string;
    threads: number;
    /**
     * Of the factors of products; int8 of large ones alone
     */
    precision?: 'float32' | 'float16' | 'int8';
  };
  numBlocks: number;
  /**
   * What its attention is shown of; empty where it is not
   */
  attention: ReadonlyArray<{
    network: 'language-model' | 'trunk';
    numBlocks: number;
    numHeads: number;
  }>;
  /**
   * Default
   */
  numRecycles: number;
  readsAlignments: boolean;
  readsTemplates: boolean;
  /**
   * Whether it heeds recycleTolerance
   */
  stopsEarly: boolean;
  /**
   * Where `msa: "server"` sends sequences; absent where relatives are not searched for
   */
  alignmentServer?: string;
  /**
   * What `templates: "library"` searches; absent where there is none
   */
  templateLibrary?: {
    numChains: number;
  };
  /**
   * Where `templates: "pdb"` sends sequences; absent where they are not sent
   */
  templateServer?: string;
  /**
   * What the model is read from, for `/api/v1/models/file`; absent where the server keeps its models to itself (SHARE_MODELS)
   */
  sharedFiles?: ReadonlyArray<{
    name: string;
    bytes: number;
  }>;
  /**
   * Longest input that this server takes
   */
  maxResidues: number;
  /**
   * Most memory that one prediction may need
   */
  maxMegabytes: number;
  /**
   * With as deep an alignment as is read, where one is
   */
  estimates: ReadonlyArray<{
    seconds: number;
    megabytes: number;
    numResidues: number;
    /**
     * What each recycle beyond the default adds
     */
    secondsPerRecycle: number;
  }>;
  /**
   * The same without an alignment
   */
  singleEstimates?: ReadonlyArray<{
    seconds: number;
    megabytes: number;
    numResidues: number;
    /**
     * What each recycle beyond the default adds
     */
    secondsPerRecycle: number;
  }>;
};

export type KnownModel = {
  name: string;
  aliases?: ReadonlyArray<string>;
  kind: 'folding' | 'language-model';
  licence: string;
  description: string;
  downloadGigabytes?: number;
  /**
   * Name of the models that it belongs to, alike but for their training
   */
  set?: string;
  /**
   * Default
   */
  numRecycles?: number;
  /**
   * What runs of some lengths take on two cores, by estimate; with as deep an alignment as is read, where one is
   */
  runs: ReadonlyArray<{
    numResidues: number;
    megabytes: number;
    seconds?: number;
    /**
     * What each recycle beyond the default adds
     */
    secondsPerRecycle?: number;
  }>;
  /**
   * The same without an alignment
   */
  singleRuns?: ReadonlyArray<{
    numResidues: number;
    megabytes: number;
    seconds?: number;
    /**
     * What each recycle beyond the default adds
     */
    secondsPerRecycle?: number;
  }>;
  /**
   * Mean TM-scores; of public models as published
   */
  accuracy?: {
    casp14TmScore?: number;
    cameoTmScore?: number;
    /**
     * Of chains it was not trained on
     */
    heldOutTmScore?: number;
    source: string;
  };
  /**
   * Whether predictions can ask for it now
   */
  isServed: boolean;
  /**
   * Whether its files are on the server
   */
  isHere: boolean;
  /**
   * The newest one that has not ended well
   */
  installation?: {
    status: 'downloading' | 'checking' | 'opening' | 'failed' | 'cancelled';
    file?: string;
    fileNumber?: number;
    numFiles?: number;
    /**
     * Bytes of this file that have arrived
     */
    received?: number;
    total?: number;
    error?: {
      code: string;
      detail: string;
      hint?: string;
    };
  };
  files: ReadonlyArray<{
    path: string;
    url: string;
    gigabytes?: number;
    sha256?: string;
  }>;
};

export type ModelList = {
  /**
   * The default first
   */
  models: ReadonlyArray<ServedModel>;
  /**
   * Whether the caller may install models by name
   */
  mayInstall: boolean;
  /**
   * Models that a server can be given by name, whether this one has them or not
   */
  known: ReadonlyArray<KnownModel>;
};

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  hint?: string;
  position?: number;
  letter?: string;
  record?: string;
  offset?: number;
  line?: number;
  column?: number;
  errors?: ReadonlyArray<{
    field: string;
    message: string;
  }>;
};

export type ListPredictionsData = {
  body?: never;
  path?: never;
  query?: {
    status?: 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
    /**
     * `next` of the page before
     */
    cursor?: number;
    limit?: number;
  };
  url: '/api/v1/predictions';
};

export type ListPredictionsErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type ListPredictionsError = ListPredictionsErrors[keyof ListPredictionsErrors];

export type ListPredictionsResponses = {
  /**
   * One page
   */
  200: {
    predictions: ReadonlyArray<Prediction>;
    /**
     * `cursor` of the next page
     */
    next?: number;
  };
};

export type ListPredictionsResponse = ListPredictionsResponses[keyof ListPredictionsResponses];

export type SubmitPredictionData = {
  body: {
    /**
     * Letters of one record; `:` separates chains
     */
    sequence?: string;
    /**
     * One or more records: FASTA, GenBank, EMBL, PIR, a table with a sequence column, AlphaFold Server JSON, Boltz YAML
     */
    fasta?: string;
    /**
     * Name of the prediction and of its files
     */
    name?: string;
    /**
     * What the letters stand for; by default they are recognised
     */
    type?: 'auto' | 'protein' | 'dna' | 'rna';
    /**
     * NCBI number; by default what the text says, else 1, the standard code
     */
    geneticCode?: number;
    /**
     * Reading frame: auto (the coding sequences of a GenBank or EMBL file, else the longest open reading frame), 1, 2, 3, -1, -2 or -3
     */
    frame?: 'auto' | number;
    /**
     * First letter of the first codon, counted from 1; on the reverse strand with a negative frame
     */
    start?: number;
    /**
     * Start at CTG, GTG, … too where the genetic code has them, and read them as M
     */
    alternativeStarts?: boolean;
    /**
     * All records are the chains of one complex; by default each is a prediction of its own
     */
    complex?: boolean;
    /**
     * Names of the chains in their order, as H,L; by default those of the headers (with complex), else A, B, …
     */
    chainNames?: ReadonlyArray<string>;
    /**
     * Names of the records to read: first words of headers, genes, locus tags or protein accessions, as thrA,thrB. Without it, a GenBank or EMBL file with more than 50 coding sequences is refused
     */
    record?: ReadonlyArray<string>;
    /**
     * Read all coding sequences of such a file
     */
    allRecords?: boolean;
    /**
     * DNA is a circle: a frame may run over its origin; by default what the text says
     */
    circular?: boolean;
    /**
     * Name of a model, see /api/v1/models
     */
    model?: string;
    /**
     * Extra passes
     */
    numRecycles?: number;
    /**
     * Å; no further pass once distances between CA atoms change by less; AlphaFold 2 alone
     */
    recycleTolerance?: number;
    /**
     * Relatives of one sequence, for models that read them: a3m (ColabFold’s of complexes too), aligned FASTA or Stockholm. The first row is the sequence itself. In a form it may be a file, packed by gzip or not
     */
    alignment?: string;
    /**
     * server: the sequences are sent to the MMseqs2 server that /api/v1/models names as alignmentServer, which searches for relatives
     */
    msa?: 'none' | 'server';
    /**
     * Rows of the alignment that the network reads: clusters and extra rows, as 512:1024
     */
    maxMsa?: string;
    /**
     * Draw rows at random and mask some of their letters, or take the first as they are
     */
    msaSampling?: 'random' | 'first';
    /**
     * Of the random rows and masks; 0 if left out
     */
    seed?: number;
    /**
     * Known structures of relatives of one sequence, for models that read them. Those that are related are folded after, the others left out. In a form each is a file of its own under this name, packed by gzip or not. library: they are searched for in the library of this server; pdb: the sequence is sent to RCSB, which searches the PDB; /api/v1/models tells which of the two there is
     */
    templates?:
      | ReadonlyArray<{
          /**
           * What results call it, such as 1abc.cif
           */
          name?: string;
          /**
           * PDB or mmCIF
           */
          structure: string;
          /**
           * The only chain to use; all if left out
           */
          chain?: string;
        }>
      | 'library'
      | 'pdb';
    /**
     * Leaves out structures of library or PDB from after this day, such as 2021-09-30
     */
    templateMaxDate?: string;
    /**
     * Leaves out structures of library or PDB that are more alike than this, 0 to 1
     */
    templateMaxIdentity?: number;
    /**
     * Leaves these out of library or PDB: ids of entries, as 1ABC, or chains, as 1ABC:A
     */
    templateExclude?: ReadonlyArray<string>;
  };
  headers?: {
    /**
     * `wait=20` waits up to 20 seconds for the result
     */
    Prefer?: string;
  };
  path?: never;
  query?: {
    /**
     * Name of the prediction and of its files
     */
    name?: string;
    /**
     * What the letters stand for; by default they are recognised
     */
    type?: 'auto' | 'protein' | 'dna' | 'rna';
    /**
     * NCBI number; by default what the text says, else 1, the standard code
     */
    geneticCode?: number;
    /**
     * Reading frame: auto (the coding sequences of a GenBank or EMBL file, else the longest open reading frame), 1, 2, 3, -1, -2 or -3
     */
    frame?: 'auto' | number;
    /**
     * First letter of the first codon, counted from 1; on the reverse strand with a negative frame
     */
    start?: number;
    /**
     * Start at CTG, GTG, … too where the genetic code has them, and read them as M
     */
    alternativeStarts?: 'true' | 'false';
    /**
     * All records are the chains of one complex; by default each is a prediction of its own
     */
    complex?: 'true' | 'false';
    /**
     * Names of the chains in their order, as H,L; by default those of the headers (with complex), else A, B, …
     */
    chainNames?: string;
    /**
     * Names of the records to read: first words of headers, genes, locus tags or protein accessions, as thrA,thrB. Without it, a GenBank or EMBL file with more than 50 coding sequences is refused
     */
    record?: string;
    /**
     * Read all coding sequences of such a file
     */
    allRecords?: 'true' | 'false';
    /**
     * DNA is a circle: a frame may run over its origin; by default what the text says
     */
    circular?: 'true' | 'false';
    /**
     * Name of a model, see /api/v1/models
     */
    model?: string;
    /**
     * Extra passes
     */
    numRecycles?: number;
    /**
     * Å; no further pass once distances between CA atoms change by less; AlphaFold 2 alone
     */
    recycleTolerance?: number;
  };
  url: '/api/v1/predictions';
};

export type SubmitPredictionErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type SubmitPredictionError = SubmitPredictionErrors[keyof SubmitPredictionErrors];

export type SubmitPredictionResponses = {
  /**
   * Known already, or finished while waiting
   */
  200: Prediction | Batch;
  /**
   * Accepted: it is on disk and will be computed
   */
  202: Prediction | Batch;
};

export type SubmitPredictionResponse = SubmitPredictionResponses[keyof SubmitPredictionResponses];

export type DeletePredictionData = {
  body?: never;
  path: {
    id: string;
  };
  query?: never;
  url: '/api/v1/predictions/{id}';
};

export type DeletePredictionErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type DeletePredictionError = DeletePredictionErrors[keyof DeletePredictionErrors];

export type DeletePredictionResponses = {
  /**
   * The prediction
   */
  200: Prediction;
  /**
   * Deleted
   */
  204: void;
};

export type DeletePredictionResponse = DeletePredictionResponses[keyof DeletePredictionResponses];

export type GetPredictionData = {
  body?: never;
  path: {
    id: string;
  };
  query?: never;
  url: '/api/v1/predictions/{id}';
};

export type GetPredictionErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type GetPredictionError = GetPredictionErrors[keyof GetPredictionErrors];

export type GetPredictionResponses = {
  /**
   * The prediction
   */
  200: Prediction;
};

export type GetPredictionResponse = GetPredictionResponses[keyof GetPredictionResponses];

export type FollowPredictionData = {
  body?: never;
  headers?: {
    /**
     * Resumes after this event
     */
    'Last-Event-ID'?: string;
  };
  path: {
    id: string;
  };
  query?: never;
  url: '/api/v1/predictions/{id}/events';
};

export type FollowPredictionErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type FollowPredictionError = FollowPredictionErrors[keyof FollowPredictionErrors];

export type FollowPredictionResponses = {
  /**
   * Events until the prediction has finished
   */
  200: string;
  /**
   * No more events follow
   */
  204: void;
};

export type FollowPredictionResponse = FollowPredictionResponses[keyof FollowPredictionResponses];

export type GetPdbData = {
  body?: never;
  path: {
    id: string;
  };
  query?: never;
  url: '/api/v1/predictions/{id}/structure.pdb';
};

export type GetPdbErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type GetPdbError = GetPdbErrors[keyof GetPdbErrors];

export type GetPdbResponses = {
  /**
   * PDB
   */
  200: string;
};

export type GetPdbResponse = GetPdbResponses[keyof GetPdbResponses];

export type GetCifData = {
  body?: never;
  path: {
    id: string;
  };
  query?: never;
  url: '/api/v1/predictions/{id}/structure.cif';
};

export type GetCifErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type GetCifError = GetCifErrors[keyof GetCifErrors];

export type GetCifResponses = {
  /**
   * mmCIF
   */
  200: string;
};

export type GetCifResponse = GetCifResponses[keyof GetCifResponses];

export type GetConfidenceData = {
  body?: never;
  path: {
    id: string;
  };
  query?: never;
  url: '/api/v1/predictions/{id}/confidence.json';
};

export type GetConfidenceErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type GetConfidenceError = GetConfidenceErrors[keyof GetConfidenceErrors];

export type GetConfidenceResponses = {
  /**
   * JSON
   */
  200: string;
};

export type GetConfidenceResponse = GetConfidenceResponses[keyof GetConfidenceResponses];

export type GetPaeData = {
  body?: never;
  path: {
    id: string;
  };
  query?: never;
  url: '/api/v1/predictions/{id}/pae.json';
};

export type GetPaeErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type GetPaeError = GetPaeErrors[keyof GetPaeErrors];

export type GetPaeResponses = {
  /**
   * JSON
   */
  200: string;
};

export type GetPaeResponse = GetPaeResponses[keyof GetPaeResponses];

export type GetBundleData = {
  body?: never;
  path: {
    id: string;
  };
  query?: never;
  url: '/api/v1/predictions/{id}/bundle.zip';
};

export type GetBundleErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type GetBundleError = GetBundleErrors[keyof GetBundleErrors];

export type GetBundleResponses = {
  /**
   * zip
   */
  200: Blob;
};

export type GetBundleResponse = GetBundleResponses[keyof GetBundleResponses];

export type GetAlignmentData = {
  body?: never;
  path: {
    id: string;
  };
  query?: never;
  url: '/api/v1/predictions/{id}/alignment.a3m';
};

export type GetAlignmentErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type GetAlignmentError = GetAlignmentErrors[keyof GetAlignmentErrors];

export type GetAlignmentResponses = {
  /**
   * a3m, aligned FASTA or Stockholm
   */
  200: string;
};

export type GetAlignmentResponse = GetAlignmentResponses[keyof GetAlignmentResponses];

export type GetTemplateData = {
  body?: never;
  path: {
    id: string;
  };
  query?: {
    /**
     * `source` of a template; the first if left out
     */
    source?: string;
    /**
     * `chainId` of a template; the first if left out
     */
    chain?: string;
  };
  url: '/api/v1/predictions/{id}/template.pdb';
};

export type GetTemplateErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type GetTemplateError = GetTemplateErrors[keyof GetTemplateErrors];

export type GetTemplateResponses = {
  /**
   * PDB
   */
  200: string;
};

export type GetTemplateResponse = GetTemplateResponses[keyof GetTemplateResponses];

export type GetAttentionData = {
  body?: never;
  path: {
    id: string;
  };
  query: {
    network?: 'language-model' | 'trunk';
    /**
     * From 0
     */
    block: number;
    /**
     * Head, from 0
     */
    head: number;
  };
  url: '/api/v1/predictions/{id}/attention';
};

export type GetAttentionErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type GetAttentionError = GetAttentionErrors[keyof GetAttentionErrors];

export type GetAttentionResponses = {
  /**
   * JSON, or little-endian float32 where octets are accepted
   */
  200: {
    network: 'language-model' | 'trunk';
    block: number;
    head: number;
    /**
     * [N, N]; rows sum to 1, or to less where residues attend to linkers and ends too
     */
    weights: ReadonlyArray<ReadonlyArray<number>>;
  };
};

export type GetAttentionResponse = GetAttentionResponses[keyof GetAttentionResponses];

export type GetAttentionOverviewData = {
  body?: never;
  path: {
    id: string;
  };
  query?: never;
  url: '/api/v1/predictions/{id}/attention/overview';
};

export type GetAttentionOverviewErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type GetAttentionOverviewError =
  GetAttentionOverviewErrors[keyof GetAttentionOverviewErrors];

export type GetAttentionOverviewResponses = {
  /**
   * From one run
   */
  200: {
    /**
     * Rows and columns of each picture, S
     */
    size: number;
    heads: ReadonlyArray<{
      network: 'language-model' | 'trunk';
      block: number;
      head: number;
      /**
       * [S, S] bytes, base64: the square root of the share of the strongest weight
       */
      thumbnail: string;
    }>;
  };
};

export type GetAttentionOverviewResponse =
  GetAttentionOverviewResponses[keyof GetAttentionOverviewResponses];

export type GetMutantScoreData = {
  body?: never;
  path: {
    id: string;
  };
  query: {
    /**
     * `A12G`, `A12G:L30P` or `p.Ala12Gly`; residues of the chain are counted from 1
     */
    mutant: string;
    /**
     * Name of the chain; the first if left out
     */
    chain?: string;
  };
  url: '/api/v1/predictions/{id}/mutant-score';
};

export type GetMutantScoreErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type GetMutantScoreError = GetMutantScoreErrors[keyof GetMutantScoreErrors];

export type GetMutantScoreResponses = {
  /**
   * The score
   */
  200: {
    mutant: string;
    chain: string;
    /**
     * The largest ESM-2 that is installed, else the language model of codonfold-small
     */
    model: {
      name: string;
      sha256: string;
    };
    /**
     * ln p(mutant) - ln p(wild type) with the place masked, summed over the substitutions: above 0 where the model finds the mutant likelier
     */
    logOdds: number;
    substitutions: ReadonlyArray<{
      wildtype: string;
      /**
       * From 1
       */
      position: number;
      mutant: string;
      logOdds: number;
      /**
       * How likely the model finds each amino acid at this place, the likeliest first
       */
      expected: ReadonlyArray<{
        residue: string;
        probability: number;
      }>;
    }>;
  };
};

export type GetMutantScoreResponse = GetMutantScoreResponses[keyof GetMutantScoreResponses];

export type GetNeighboursData = {
  body?: never;
  path: {
    id: string;
  };
  query?: {
    limit?: number;
  };
  url: '/api/v1/predictions/{id}/neighbours';
};

export type GetNeighboursErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type GetNeighboursError = GetNeighboursErrors[keyof GetNeighboursErrors];

export type GetNeighboursResponses = {
  /**
   * Nearest first
   */
  200: {
    neighbours: ReadonlyArray<Neighbour>;
  };
};

export type GetNeighboursResponse = GetNeighboursResponses[keyof GetNeighboursResponses];

export type DeleteBatchData = {
  body?: never;
  path: {
    id: string;
  };
  query?: never;
  url: '/api/v1/batches/{id}';
};

export type DeleteBatchErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type DeleteBatchError = DeleteBatchErrors[keyof DeleteBatchErrors];

export type DeleteBatchResponses = {
  /**
   * The batch
   */
  200: Batch;
  /**
   * Deleted
   */
  204: void;
};

export type DeleteBatchResponse = DeleteBatchResponses[keyof DeleteBatchResponses];

export type GetBatchData = {
  body?: never;
  path: {
    id: string;
  };
  query?: never;
  url: '/api/v1/batches/{id}';
};

export type GetBatchErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type GetBatchError = GetBatchErrors[keyof GetBatchErrors];

export type GetBatchResponses = {
  /**
   * The batch
   */
  200: Batch;
};

export type GetBatchResponse = GetBatchResponses[keyof GetBatchResponses];

export type TranslateData = {
  body: {
    /**
     * Letters of one record; `:` separates chains
     */
    sequence?: string;
    /**
     * One or more records: FASTA, GenBank, EMBL, PIR, a table with a sequence column, AlphaFold Server JSON, Boltz YAML
     */
    fasta?: string;
    /**
     * Name of the prediction and of its files
     */
    name?: string;
    /**
     * What the letters stand for; by default they are recognised
     */
    type?: 'auto' | 'protein' | 'dna' | 'rna';
    /**
     * NCBI number; by default what the text says, else 1, the standard code
     */
    geneticCode?: number;
    /**
     * Reading frame: auto (the coding sequences of a GenBank or EMBL file, else the longest open reading frame), 1, 2, 3, -1, -2 or -3
     */
    frame?: 'auto' | number;
    /**
     * First letter of the first codon, counted from 1; on the reverse strand with a negative frame
     */
    start?: number;
    /**
     * Start at CTG, GTG, … too where the genetic code has them, and read them as M
     */
    alternativeStarts?: boolean;
    /**
     * All records are the chains of one complex; by default each is a prediction of its own
     */
    complex?: boolean;
    /**
     * Names of the chains in their order, as H,L; by default those of the headers (with complex), else A, B, …
     */
    chainNames?: ReadonlyArray<string>;
    /**
     * Names of the records to read: first words of headers, genes, locus tags or protein accessions, as thrA,thrB. Without it, a GenBank or EMBL file with more than 50 coding sequences is refused
     */
    record?: ReadonlyArray<string>;
    /**
     * Read all coding sequences of such a file
     */
    allRecords?: boolean;
    /**
     * DNA is a circle: a frame may run over its origin; by default what the text says
     */
    circular?: boolean;
  };
  path?: never;
  query?: {
    /**
     * Name of the prediction and of its files
     */
    name?: string;
    /**
     * What the letters stand for; by default they are recognised
     */
    type?: 'auto' | 'protein' | 'dna' | 'rna';
    /**
     * NCBI number; by default what the text says, else 1, the standard code
     */
    geneticCode?: number;
    /**
     * Reading frame: auto (the coding sequences of a GenBank or EMBL file, else the longest open reading frame), 1, 2, 3, -1, -2 or -3
     */
    frame?: 'auto' | number;
    /**
     * First letter of the first codon, counted from 1; on the reverse strand with a negative frame
     */
    start?: number;
    /**
     * Start at CTG, GTG, … too where the genetic code has them, and read them as M
     */
    alternativeStarts?: 'true' | 'false';
    /**
     * All records are the chains of one complex; by default each is a prediction of its own
     */
    complex?: 'true' | 'false';
    /**
     * Names of the chains in their order, as H,L; by default those of the headers (with complex), else A, B, …
     */
    chainNames?: string;
    /**
     * Names of the records to read: first words of headers, genes, locus tags or protein accessions, as thrA,thrB. Without it, a GenBank or EMBL file with more than 50 coding sequences is refused
     */
    record?: string;
    /**
     * Read all coding sequences of such a file
     */
    allRecords?: 'true' | 'false';
    /**
     * DNA is a circle: a frame may run over its origin; by default what the text says
     */
    circular?: 'true' | 'false';
  };
  url: '/api/v1/translate';
};

export type TranslateErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type TranslateError = TranslateErrors[keyof TranslateErrors];

export type TranslateResponses = {
  /**
   * How each record was understood
   */
  200: {
    records: ReadonlyArray<{
      name: string;
      title: string;
      kind: 'protein' | 'dna' | 'rna';
      assumed?: string;
      geneticCode?: number;
      frame?: number;
      chains: ReadonlyArray<{
        id: string;
        sequence: string;
        codons?: ReadonlyArray<unknown>;
      }>;
      translations?: ReadonlyArray<{
        frame: number;
        reason: string;
        /**
         * Whether the automatic choice may be wrong: a warning says why
         */
        isWeakChoice: boolean;
        /**
         * Ways to read the gene, the chosen one first
         */
        candidates: ReadonlyArray<{
          frame: number;
          /**
           * With `frame` it chooses this candidate
           */
          start: number;
          /**
           * Last letter of the stop codon, or of the last codon
           */
          end: number;
          numResidues: number;
          /**
           * How much of the input it takes, 0 to 1
           */
          share: number;
          hasStart: boolean;
          hasStop: boolean;
        }>;
        [key: string]: unknown;
      }>;
      warnings: ReadonlyArray<unknown>;
    }>;
  };
};

export type TranslateResponse = TranslateResponses[keyof TranslateResponses];

export type ListModelsData = {
  body?: never;
  path?: never;
  query?: never;
  url: '/api/v1/models';
};

export type ListModelsErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type ListModelsError = ListModelsErrors[keyof ListModelsErrors];

export type ListModelsResponses = {
  /**
   * Models, the default first
   */
  200: ModelList;
};

export type ListModelsResponse = ListModelsResponses[keyof ListModelsResponses];

export type GetModelFileData = {
  body?: never;
  headers?: {
    /**
     * Asks for a part of the file
     */
    Range?: string;
  };
  path?: never;
  query: {
    /**
     * Name of a model that is served
     */
    model: string;
    /**
     * Of one of its files
     */
    name: string;
  };
  url: '/api/v1/models/file';
};

export type GetModelFileErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type GetModelFileError = GetModelFileErrors[keyof GetModelFileErrors];

export type GetModelFileResponses = {
  /**
   * The file
   */
  200: Blob;
  /**
   * The part
   */
  206: Blob;
};

export type GetModelFileResponse = GetModelFileResponses[keyof GetModelFileResponses];

export type CancelInstallationData = {
  body?: never;
  path: {
    id: string;
  };
  query?: never;
  url: '/api/v1/models/{id}/installation';
};

export type CancelInstallationErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type CancelInstallationError = CancelInstallationErrors[keyof CancelInstallationErrors];

export type CancelInstallationResponses = {
  /**
   * Models
   */
  200: ModelList;
};

export type CancelInstallationResponse =
  CancelInstallationResponses[keyof CancelInstallationResponses];

export type InstallModelData = {
  body?: never;
  path: {
    id: string;
  };
  query?: never;
  url: '/api/v1/models/{id}/installation';
};

export type InstallModelErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type InstallModelError = InstallModelErrors[keyof InstallModelErrors];

export type InstallModelResponses = {
  /**
   * Models, with the state of the installation
   */
  202: ModelList;
};

export type InstallModelResponse = InstallModelResponses[keyof InstallModelResponses];

export type FoldSequenceData = {
  /**
   * Residues of one or more chains, separated by `:`
   */
  body: string;
  path?: never;
  query?: never;
  url: '/foldSequence/v1/pdb/';
};

export type FoldSequenceErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type FoldSequenceError = FoldSequenceErrors[keyof FoldSequenceErrors];

export type FoldSequenceResponses = {
  /**
   * PDB
   */
  200: string;
};

export type FoldSequenceResponse = FoldSequenceResponses[keyof FoldSequenceResponses];

export type FoldSequenceShortData = {
  /**
   * Residues of one or more chains, separated by `:`
   */
  body: string;
  path?: never;
  query?: never;
  url: '/foldSequence/v1/';
};

export type FoldSequenceShortErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type FoldSequenceShortError = FoldSequenceShortErrors[keyof FoldSequenceShortErrors];

export type FoldSequenceShortResponses = {
  /**
   * PDB
   */
  200: string;
};

export type FoldSequenceShortResponse =
  FoldSequenceShortResponses[keyof FoldSequenceShortResponses];

export type IsLiveData = {
  body?: never;
  path?: never;
  query?: never;
  url: '/health/live';
};

export type IsLiveErrors = {
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type IsLiveError = IsLiveErrors[keyof IsLiveErrors];

export type IsLiveResponses = {
  /**
   * It runs
   */
  200: {
    status: 'ok' | 'unavailable';
    database?: string;
    model?: string;
    workers?: number;
    /**
     * What computes; absent before the first prediction, unless a device was asked for
     */
    engine?: {
      /**
       * The library
       */
      name: string;
      version: string;
      /**
       * In the library's words
       */
      device: string;
      threads: number;
      /**
       * Of the factors of products; int8 of large ones alone
       */
      precision?: 'float32' | 'float16' | 'int8';
    };
  };
};

export type IsLiveResponse = IsLiveResponses[keyof IsLiveResponses];

export type IsReadyData = {
  body?: never;
  path?: never;
  query?: never;
  url: '/health/ready';
};

export type IsReadyErrors = {
  /**
   * No
   */
  503: {
    status: 'ok' | 'unavailable';
    database?: string;
    model?: string;
    workers?: number;
    /**
     * What computes; absent before the first prediction, unless a device was asked for
     */
    engine?: {
      /**
       * The library
       */
      name: string;
      version: string;
      /**
       * In the library's words
       */
      device: string;
      threads: number;
      /**
       * Of the factors of products; int8 of large ones alone
       */
      precision?: 'float32' | 'float16' | 'int8';
    };
  };
  /**
   * RFC 9457 problem
   */
  default: Problem;
};

export type IsReadyError = IsReadyErrors[keyof IsReadyErrors];

export type IsReadyResponses = {
  /**
   * Yes
   */
  200: {
    status: 'ok' | 'unavailable';
    database?: string;
    model?: string;
    workers?: number;
    /**
     * What computes; absent before the first prediction, unless a device was asked for
     */
    engine?: {
      /**
       * The library
       */
      name: string;
      version: string;
      /**
       * In the library's words
       */
      device: string;
      threads: number;
      /**
       * Of the factors of products; int8 of large ones alone
       */
      precision?: 'float32' | 'float16' | 'int8';
    };
  };
};

export type IsReadyResponse = IsReadyResponses[keyof IsReadyResponses];

/** What each operation takes and answers. */
export interface Operations {
  submitPrediction: {
    readonly data: SubmitPredictionData;
    readonly response: SubmitPredictionResponse;
  };
  listPredictions: {
    readonly data: ListPredictionsData;
    readonly response: ListPredictionsResponse;
  };
  getPrediction: { readonly data: GetPredictionData; readonly response: GetPredictionResponse };
  deletePrediction: {
    readonly data: DeletePredictionData;
    readonly response: DeletePredictionResponse;
  };
  followPrediction: {
    readonly data: FollowPredictionData;
    readonly response: FollowPredictionResponse;
  };
  getPdb: { readonly data: GetPdbData; readonly response: GetPdbResponse };
  getCif: { readonly data: GetCifData; readonly response: GetCifResponse };
  getConfidence: { readonly data: GetConfidenceData; readonly response: GetConfidenceResponse };
  getPae: { readonly data: GetPaeData; readonly response: GetPaeResponse };
  getBundle: { readonly data: GetBundleData; readonly response: GetBundleResponse };
  getAlignment: { readonly data: GetAlignmentData; readonly response: GetAlignmentResponse };
  getTemplate: { readonly data: GetTemplateData; readonly response: GetTemplateResponse };
  getAttention: { readonly data: GetAttentionData; readonly response: GetAttentionResponse };
  getAttentionOverview: {
    readonly data: GetAttentionOverviewData;
    readonly response: GetAttentionOverviewResponse;
  };
  getMutantScore: { readonly data: GetMutantScoreData; readonly response: GetMutantScoreResponse };
  getNeighbours: { readonly data: GetNeighboursData; readonly response: GetNeighboursResponse };
  getBatch: { readonly data: GetBatchData; readonly response: GetBatchResponse };
  deleteBatch: { readonly data: DeleteBatchData; readonly response: DeleteBatchResponse };
  translate: { readonly data: TranslateData; readonly response: TranslateResponse };
  listModels: { readonly data: ListModelsData; readonly response: ListModelsResponse };
  getModelFile: { readonly data: GetModelFileData; readonly response: GetModelFileResponse };
  installModel: { readonly data: InstallModelData; readonly response: InstallModelResponse };
  cancelInstallation: {
    readonly data: CancelInstallationData;
    readonly response: CancelInstallationResponse;
  };
  foldSequence: { readonly data: FoldSequenceData; readonly response: FoldSequenceResponse };
  foldSequenceShort: {
    readonly data: FoldSequenceShortData;
    readonly response: FoldSequenceShortResponse;
  };
  isLive: { readonly data: IsLiveData; readonly response: IsLiveResponse };
  isReady: { readonly data: IsReadyData; readonly response: IsReadyResponse };
}

/** Where each operation is, and how its answer is read. */
export const ROUTES = {
  submitPrediction: { method: 'POST', path: '/api/v1/predictions', reads: 'json' },
  listPredictions: { method: 'GET', path: '/api/v1/predictions', reads: 'json' },
  getPrediction: { method: 'GET', path: '/api/v1/predictions/{id}', reads: 'json' },
  deletePrediction: { method: 'DELETE', path: '/api/v1/predictions/{id}', reads: 'json' },
  followPrediction: { method: 'GET', path: '/api/v1/predictions/{id}/events', reads: 'text' },
  getPdb: { method: 'GET', path: '/api/v1/predictions/{id}/structure.pdb', reads: 'text' },
  getCif: { method: 'GET', path: '/api/v1/predictions/{id}/structure.cif', reads: 'text' },
  getConfidence: { method: 'GET', path: '/api/v1/predictions/{id}/confidence.json', reads: 'text' },
  getPae: { method: 'GET', path: '/api/v1/predictions/{id}/pae.json', reads: 'text' },
  getBundle: { method: 'GET', path: '/api/v1/predictions/{id}/bundle.zip', reads: 'blob' },
  getAlignment: { method: 'GET', path: '/api/v1/predictions/{id}/alignment.a3m', reads: 'text' },
  getTemplate: { method: 'GET', path: '/api/v1/predictions/{id}/template.pdb', reads: 'text' },
  getAttention: { method: 'GET', path: '/api/v1/predictions/{id}/attention', reads: 'json' },
  getAttentionOverview: {
    method: 'GET',
    path: '/api/v1/predictions/{id}/attention/overview',
    reads: 'json',
  },
  getMutantScore: { method: 'GET', path: '/api/v1/predictions/{id}/mutant-score', reads: 'json' },
  getNeighbours: { method: 'GET', path: '/api/v1/predictions/{id}/neighbours', reads: 'json' },
  getBatch: { method: 'GET', path: '/api/v1/batches/{id}', reads: 'json' },
  deleteBatch: { method: 'DELETE', path: '/api/v1/batches/{id}', reads: 'json' },
  translate: { method: 'POST', path: '/api/v1/translate', reads: 'json' },
  listModels: { method: 'GET', path: '/api/v1/models', reads: 'json' },
  getModelFile: { method: 'GET', path: '/api/v1/models/file', reads: 'blob' },
  installModel: { method: 'POST', path: '/api/v1/models/{id}/installation', reads: 'json' },
  cancelInstallation: { method: 'DELETE', path: '/api/v1/models/{id}/installation', reads: 'json' },
  foldSequence: { method: 'POST', path: '/foldSequence/v1/pdb/', reads: 'text' },
  foldSequenceShort: { method: 'POST', path: '/foldSequence/v1/', reads: 'text' },
  isLive: { method: 'GET', path: '/health/live', reads: 'json' },
  isReady: { method: 'GET', path: '/health/ready', reads: 'json' },
} as const;
