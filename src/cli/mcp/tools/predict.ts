import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { templateName } from '#architectures/requested-templates';
import { CATEGORY_WORDS, foldRecord } from '#cli/fold-record';
import type { Content } from '#cli/mcp/answer';
import { readingNotes, SEQUENCE_INPUT } from '#cli/mcp/input';
import { failureLines, handler, type ToolCall, type ToolParts } from '#cli/mcp/tool';
import { resultPaths, STRUCTURE_FORMATS } from '#cli/result-folder';
import type { TemplateFinder } from '#cli/template-finder';
import { PDB, templateFinder } from '#cli/template-options';
import { verdictOf, type Verdict } from '#confidence/verdict';
import { FoldError } from '#errors';
import { confidenceCategory, type Confidence } from '#predict/files/confidence';
import { pdbRefusal } from '#predict/files/result-files';
import type { ForkedPredictor } from '#predict/node/forked-predictor';
import { FoldRequest } from '#server/http/api-schemas';
import type { ReadRecord } from '#server/http/read-request';
import { percent } from '#structure/compare-structures';
import { DEVICES } from '#tensor/engine/device';

const { numRecycles, alignment } = FoldRequest.shape;
const INPUT = z.strictObject({
  ...SEQUENCE_INPUT,
  model: z
    .string()
    .optional()
    .describe(
      'Name of an installed model (see the tool models), or a folder; by default the one that comes with codonfold, which is small and often wrong',
    ),
  numRecycles,
  alignment,
  templates: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      `Known structures of relatives, which some models fold after: PDB or mmCIF files (FILE:A for one chain), folders of them, libraries made by "codonfold library build", each relative to the folder of the results. "${PDB}" sends the sequence to RCSB, which searches the PDB: ask the user first`,
    ),
  device: z.enum(DEVICES).optional().describe('What computes; by default what works best'),
  structure: z
    .enum(STRUCTURE_FORMATS)
    .optional()
    .describe(
      'Put the structure into the answer, in this format; by default the answer names the files and they stay on disk',
    ),
  overwrite: z
    .boolean()
    .optional()
    .describe('Fold again even where results exist, and replace files of the same name'),
});
type Input = z.infer<typeof INPUT>;

/** Adds the tool `predict`. */
export function addPredict(server: McpServer, parts: ToolParts): void {
  server.registerTool(
    'predict',
    {
      title: 'Predict protein structures',
      description:
        'Fold proteins, genes or mRNAs into 3D structures on this machine. Writes PDB, mmCIF, confidence and predicted aligned error into the folder of the results and answers with how far the prediction can be trusted, in words: report that verdict along with the structure. What was folded before is not folded again. Takes seconds for 100 residues with the small model, minutes with large ones.',
      inputSchema: INPUT,
      annotations: { openWorldHint: true, idempotentHint: true },
    },
    handler(parts, (input: Input, call) => predict(input, call, parts)),
  );
}

/** One record fails by itself, as on the command line. */
type Outcome = ReturnType<typeof describe> | { readonly failure: unknown; readonly name: string };

async function predict(input: Input, call: ToolCall, parts: ToolParts) {
  const { model = parts.defaultModel, device = parts.engine.device, structure } = input;
  const { client, helpers, turns } = parts;
  const { signal } = call;
  const submission = {
    ...input,
    alignment: input.alignment === undefined ? undefined : { text: input.alignment },
    templates: undefined, // files, which are read below
  };
  const records = await helpers.ask('read', submission, { client, signal });
  const places = (input.templates ?? []).map(async (place) =>
    place === PDB ? place : parts.results.place(place),
  );
  const templates = await templateFinder({ templates: await Promise.all(places) });
  const outcomes: Outcome[] = [];
  try {
    for (const [piece, record] of records.entries()) {
      const bar = call.bar(piece, records.length);
      const fold = (predictor: ForkedPredictor) =>
        foldOne(record, input, { predictor, templates, parts, signal, bar });
      // a turn for each, so that nobody waits for all records of another
      const turn = () => {
        signal.throwIfAborted();
        return parts.model.use(model, { ...parts.engine, device }, fold);
      };
      outcomes.push(await turns.run(client, turn));
    }
  } finally {
    await templates?.close();
  }
  const predictions = outcomes.filter((outcome) => 'files' in outcome);
  const failures = outcomes.filter((outcome) => 'failure' in outcome);
  const attached = structure
    ? await Promise.all(predictions.map((one) => attachedStructure(one, structure, parts)))
    : [];
  return {
    lines: outcomes.flatMap(outcomeLines),
    data: { predictions, failures: failures.map(failureData) },
    attached,
    isFailure: predictions.length === 0,
  };
}

interface Folding extends Pick<ToolCall, 'signal'> {
  readonly predictor: ForkedPredictor;
  readonly templates: TemplateFinder | undefined;
  readonly parts: ToolParts;
  readonly bar: ReturnType<ToolCall['bar']>;
}

async function foldOne(
  record: ReadRecord,
  { numRecycles: recycles, alignment: rows, overwrite = false }: Input,
  { predictor, templates, parts, signal, bar }: Folding,
): Promise<Outcome> {
  const { name, title, chains } = record;
  const request = {
    name,
    title,
    chains,
    ...(recycles === undefined ? {} : { numRecycles: recycles }),
    ...(rows === undefined ? {} : { alignment: { text: rows } }),
  };
  const directory = parts.results.path;
  const run = {
    ...{ predictor, directory, formats: STRUCTURE_FORMATS, overwrite, signal, bar },
    ...(templates ? { templates } : {}),
  };
  try {
    const warnings = record.warnings.map(({ message }) => message);
    await foldRecord({ request, warnings }, run);
  } catch (failure) {
    if (!(failure instanceof FoldError) || failure.code === 'JOB_CANCELLED') throw failure;
    return { name, failure };
  }
  const paths = resultPaths(directory, name);
  const confidence = JSON.parse(await readFile(paths.confidence, 'utf8')) as Confidence;
  const { pdb, ...others } = paths;
  const files = pdbRefusal(chains) ? others : { pdb, ...others };
  return describe(confidence, { files, notes: readingNotes(record) });
}

/** What an agent is told about a prediction. */
function describe(
  confidence: Confidence,
  { files, notes }: { files: Readonly<Record<string, string>>; notes: readonly string[] },
) {
  const { name, numResidues, model, meanPlddt, ptm, iptm, warnings } = confidence;
  const verdict = verdictOf({
    ...confidence,
    model: model.name,
    plddt: confidence.chains.map(({ plddt }) => plddt),
  });
  return {
    name,
    model: model.name,
    numResidues,
    meanPlddt,
    confidence: CATEGORY_WORDS[confidenceCategory(meanPlddt)],
    ptm,
    ...(iptm === undefined ? {} : { iptm }),
    verdict: {
      fold: verdict.fold,
      text: [verdict.headline, verdict.basis, trustedText(verdict), verdict.arrangement?.text ?? '']
        .filter((sentence) => sentence !== '')
        .join(' '),
    },
    notes: [...new Set([...notes, ...templateNotes(confidence), ...warnings])],
    files,
  };
}

function templateNotes({ templates, knownStructure }: Confidence): string[] {
  const used = (templates?.chains ?? []).filter(({ isUsed }) => isUsed);
  return [
    ...used.map(
      (use) =>
        `folded after ${templateName(use)}: ${percent(use.identity)} identical over ${percent(use.coverage)} of the sequence`,
    ),
    ...(knownStructure
      ? [`the structure of this very sequence is known: ${templateName(knownStructure)}`]
      : []),
  ];
}

function trustedText({ trusted, trustedShare }: Verdict): string {
  if (trusted.length === 0) return 'No stretch of residues reaches a pLDDT of 70.';
  if (trustedShare === 1) return 'Every residue has a pLDDT above 70.';
  const stretches = trusted.map(([first, last]) => `${first + 1}-${last + 1}`).join(', ');
  return `The local shape of residues ${stretches} (counted over all chains) can be trusted: pLDDT above 70.`;
}

function outcomeLines(outcome: Outcome): string[] {
  if ('failure' in outcome) return [`${outcome.name}:`, ...failureLines(outcome.failure)];
  const { name, numResidues, model, meanPlddt, confidence, ptm, verdict, notes, files } = outcome;
  return [
    `${name}: ${numResidues} residues folded by ${model}, mean pLDDT ${meanPlddt.toFixed(1)} (${confidence}), pTM ${ptm.toFixed(2)}`,
    verdict.text,
    ...notes.map((note) => `note: ${note}`),
    ...Object.entries(files).map(([kind, path]) => `${kind}: ${path}`),
  ];
}

function failureData({ name, failure }: Extract<Outcome, { failure: unknown }>) {
  if (!(failure instanceof FoldError)) return { name };
  const { code, message, hint } = failure;
  return { name, code, message, hint };
}

/** The structure itself, or where it is where it is too large. */
async function attachedStructure(
  { name, files }: Extract<Outcome, { files: unknown }>,
  format: (typeof STRUCTURE_FORMATS)[number],
  { results }: ToolParts,
): Promise<Content> {
  try {
    return { type: 'resource', resource: await results.read(basename(files[format] ?? '')) };
  } catch (error) {
    if (!(error instanceof FoldError)) throw error;
    return { type: 'text', text: `${name}: ${failureLines(error).join('\n')}` };
  }
}
