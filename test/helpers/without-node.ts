/**
 * Makes every fork fail meanwhile, as where a machine has no more processes to give.
 *
 * @param begin forks before it returns
 */
export function withoutNode<Result>(begin: () => Result): Result {
  const { execPath } = process;
  process.execPath = '/nowhere/node';
  try {
    return begin();
  } finally {
    process.execPath = execPath;
  }
}
