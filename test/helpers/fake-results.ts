/** Result files of a fake server, all with the same answer; as its outcome it tells what was asked for, and by whom. */
export const fakeResults = (answer: object) => ({
  file(
    _submission: unknown,
    name: string,
    { client, onOutcome }: { client: string; onOutcome: (outcome: string) => void },
  ): Promise<object> {
    onOutcome(`${name} for ${client}`);
    return Promise.resolve(answer);
  },
});
