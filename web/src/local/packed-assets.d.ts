/** What `web/packed-assets.ts` makes of such an import: the address of the file, gzipped in a build. */
declare module '*?packed' {
  const url: string;
  export default url;
}
