import { readFile } from 'node:fs/promises';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { engineFor } from '#cli/engine-options';
import { withLanguageModel } from '#cli/language-model-run';
import { SEQUENCE_INPUT } from '#cli/mcp/input';
import { handler, type ToolCall, type ToolParts } from '#cli/mcp/tool';
import { scoreMutants } from '#cli/score-mutants';
import { FoldError } from '#errors';
import { readMutationsCsv, type ScoredMutation } from '#predict/files/mutation-files';
import { readMutant, requireWildtype } from '#predict/mutants';
import { SCORING_METHODS } from '#predict/mutation-scores';
import { recordNames } from '#sequence/record-names';
import type { ReadRecord } from '#server/http/read-request';
import { DEVICES } from '#tensor/engine/device';

const INPUT = z.strictObject({
  ...SEQUENCE_INPUT,
  mutations: z
    .array(z.string())
    .optional()
    .describe('Mutants of interest, such as ["A12V"]; all are scored anyway'),
  model: z
    .string()
    .optional()
    .describe('An installed ESM-2 model, a folder or a file; by default the one of codonfold'),
  method: z
    .enum(SCORING_METHODS)
    .optional()
    .describe(
      'masked-marginals masks each position in turn; wildtype-marginals reads all from one run: faster and less accurate',
    ),
  firstResidue: z.number().int().optional().describe('Number of the first residue; 1 if left out'),
  numShown: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe('How many of the likeliest and of the least likely mutants are in the answer; 10'),
  device: z.enum(DEVICES).optional().describe('What computes; by default what works best'),
  overwrite: z.boolean().optional().describe('Score again even where results exist'),
});
type Input = z.infer<typeof INPUT>;

/** Adds the tool `mutate`. */
export function addMutate(server: McpServer, parts: ToolParts): void {
  server.registerTool(
    'mutate',
    {
      title: 'Score all single mutants',
      description:
        'Score every single mutant of a protein with a protein language model: ln p(mutant) - ln p(wild type). Above 0 the model finds the mutant likelier than what is there; strongly negative positions are conserved. Says nothing of stability by itself. Writes all scores as CSV and as a heat map into the folder of the results.',
      inputSchema: INPUT,
      annotations: { openWorldHint: false, idempotentHint: true },
    },
    handler(parts, (input: Input, call) => mutate(input, call, parts)),
  );
}

async function mutate(input: Input, { signal, bar }: ToolCall, parts: ToolParts) {
  const { model = parts.defaultModel, device = parts.engine.device, overwrite = false } = input;
  const { method = 'masked-marginals', firstResidue = 1 } = input;
  const { client, helpers, turns } = parts;
  const chains = chainsOf(await helpers.ask('read', input, { client, signal }));
  const asked = (input.mutations ?? []).map((written) => readMutant(written, 'mutations'));
  for (const chain of chains) requireWildtype({ ...chain, firstResidue }, asked);
  const scored = await turns.run(client, async () => {
    signal.throwIfAborted();
    const engine = await engineFor({ ...parts.engine, device });
    return withLanguageModel(model, engine, async (runner, { name, sha256 }) => {
      const { precision = 'float32' } = engine.facts;
      const made = { runner, model: { name, sha256 }, precision, method, firstResidue };
      const run = { ...made, overwrite, signal };
      const all = [];
      for (const [piece, chain] of chains.entries()) {
        const own = { ...run, directory: parts.results.path, bar: bar(piece, chains.length) };
        const { paths } = await scoreMutants(chain, own);
        const mutations = readMutationsCsv(await readFile(paths.csv, 'utf8'));
        all.push(summaryOf({ ...chain, mutations, files: paths }, input));
      }
      return all;
    });
  });
  return { lines: scored.flatMap(linesOf), data: { chains: scored } };
}

/** Each chain by a name of its own. */
function chainsOf(records: readonly ReadRecord[]) {
  const found = records.flatMap(({ name, chains }) =>
    chains.map(({ id, sequence }) => ({
      name: chains.length > 1 ? `${name}-${id}` : name,
      sequence,
    })),
  );
  const names = recordNames(found.map(({ name }) => name));
  return found.map((chain, i) => ({ ...chain, name: names[i]! }));
}

interface ScoredChain {
  readonly name: string;
  readonly sequence: string;
  readonly mutations: readonly ScoredMutation[];
  readonly files: Readonly<Record<string, string>>;
}

function summaryOf(
  { name, sequence, mutations, files }: ScoredChain,
  { numShown = 10, mutations: wanted = [] }: Input,
) {
  const ranked = mutations.toSorted((a, b) => b.logOdds - a.logOdds);
  return {
    name,
    numResidues: sequence.length,
    likeliest: ranked.slice(0, numShown).map(shown),
    leastLikely: ranked.slice(-numShown).reverse().map(shown),
    asked: wanted.map((mutation) => shown(named(mutations, mutation, name))),
    files,
  };
}

const shown = ({ mutation, logOdds }: ScoredMutation) => ({ mutation, logOdds });

/** @throws FoldError `REQUEST_INVALID` */
function named(all: readonly ScoredMutation[], wanted: string, chain: string): ScoredMutation {
  const found = all.find(({ mutation }) => mutation === wanted.trim().toUpperCase());
  if (found) return found;
  throw new FoldError('REQUEST_INVALID', `${chain} has no mutant ${JSON.stringify(wanted)}`, {
    hint: 'name the residue that is there, its number and the new one, such as A12V; numbers count from firstResidue',
  });
}

function linesOf({ name, numResidues, likeliest, leastLikely, asked, files }: Summary): string[] {
  const listed = (mutants: Summary['asked']) =>
    mutants.map(({ mutation, logOdds }) => `${mutation} ${logOdds.toFixed(2)}`).join(', ');
  return [
    `${name}: all single mutants of ${numResidues} residues scored (ln p(mutant) - ln p(wild type))`,
    ...(asked.length > 0 ? [`asked for: ${listed(asked)}`] : []),
    `likeliest: ${listed(likeliest)}`,
    `least likely: ${listed(leastLikely)}`,
    ...Object.entries(files).map(([kind, path]) => `${kind}: ${path}`),
  ];
}

type Summary = ReturnType<typeof summaryOf>;
