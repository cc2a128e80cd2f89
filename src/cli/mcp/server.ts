import { McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { VERSION } from '#version';
import { RESULT_URI, type ResultFolder } from './results.js';
import type { ToolParts } from './tool.js';
import { addCompare } from './tools/compare.js';
import { addModels } from './tools/models.js';
import { addMutate } from './tools/mutate.js';
import { addPredict } from './tools/predict.js';
import { addTranslate } from './tools/translate.js';

const INSTRUCTIONS =
  'codonfold predicts protein structures from genes, mRNAs and protein sequences on this machine; nothing is sent elsewhere, except that predict with the templates "pdb" sends the sequence to RCSB. Tell people the verdict that comes with each prediction: the model that ships is small, and most of its folds of new proteins are wrong. The tool models lists more accurate ones and whether they are installed.';

/**
 * A server for one connection.
 *
 * @param parts what all connections share
 */
export function mcpServer(parts: ToolParts): McpServer {
  const server = new McpServer(
    { name: 'codonfold', title: 'codonfold', version: VERSION },
    { instructions: INSTRUCTIONS },
  );
  addPredict(server, parts);
  addTranslate(server, parts);
  addCompare(server, parts);
  addMutate(server, parts);
  addModels(server, parts);
  addResults(server, parts.results);
  return server;
}

function addResults(server: McpServer, results: ResultFolder): void {
  const list = async () => ({ resources: await results.list() });
  server.registerResource(
    'results',
    new ResourceTemplate(RESULT_URI, { list }),
    { title: 'Result files', description: 'What predict and mutate have written' },
    async (_uri, { name }) => ({
      contents: [await results.read(decodeURIComponent(String(name)))],
    }),
  );
}
