import { InvalidArgumentError, Option, type Command } from 'commander';
import { addAlignmentOptions, sourceOf, type AlignmentFlags } from '#cli/alignment-options';
import { eachRecord } from '#cli/each-record';
import { worstExitCode, type ExitCode } from '#cli/exit-codes';
import { addNumModels, chosenModels, foldRanked, type ModelFlags } from '#cli/fold-ranked';
import { foldRecord, type FoldTask } from '#cli/fold-record';
import { interruptSignal } from '#cli/interrupt';
import { ProgressBar } from '#cli/progress-bar';
import { readInputs, type InputText } from '#cli/read-inputs';
import { inputRecords } from '#cli/records';
import { makeResultFolder, STRUCTURE_FORMATS, type StructureFormat } from '#cli/result-folder';
import {
  addCodeOptions,
  addRecordOptions,
  addFrameOption,
  addTypeOption,
  INPUT_HELP,
  wholeNumber,
  type SequenceFlags,
} from '#cli/sequence-options';
import { addTemplateOption, templateFinder, type TemplateFlags } from '#cli/template-options';
import {
  addEngineOptions,
  addPrecisionOption,
  openFirst,
  type EngineFlags,
} from '#cli/engine-options';
import { understand, understandComplex, type Understood } from '#cli/understand';
import { forkedPredictor } from '#predict/node/forked-predictor';
import { recordNames } from '#sequence/record-names';
import { DEFAULT_MODEL } from '#predict/node/load-model';

interface PredictFlags
  extends SequenceFlags, EngineFlags, AlignmentFlags, TemplateFlags, ModelFlags {
  readonly out: string;
  readonly numRecycles?: number;
  readonly recycleTolerance?: number;
  readonly format: readonly StructureFormat[];
  readonly overwrite?: true;
  readonly complex?: true;
  readonly chainNames?: readonly string[];
}

const HELP = `
For each record NAME these files are written:
  NAME.pdb, NAME.cif                        the structure, pLDDT (0-100) in the B-factor column; more than
                                            62 chains give only NAME.cif
  NAME.confidence.json                      pLDDT of each residue, mean pLDDT, pTM, codon of each residue
  NAME_predicted_aligned_error_v1.json      predicted aligned error (Å), as the AlphaFold database has it
NAME is the first word of the header; characters other than letters, digits and . _ + = @ , - become _. Records without a
header are sequence-1, sequence-2, …; a name that occurs again gets -2, -3, …

Records whose results are complete, with the same chains, weights, precision, recycles, alignment and templates, are skipped, so
an interrupted run goes on where it stopped. Files of the same name from another input are left alone unless --overwrite is given.

If --model names several models, as alphafold2_ptm does, or a folder with several, all of them fold each record, and files
begin with NAME_rank_001_MODEL for the one with the highest mean pLDDT (for a complex, the highest 0.8 ipTM + 0.2 pTM),
NAME_rank_002_MODEL for the next, and so on. NAME.ranking.json has their scores.

AlphaFold 2 models need an alignment of relatives (--msa) to be accurate. Of the ways to get one, only "--msa server" sends
sequences to another machine: to the server that --msa-server names.

"--templates pdb" sends each sequence to RCSB's search (search.rcsb.org) and downloads the structures of relatives from
files.rcsb.org; CODONFOLD_PDB_SEARCH and CODONFOLD_PDB_FILES name other servers. The answers are kept and not asked for again.

A gene or mRNA is translated first. Chains joined with ":" are a complex, and --complex makes one of all records of a file. The
headers name its chains (">H", ">heavy", ">4HHB_1|Chains A, C|…", which is two chains); PDB files have one letter for each name.
For a complex ipTM is printed, and for each pair of chains ipTM, mean PAE and the number of residue pairs within 5 Å.

Examples:
  $ codonfold predict genes.fasta -o structures
  $ codonfold predict MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG
  $ codonfold predict genome.gb --record thrA,thrB -o structures
  $ codonfold predict antibody.fasta --complex --chain-names H,L -o structures
  $ codonfold predict kinase.fasta --templates relatives/ 1abc.cif:A -o structures
  $ codonfold predict kinase.fasta --templates pdb.library --template-max-date 2021-09-30
  $ codonfold predict kinase.fasta --templates pdb -o structures
  $ codonfold predict ubiquitin.fasta --model openfold_ptm_no_templates_1 --msa ubiquitin.a3m
  $ codonfold predict ubiquitin.fasta --model alphafold2_ptm --num-models 5 --msa ubiquitin.a3m
  $ zcat mitochondrial.fna.gz | codonfold predict - --type dna --genetic-code 2

Exit code: 0 all well, 1 something failed, 2 bad input or usage, 130 stopped by Ctrl-C.`;

/** Adds `codonfold predict`. */
export function addPredict(program: Command): void {
  const command = program
    .command('predict')
    .summary('fold proteins, genes and mRNAs into 3D structures')
    .description('Fold each record of the inputs into a 3D structure with its confidence.')
    .argument('<INPUT...>', INPUT_HELP)
    .option('-o, --out <dir>', 'folder for the results, created if missing', '.')
    .option(
      '--model <name|dir>',
      'a model of "codonfold models", a folder or a file',
      DEFAULT_MODEL,
    );
  addNumModels(command);
  addTypeOption(command, ['auto', 'protein', 'dna', 'rna']);
  addRecordOptions(command);
  addPrecisionOption(addEngineOptions(addFrameOption(addCodeOptions(command))));
  addTemplateOption(addAlignmentOptions(command))
    .option(
      '--num-recycles <number>',
      "extra passes; the model's own number if left out",
      wholeNumber,
    )
    .option(
      '--recycle-tolerance <Å>',
      'stop recycling once a pass changes the distances between CA atoms by less than this; AlphaFold 2 only',
      readTolerance,
    )
    .addOption(
      new Option('--format <list>', 'structure files to write, separated by commas')
        .default([...STRUCTURE_FORMATS], STRUCTURE_FORMATS.join(','))
        .argParser(readFormats),
    )
    .option('--complex', 'fold all records of a file as the chains of one complex')
    .option(
      '--chain-names <list>',
      'names of the chains in their order, such as H,L; by default those in the headers with --complex, else A, B, …',
      readChainNames,
    )
    .option('--overwrite', 'fold again even where results exist')
    .addHelpText('after', HELP)
    .action(async (inputs: readonly string[], flags: PredictFlags) => {
      process.exitCode = await predict(inputs, flags);
    });
}

async function predict(inputs: readonly string[], flags: PredictFlags) {
  const signal = interruptSignal();
  const tasks: FoldTask[] = [];
  const understood = await eachPrediction(await readInputs(inputs), flags, (read) => {
    const { name, title, chains, warnings } = read;
    const { numRecycles, recycleTolerance } = flags;
    const request = {
      name,
      title,
      chains,
      ...(numRecycles === undefined ? {} : { numRecycles }),
      ...(recycleTolerance === undefined ? {} : { recycleTolerance }),
    };
    tasks.push({ request, warnings });
  });
  if (tasks.length === 0) return understood;
  const { device, precision, threads } = flags;
  const alignments = sourceOf(flags);
  const templates = await templateFinder(flags);
  const models = chosenModels(flags).map((member) => ({
    ...member,
    predictor: forkedPredictor(member.pathOrName, { device, precision, numThreads: threads }),
  }));
  const [{ predictor }] = models as [(typeof models)[number]];
  try {
    await openFirst(predictor, flags);
    makeResultFolder(flags.out);
    const settings = {
      ...(alignments ? { alignments: { source: alignments, flags } } : {}),
      ...(templates ? { templates } : {}),
      directory: flags.out,
      formats: flags.format,
      overwrite: flags.overwrite === true,
      signal,
      bar: new ProgressBar(),
    };
    const fold = (task: FoldTask) =>
      models.length > 1
        ? foldRanked(task, models, settings)
        : foldRecord(task, { ...settings, predictor });
    return worstExitCode([understood, await eachRecord(tasks, fold)]);
  } finally {
    await templates?.close();
    await Promise.all(models.map((model) => model.predictor.close()));
  }
}

/** Understands each record, or with `--complex` all records of an input together. */
async function eachPrediction(
  texts: readonly InputText[],
  flags: PredictFlags,
  work: (read: Understood) => void,
): Promise<ExitCode> {
  if (!flags.complex)
    return eachRecord(inputRecords(texts, flags), (record) => {
      work(understand(record, flags));
    });
  const stems = recordNames(texts.map(({ stem }) => stem));
  return eachRecord(texts, (text) => {
    const name = text.stem === '' ? undefined : stems[texts.indexOf(text)];
    work(understandComplex(inputRecords([text], flags), name, flags));
  });
}

/** Names of chains between commas; whether they fit is seen once the chains are known. */
function readChainNames(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

function readTolerance(text: string): number {
  if (!/^\d{1,3}(\.\d{1,6})?$/.test(text))
    throw new InvalidArgumentError('Give a length in Å, such as 0.5.');
  return Number(text);
}

function readFormats(text: string): StructureFormat[] {
  const wanted = text.split(',').map((format) => format.trim().toLowerCase());
  const known = STRUCTURE_FORMATS.filter((format) => wanted.includes(format));
  if (known.length === 0 || wanted.some((format) => !known.some((one) => one === format)))
    throw new InvalidArgumentError(`Give ${STRUCTURE_FORMATS.join(', ')} or both.`);
  return known;
}
