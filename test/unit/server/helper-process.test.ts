import { expect, it } from 'vitest';
import { HelperProcess } from '#server/helper-process';
import { withoutNode } from '../../helpers/without-node.js';

it('says that it ended where it cannot start, and starts anew with the next question', async () => {
  const helper = new HelperProcess<string, string>('file-process');
  for (let i = 0; i < 2; i++) {
    const answer = withoutNode(() => helper.ask('anything'));
    await expect(answer).rejects.toMatchObject({ code: 'WORKER_DIED' });
  }
});
