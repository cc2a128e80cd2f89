/**
 * How much each process gives way to the server, which answers within milliseconds however much is computed beside it:
 * what somebody waits for at the moment less than long predictions, those less than attention.
 */
export const NICENESS = { helper: 5, express: 5, usual: 10, attention: 19 } as const;
