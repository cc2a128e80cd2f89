import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { handler, type ToolParts } from '#cli/mcp/tool';
import { modelFacts } from '#predict/model-facts';
import { isUsable } from '#weights/node/usable';
import { MODELS } from '#weights/registry';
import type { Accuracy } from '#weights/registry-model';

/** Adds the tool `models`. */
export function addModels(server: McpServer, parts: ToolParts): void {
  server.registerTool(
    'models',
    {
      title: 'List models',
      description:
        'List the models known by name: whether each is installed, what it does, its licence, published accuracy (TM-score: 1 is perfect, 0.5 the same fold), download size and memory. A model is installed by a person with "codonfold models pull NAME".',
      inputSchema: z.strictObject({}),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    handler(parts, () => {
      const models = MODELS.map((model) => ({
        ...modelFacts(model),
        isInstalled: isUsable(model),
        isDefault: model.name === parts.defaultModel,
      }));
      return { lines: models.map(lineOf), data: { models } };
    }),
  );
}

function lineOf({ name, kind, isInstalled, isDefault, licence, description, ...facts }: Listed) {
  const { accuracy, downloadGigabytes } = facts;
  const details = [
    isInstalled ? 'installed' : 'not installed',
    ...(isDefault ? ['the default'] : []),
    kind === 'folding' ? 'folds' : 'language model',
    licence,
    ...(accuracy ? [accuracyText(accuracy)] : []),
    ...(downloadGigabytes ? [`download ${downloadGigabytes.toFixed(2)} GB`] : []),
  ];
  return `${name}: ${details.join(', ')}. ${description}`;
}

function accuracyText({ casp14TmScore, cameoTmScore, heldOutTmScore }: Accuracy): string {
  const scores = Object.entries({
    'CASP14 targets': casp14TmScore,
    'CAMEO targets': cameoTmScore,
    'chains that it was not trained on': heldOutTmScore,
  }).flatMap(([where, score]) => (score === undefined ? [] : [`${score.toFixed(2)} on ${where}`]));
  return `mean TM-score ${scores.join(' and ')}`;
}

type Listed = ReturnType<typeof modelFacts> & {
  readonly isInstalled: boolean;
  readonly isDefault: boolean;
};
