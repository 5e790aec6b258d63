/**
 * The page without a status in it: the live one, which asks its server for the status. `npm run build` puts the page of
 * `page/` here (`scripts/build/page.mjs`); in the sources it is empty.
 */
export const pageTemplate: string = "";
