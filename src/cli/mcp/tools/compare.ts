import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { handler, type ToolParts } from '#cli/mcp/tool';
import type { PairingMethod } from '#structure/alignment/pair-residues';
import { PAIRED_BY } from '#structure/compare-structures';

const STRUCTURE = z
  .string()
  .min(1)
  .describe(
    'PDB or mmCIF: the text itself, or a file (.gz too), relative to the folder of the results',
  );
const CHAIN = z
  .string()
  .optional()
  .describe('Its chain; by default the two that resemble each other most are compared');
const MODEL = z.number().int().optional().describe('Number of its model; by default the first');
const INPUT = z.strictObject({
  structure: STRUCTURE,
  reference: STRUCTURE.describe(
    'The same; scores are divided by the length of its chain: give the experimental structure here',
  ),
  structureChain: CHAIN,
  referenceChain: CHAIN,
  structureModel: MODEL,
  referenceModel: MODEL,
  pairBy: z
    .enum(Object.keys(PAIRED_BY) as [PairingMethod, ...PairingMethod[]])
    .optional()
    .describe('Pair residues by this alone; by default by what fits best'),
  perResidue: z.boolean().optional().describe('Distance and lDDT of each pair of residues too'),
});

/** Adds the tool `compare`. */
export function addCompare(server: McpServer, parts: ToolParts): void {
  server.registerTool(
    'compare',
    {
      title: 'Compare two structures',
      description:
        'Measure how similar two protein structures are: TM-score (above 0.5 the same fold), GDT-TS, lDDT and RMSD.',
      inputSchema: INPUT,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    handler(parts, async (input: z.infer<typeof INPUT>, { signal }) => {
      const { pairBy, perResidue } = input;
      const [structure, reference] = await Promise.all([
        parts.results.structure(input.structure, 'structure'),
        parts.results.structure(input.reference, 'reference'),
      ]);
      const question = {
        structure: { ...structure, chain: input.structureChain, model: input.structureModel },
        reference: { ...reference, chain: input.referenceChain, model: input.referenceModel },
        pairBy,
        perResidue,
      };
      return parts.helpers.ask('compare', question, { client: parts.client, signal });
    }),
  );
}
