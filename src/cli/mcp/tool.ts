/** @file What all tools have in common: what they work with, how they answer, and how they fail. */
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type {
  CallToolResult,
  ServerNotification,
  ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import type { EngineFlags } from '#cli/engine-options';
import type { Progress } from '#cli/progress-bar';
import { errorLines, reportError } from '#cli/report';
import { FoldError } from '#errors';
import type { HelperPool } from '#server/helper-pool';
import type { Places } from '#server/places';
import type { Turns } from '#server/turns';
import type { Answer } from './answer.js';
import type { KeptModel } from './kept-model.js';
import type { ResultFolder } from './results.js';
import type { ToolQuestions } from './tool-process.js';

/** What tools work with; all but the client is shared by all connections. */
export interface ToolParts {
  readonly results: ResultFolder;
  readonly model: KeptModel;
  /** Read and compare, in processes of their own. */
  readonly helpers: HelperPool<ToolQuestions>;
  /** How many calls of one client may wait or be worked on. One that hung up keeps its place: what it asked for is done. */
  readonly calls: Places;
  /** Ends every call with the server; a client that uses an id twice cannot even cancel its own. */
  readonly stop: AbortSignal;
  /** Computing takes turns, of each client in turn, so that one model is in memory at a time. */
  readonly turns: Turns;
  /** Whose turn it takes; empty for the one that started this program. */
  readonly client: string;
  /** What computes where a request says nothing. */
  readonly engine: EngineFlags;
  /** The model where a request names none. */
  readonly defaultModel: string;
}

/** How one call is followed and cancelled. */
export interface ToolCall {
  readonly signal: AbortSignal;
  /** Where the progress of one of several pieces of work is told. */
  readonly bar: (piece: number, numPieces: number) => Progress;
}

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/**
 * A handler for the SDK: what the work throws on purpose becomes an answer that says what is wrong and what to do.
 *
 * @param parts whose call it is, and how many it may make
 * @param work of the tool
 */
export function handler<Input>(
  { calls, client, stop }: ToolParts,
  work: (input: Input, call: ToolCall) => Answer | Promise<Answer>,
) {
  return async (input: Input, extra: Extra): Promise<CallToolResult> => {
    let leave: (() => void) | undefined;
    try {
      leave = calls.enter(client);
      const {
        lines,
        data,
        attached = [],
        isFailure = false,
      } = await work(input, callOf(extra, stop));
      return {
        content: [{ type: 'text', text: lines.join('\n') }, ...attached],
        structuredContent: data,
        isError: isFailure,
      };
    } catch (error) {
      if (!(error instanceof FoldError)) reportError(error); // a mistake of ours, for whoever looks after the server
      return { content: [{ type: 'text', text: failureLines(error).join('\n') }], isError: true };
    } finally {
      leave?.();
    }
  };
}

/** What went wrong, with its code. */
export function failureLines(error: unknown): string[] {
  if (error instanceof FoldError) return [...errorLines(error), `code: ${error.code}`];
  return ['error: something went wrong in codonfold itself', 'code: INTERNAL'];
}

function callOf({ signal, _meta, sendNotification }: Extra, stop: AbortSignal): ToolCall {
  const cancelling = new AbortController();
  const cancel = () => {
    cancelling.abort(new FoldError('JOB_CANCELLED', 'the client cancelled the request'));
  };
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  const progressToken = _meta?.progressToken;
  let furthest = 0;
  const bar = (piece: number, numPieces: number): Progress => ({
    isTerminal: true, // what would be drawn goes to the client, and nothing to stderr
    draw: (fraction, before, after) => {
      const progress = (piece + fraction) / numPieces;
      if (progressToken === undefined || signal.aborted || progress < furthest) return;
      furthest = progress;
      void sendNotification({
        method: 'notifications/progress',
        params: { progressToken, progress, total: 1, message: `${before}: ${after}` },
      }).catch(() => undefined); // the client has gone: its calls are cancelled by that
    },
    clear: () => undefined,
  });
  return { signal: AbortSignal.any([cancelling.signal, stop]), bar };
}
