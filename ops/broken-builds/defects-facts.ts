import type { Defect } from './defect.ts';

const folding = 'workers/facts/folding.int.spec.ts';
const worker = 'workers/facts/facts.int.spec.ts';

/** In the facts: what would count twice, lose, or tell who somebody is. */
export const factsDefects: readonly Defect[] = [
  {
    name: 'facts-count-repeats',
    says: 'an hour is counted over rows that were not folded: what was read twice counts twice',
    breaks: 'law 4',
    file: 'projections/facts/rollups.ts',
    text: `FROM \${name('fact_events')} FINAL WHERE`,
    instead: `FROM \${name('fact_events')} WHERE`,
    caughtBy: [{ spec: folding }],
  },
  {
    name: 'facts-done-before-counted',
    says: 'a batch is done for the group before it is inserted: an engine that is away loses it',
    breaks: 'law 10',
    file: 'workers/facts/facts.ts',
    text: 'const found = await factsOf(batch.records, dependencies);',
    instead: 'const found = await factsOf(batch.records, dependencies);\n    await batch.commit();',
    caughtBy: [{ spec: worker, test: 'when the engine was away' }, { fault: 'p5-out-of-memory' }],
  },
  {
    name: 'figures-overstate',
    says: 'a figure says up to where it counts after its rows were read: some are missing',
    breaks: 'promise: a figure counts all up to its place',
    file: 'api/graphql/analytics.ts',
    text: 'return { definition, upTo, rows',
    instead: 'return { definition, upTo: await askedIn(context).upTo(), rows',
    caughtBy: [{ spec: 'api/graphql/analytics.spec.ts' }],
  },
  {
    name: 'facts-name-people',
    says: 'facts hold the ids of people instead of pseudonyms',
    breaks: 'law 12',
    file: 'projections/facts/changes.ts',
    text: "return ofPerson('dim_person', names.person(userId), values);",
    instead: "return ofPerson('dim_person', userId, values);",
    caughtBy: [{ spec: 'projections/facts/changes.spec.ts', test: 'no id of hers' }],
  },
  {
    name: 'pseudonym-made-again',
    says: 'an erased person gets a new key, and with it a pseudonym, the next time she is met',
    breaks: 'law 12',
    file: 'ops/vault/pseudonyms.ts',
    text: 'await vault.forOpening([...new Set(people)].map(scopeOf))',
    instead: 'await vault.forSealing([...new Set(people)].map(scopeOf))',
    caughtBy: [{ spec: 'ops/vault/pseudonyms.int.spec.ts' }],
  },
  {
    name: 'delivered-is-active',
    says: 'a person to whom something was delivered counts as active',
    breaks: 'figure 1',
    file: 'projections/facts/changes.ts',
    text: 'event.readUpTo === event.deliveredUpTo;',
    instead: 'event.deliveredUpTo > 0;',
    caughtBy: [{ spec: 'projections/facts/changes.spec.ts' }],
  },
  {
    name: 'facts-switched-too-soon',
    says: 'readers are turned to new tables before these hold what the old ones held',
    breaks: 'law 10',
    file: 'workers/facts/generation.ts',
    text: 'if (asked.first) await takeIntoUse(',
    instead: 'await takeIntoUse(',
    caughtBy: [{ spec: worker, test: 'beside those in use' }],
  },
];
