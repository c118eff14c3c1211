/**
 * Close codes of ours; those of the protocol itself (4400, 4401 before the acknowledgement, 4406,
 * 4409, 4429) come from graphql-ws. Chosen by what the graphql-ws client does with them: it comes
 * back after 1012, 1013 and 4403, and gives up for good after 4401, 1011 and 4500 (graphql-ws,
 * src/client.ts).
 */
export const closeCodes = {
  restart: 1012, // this process stops: come back at once
  resumeLater: 1013, // too slow, too many, or something broke: come back with the newest cursor
  invalidMessage: 4400, // as graphql-ws answers what is none of the protocol
  sessionEnded: 4401, // logged out or banned: do not come back
  tokenRanOut: 4403, // come back with a fresh token
  initTooLate: 4408, // the protocol's own, on a clock of ours: come back
} as const;
