/**
 * Which building of the facts this code makes. What changes what a row, a table or a figure says
 * raises it: the worker then fills new tables beside those in use, and turns readers to them once
 * they are as far.
 */
export const factsVersion = 1;
