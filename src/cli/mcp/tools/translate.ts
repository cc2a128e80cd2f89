import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { SEQUENCE_INPUT } from '#cli/mcp/input';
import { handler, type ToolParts } from '#cli/mcp/tool';

const INPUT = z.strictObject(SEQUENCE_INPUT);

/** Adds the tool `translate`. */
export function addTranslate(server: McpServer, parts: ToolParts): void {
  server.registerTool(
    'translate',
    {
      title: 'Translate a gene or an mRNA',
      description:
        'Translate DNA or RNA into the protein that it codes for: by the coding sequences of GenBank and EMBL files, else the longest open reading frame of all six. Says which frame was read and why, and how else it can be read.',
      inputSchema: INPUT,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    handler(parts, (input: z.infer<typeof INPUT>, { signal }) =>
      parts.helpers.ask('translate', input, { client: parts.client, signal }),
    ),
  );
}
