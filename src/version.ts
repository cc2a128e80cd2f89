/** The version of this package, as in package.json: a test keeps them equal, since a page cannot read that file. */
export const VERSION = '0.1.0';
